"""Sound: by range, to whom it may concern, and never unnoticed."""

from collections.abc import Callable

from sqlalchemy import select

from hotline.db.models import AuditEntry, Recording
from tests.agent_console.conftest import House, Person
from tests.agent_console.facts import SOUND, answered_call, without_sound


def _audit(house: House) -> list[tuple[str, str, str]]:
    with house.services.reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.act == "recording.play")).all()
    return [(row.subject, row.object, row.result) for row in rows]


def test_it_plays_whole_and_in_parts(agent: Person, house: House) -> None:
    path = f"calls/{answered_call(house)}/recording"
    whole = agent.get(path)
    assert (whole.content, whole.headers["content-type"]) == (SOUND, "audio/wav")
    part = agent.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, SOUND[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(SOUND)}"
    beyond = agent.get(path, headers={"Range": "bytes=99999-"})
    assert beyond.status_code == 416


def test_each_playback_is_audited(agent: Person, colleague: Person, house: House) -> None:
    call_id = answered_call(house)
    agent.get(f"calls/{call_id}/recording", headers={"Range": "bytes=5-"})
    assert colleague.get(f"calls/{call_id}/recording").status_code == 403
    assert _audit(house) == [("1023", f"recording:{call_id}/mixed", "done")]


def test_superiors_hear_their_own(log_in: Callable[[str], Person], house: House) -> None:
    call_id = answered_call(house, agent="2001", seat="yb01", city="yanbian")
    assert log_in("9001").get(f"calls/{call_id}/recording").status_code == 403
    assert log_in("9002").get(f"calls/{call_id}/recording").status_code == 200


def test_what_is_not_there(agent: Person, house: House) -> None:
    call_id = answered_call(house)
    assert agent.get(f"calls/{call_id}/recording?track=nonsense").status_code == 422
    without_sound(house, call_id)
    assert agent.get(f"calls/{call_id}/recording").status_code == 404
    assert _audit(house) == [("1023", f"recording:{call_id}/mixed", "missing")]


def test_nothing_outside_the_folder_is_served(agent: Person, house: House) -> None:
    call_id = answered_call(house)
    (house.settings.state_dir / "secrets.wav").write_bytes(b"secret")
    for path in ("../secrets.wav", str(house.settings.state_dir / "secrets.wav")):
        with house.services.sessions.begin() as session:
            session.get_one(Recording, (call_id, "mixed")).path = path
        assert agent.get(f"calls/{call_id}/recording").status_code == 404
