"""What baresip is told: its three files for one phone, from checked values.

Every path in them is relative to the phone's folder, so no path can break a
line; everything else is checked here and refused with the key's name.
"""

import re
import string
from dataclasses import dataclass
from pathlib import Path

from hotline.phones.errors import PhoneSettingError

#: A loopback address of its own for the control port, which the phone lets the
#: system choose: the port is then told from the phone's SIP ports by address.
CONTROL_HOST = "127.0.0.9"
HEARD = "heard.wav"
MICROPHONE = "microphone.wav"
MODULES = "modules"
_MODULES = ("g711", "ausine", "aufile")
_APPLICATIONS = ("account", "menu", "ctrl_tcp")
#: The tone generator of baresip 1.1 knows this rate only; baresip resamples.
_TONE_RATE = 48000

_USER = re.compile(r"[0-9A-Za-z+*._~-]{1,64}")
_HOST = re.compile(r"[0-9A-Za-z.-]{1,253}")
_SECRET = re.compile(r"""[!#-+\--:=?-\[\]-~]{0,128}""")
_ESCAPED = str.maketrans({"\\": r"\\", '"': r"\""})


@dataclass(frozen=True)
class PhoneSettings:
    """Who a phone is and how it behaves."""

    #: User part of its address: a seat's login, or the number a caller calls from.
    user: str
    #: Asterisk's SIP address.
    server: str
    port: int
    display_name: str = ""
    #: Digest user, where it is not ``user``. An empty password sends none.
    auth_user: str = ""
    password: str = ""
    #: Seats register; callers come in over the trunk, which is told by address.
    register: bool = True
    register_every: int = 60
    #: Answer by itself, after ``answer_after_ms``.
    auto_answer: bool = False
    answer_after_ms: int = 0
    #: What it says: this tone, or a WAV followed by silence, or silence.
    tone_hz: int | None = None
    say: Path | None = None
    #: Silence after what it says, seconds. Baresip ends the call where the
    #: microphone's file ends, so this bounds calls of phones without a tone.
    quiet_after: float = 900.0
    #: Address it sends from, a local one; Asterisk tells the trunk by it.
    local_host: str = "127.0.0.1"
    #: Port it listens on; 0: any. A phone that does not register is called there.
    local_port: int = 0
    #: Calls at once; one more is answered 486.
    max_calls: int = 1
    #: Range for its sound; it looks for a free pair by itself.
    rtp_ports: tuple[int, int] = (10000, 30000)
    #: Write what it hears. Off for phones that run for days.
    keep_heard: bool = True


def accounts(phone: PhoneSettings) -> str:
    """The one line of baresip's ``accounts``."""
    user = _checked("user", _USER, phone.user)
    server = f"{_checked('server', _HOST, phone.server)}:{phone.port:d}"
    home = server if phone.register else _checked("local_host", _HOST, phone.local_host)
    parts = [
        f'"{_display_name(phone.display_name)}" <sip:{user}@{home}>',
        f'outbound="sip:{server}"',
        f"regint={phone.register_every if phone.register else 0:d}",
        "audio_codecs=pcma",
        f"answermode={'auto' if phone.auto_answer else 'manual'}",
        f"answerdelay={phone.answer_after_ms:d}",
    ]
    if phone.password:
        parts.append(f"auth_user={_checked('auth_user', _USER, phone.auth_user or phone.user)}")
        parts.append(f"auth_pass={_checked('password', _SECRET, phone.password)}")
    return ";".join(parts) + "\n"


def config(phone: PhoneSettings, say_rate: int) -> str:
    """Baresip's ``config``; ``say_rate`` is the microphone file's samples per second."""
    host = _checked("local_host", _HOST, phone.local_host)
    tone = phone.tone_hz is not None
    first_port, last_port = phone.rtp_ports
    lines = [
        f"sip_listen {host}:{phone.local_port:d}",
        f"net_interface {host}",
        f"rtp_ports {first_port:d}-{last_port:d}",
        f"call_max_calls {phone.max_calls:d}",
        "call_local_timeout 120",
        f"audio_source {f'ausine,{phone.tone_hz:d}' if tone else f'aufile,{MICROPHONE}'}",
        f"audio_player aufile,{HEARD if phone.keep_heard else '/dev/null'}",
        "audio_alert aufile,/dev/null",
        # No ring tones of its own in what is heard: the folder has none.
        "audio_path .",
        f"ausrc_srate {_TONE_RATE if tone else say_rate:d}",
        "ausrc_channels 1",
        "auplay_srate 8000",
        "auplay_channels 1",
        "statmode_default off",
        f"ctrl_tcp_listen {CONTROL_HOST}:0",
        f"module_path {MODULES}",
        *(f"module {name}.so" for name in _MODULES),
        *(f"module_app {name}.so" for name in _APPLICATIONS),
    ]
    return "\n".join(lines) + "\n"


def sip_uri(number: str, server: str, port: int) -> str:
    """The address of a number at the server."""
    return f"sip:{_checked('number', _USER, number)}@{_checked('server', _HOST, server)}:{port:d}"


def _checked(key: str, allowed: re.Pattern[str], value: str) -> str:
    if not allowed.fullmatch(value):
        raise PhoneSettingError(f"{key}: {value!r} cannot be a phone's {key}")
    return value


def _display_name(name: str) -> str:
    """Any printable text; quotes are escaped as SIP wants it."""
    if not all(c in string.printable[:95] or (not c.isascii() and c.isprintable()) for c in name):
        raise PhoneSettingError(f"display_name: {name!r} has control characters")
    return name.translate(_ESCAPED)
