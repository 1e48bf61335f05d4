"""asterisk.conf.example at the root: the rendered main file of the example site.

Made again with ``python -m dialplan.example``; a test compares.
"""

from dataclasses import dataclass
from pathlib import Path

from dialplan.render import context, render_one
from hotline.settings import Secrets, Settings
from hotline.site import load_site

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "asterisk.conf.example"
STATE = Path("/var/lib/hotline")

_HEAD = """\
; EXAMPLE: the main file as `hotline dialplan render` writes it for hotline.toml.example with
; server.state_dir = "/var/lib/hotline" and the asterisk package of Debian. Start Asterisk on the
; rendered one: asterisk -C /var/lib/hotline/asterisk/etc/asterisk.conf -f
;
"""


@dataclass(frozen=True)
class DebianFolders:
    """Where Debian's package puts Asterisk's parts."""

    modules_dir: Path = Path("/usr/lib/x86_64-linux-gnu/asterisk/modules")
    data_dir: Path = Path("/usr/share/asterisk")


def example_text() -> str:
    """What asterisk.conf.example must say."""
    file = ROOT / "hotline.toml.example"
    settings = Settings(file, load_site(file), STATE, database_url="", redis_url="")
    no_secrets = Secrets(ami="", cookie="", seats={})
    return _HEAD + render_one("asterisk.conf", context(settings, no_secrets, DebianFolders()))


if __name__ == "__main__":
    EXAMPLE.write_text(example_text(), encoding="utf-8")
