"""A real Asterisk reads what is rendered, and means by it what we mean."""

import re
import stat

import pytest

from dialplan.files import changes, etc_dir, write
from dialplan.reload import RELOADS, reload
from dialplan.render import render
from dialplan.verify import missing_modules, missing_music
from tests.eventually import eventually
from tests.telephony.dialplan.conftest import BareAsterisk
from tests.telephony.dialplan.invite import invited

ATTACKER = "127.0.0.3"
OPERATOR = "127.0.0.2"


def _complaints(log: str) -> list[str]:
    return [line for line in log.splitlines() if re.search(r"\] (ERROR|WARNING)\[", line)]


# The first test of the module: nothing has happened yet but the start.
def test_it_starts_without_a_complaint(bare_asterisk: BareAsterisk) -> None:
    assert "Asterisk" in bare_asterisk.log()
    assert _complaints(bare_asterisk.log()) == []
    assert missing_modules(bare_asterisk.rx) == []
    assert missing_music(bare_asterisk.rx) == []


def test_seats_and_trunks_are_endpoints_whatever_they_are_called(
    bare_asterisk: BareAsterisk,
) -> None:
    shown = bare_asterisk.rx("pjsip show endpoints")
    found = set(re.findall(r"Endpoint:  (\S+) +\w", shown))
    assert found == {"global", "transport-udp", "phone", "operator", "system"}
    assert "192.0.2.0/24" in bare_asterisk.rx("pjsip show identifies")


def test_it_listens_where_it_was_told_and_nowhere_else(bare_asterisk: BareAsterisk) -> None:
    server = bare_asterisk.settings.site.server
    transports = bare_asterisk.rx("pjsip show transports")
    assert set(re.findall(r"Transport:  (\S+) .* (\S+)\n", transports)) >= {
        ("transport-udp", server.sip_bind),
        ("transport-tcp", server.sip_bind),
    }
    assert "Server Disabled" in bare_asterisk.rx("http show status")
    assert f"{server.ami}" in _ami_address(bare_asterisk.rx("manager show settings"))
    control = bare_asterisk.settings.asterisk_dir / "run" / "asterisk.ctl"
    assert stat.S_IMODE(control.stat().st_mode) == 0o600


def _ami_address(shown: str) -> str:
    found = re.search(r"TCP Bindaddress: +(\S+)", shown)
    return found[1] if found else ""


def test_the_ami_user_has_what_is_needed_and_no_more(bare_asterisk: BareAsterisk) -> None:
    shown = bare_asterisk.rx("manager show user hotline")
    assert re.search(r"read perm: system,call,user,reporting\n", shown)
    assert re.search(r"write perm: system,call,reporting,originate\n", shown)


@pytest.mark.parametrize("name", sorted(name for name, part in RELOADS.items() if part))
def test_every_part_that_is_said_to_reload_does(bare_asterisk: BareAsterisk, name: str) -> None:
    assert reload([name], bare_asterisk.rx).done == [name]


def test_a_new_trunk_is_known_after_a_reload(bare_asterisk: BareAsterisk) -> None:
    files = render(bare_asterisk.settings, bare_asterisk.tool)
    folder = etc_dir(bare_asterisk.settings)
    changed = files["pjsip.conf"].replace("match = 192.0.2.0/24", "match = 198.51.100.0/24")
    for text, known in ((changed, "198.51.100.0/24"), (files["pjsip.conf"], "192.0.2.0/24")):
        wanted = changes(folder, {"pjsip.conf": text})
        write(folder, wanted)
        assert reload([change.name for change in wanted], bare_asterisk.rx).done == ["pjsip.conf"]
        assert known in bare_asterisk.rx("pjsip show identifies")


# ---------------------------------------------------------------------- who gets in


def test_a_stranger_is_not_let_in(bare_asterisk: BareAsterisk) -> None:
    with invited(bare_asterisk.settings.site.server.sip_bind, ATTACKER, "13904310000") as status:
        assert status == 401


@pytest.mark.parametrize("host", [ATTACKER, OPERATOR])
def test_a_seats_name_alone_opens_nothing(bare_asterisk: BareAsterisk, host: str) -> None:
    with invited(bare_asterisk.settings.site.server.sip_bind, host, "phone") as status:
        assert status == 401


@pytest.mark.parametrize("called", ["12348", "8", "+8643112348", "043196148"])
def test_the_operator_is_answered_whatever_number_was_dialled(
    bare_asterisk: BareAsterisk, called: str
) -> None:
    server = bare_asterisk.settings.site.server.sip_bind
    with invited(server, OPERATOR, "13904310000", called=called) as status:
        assert status == 200


# ---------------------------------------------------------------------- no script, no seat


@pytest.mark.parametrize(
    ("number", "city"),
    [
        ("043112345678", "s"),
        ("8643112345678", "s"),
        ("+8643112345678", "s"),
        ("008643112345678", "s"),
        ("43112345678", "s"),
        ("043182345678", "h"),
        ("13904310000", ""),
        ("043212345678", ""),
        ("0", ""),
        ("00", ""),
        ("431", ""),
        ("86123456", ""),
        ("anonymous", ""),
        ("%22%24%7BSYSTEM(id)%7D%29%2C0431", "s"),
    ],
)
def test_the_dialplan_alone_knows_a_fixed_lines_city_and_keeps_the_caller(
    bare_asterisk: BareAsterisk, number: str, city: str
) -> None:
    server = bare_asterisk.settings.site.server.sip_bind
    before = _channels(bare_asterisk)
    with invited(server, OPERATOR, number) as status:
        assert status == 200
        name = eventually(lambda: _channels(bare_asterisk) - before, "a channel").pop()
        eventually(lambda: "fallback:" in _where(bare_asterisk, name), "music in the fallback")
        shown = bare_asterisk.rx(f"core show channel {name}")
        assert _variable(shown, "HOTLINE_CITY") == city
        assert _variable(shown, "HOTLINE_CALL_ID").startswith("jl1-")
        assert _variable(shown, "HOTLINE_DONE") == ""
    eventually(lambda: name not in _channels(bare_asterisk), "the caller's channel is gone")


def _channels(asterisk: BareAsterisk) -> set[str]:
    lines = asterisk.rx("core show channels concise").splitlines()
    return {line.split("!")[0] for line in lines if line.startswith("PJSIP/operator-")}


def _where(asterisk: BareAsterisk, name: str) -> str:
    """``context:application`` of a channel in its wait under music."""
    for line in asterisk.rx("core show channels concise").splitlines():
        fields = line.split("!")
        if fields[0] == name and fields[5] == "Wait":
            return f"{fields[1]}:{fields[5]}"
    return ""


def _variable(shown: str, name: str) -> str:
    found = re.search(rf"^{name}=(.*)$", shown, re.MULTILINE)
    return found[1] if found else ""
