"""Calls of the record for tests: facts stored as the drainer stores them."""

from pathlib import Path

from hotline.calls.events import CallEvent, EventKind
from hotline.calls.store import store
from tests.agent_console.conftest import House

SOUND = b"RIFF" + bytes(range(200)) * 5


def answered_call(
    house: House,
    call_id: str = "jl1-7.1",
    *,
    agent: str = "1023",
    seat: str = "cc01",
    city: str = "changchun",
    number: str = "13904310000",
) -> str:
    """A call that was answered, talked for a minute, and rated 5; its sound is on the disk."""
    path = f"2026/11/{call_id}-mixed.wav"
    leg = f"{call_id}/1"
    told: list[tuple[float, EventKind, dict[str, object]]] = [
        (
            0,
            EventKind.ARRIVED,
            {
                "direction": "inbound",
                "caller_number": number,
                "origin_city": city,
                "called_number": "12348",
            },
        ),
        (0.1, EventKind.STAGE, {"stage": "greeting"}),
        (0.2, EventKind.RECORDING_STARTED, {"path": f"2026/11/{call_id}"}),
        (
            1,
            EventKind.LEG_STARTED,
            {"leg": leg, "role": "seat", "agent": agent, "seat": seat, "city": city},
        ),
        (4, EventKind.LEG_ANSWERED, {"leg": leg}),
        (64, EventKind.LEG_ENDED, {"leg": leg, "result": "answered", "ended_by": "agent"}),
        (64, EventKind.RATING_ASKED, {"leg": leg, "by": "button"}),
        (69, EventKind.RATED, {"score": 5, "leg": leg}),
        (70, EventKind.ENDED, {"ended_by": "caller"}),
        (
            71,
            EventKind.RECORDING_SEALED,
            {
                "track": "mixed",
                "path": path,
                "sha256": "0" * 64,
                "seconds": 70.0,
                "bytes": len(SOUND),
            },
        ),
    ]
    began = house.clock()
    events = [
        CallEvent(began + at, "test", seq, call_id, kind, data)
        for seq, (at, kind, data) in enumerate(told)
    ]
    with house.services.sessions.begin() as session:
        store(session, events)
    file = house.settings.recordings_dir / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(SOUND)
    return call_id


def without_sound(house: House, call_id: str) -> None:
    """Take the sound away again."""
    Path(house.settings.recordings_dir / f"2026/11/{call_id}-mixed.wav").unlink()
