"""From the site file to every file Asterisk reads. Pure: the same site, the same texts."""

from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

from dialplan.errors import RefusedValueError
from dialplan.values import keyed, safe
from hotline.addresses import split_address
from hotline.settings import Secrets, Settings

#: sun_path of a Linux unix socket, less its closing zero.
_SOCKET_PATH_LIMIT = 107


class AsteriskFolders(Protocol):
    """What rendering needs to know of the Asterisk that will read the files."""

    @property
    def modules_dir(self) -> Path:
        """Where its modules lie."""

    @property
    def data_dir(self) -> Path:
        """Its own shared data (documentation, keys)."""


def render(settings: Settings, asterisk: AsteriskFolders) -> dict[str, str]:
    """Every file of Asterisk by name.

    Raises:
        RefusedValueError: a value would leave its place in a file.
    """
    values = context(settings, settings.secrets(), asterisk)
    return {
        name.removesuffix(".j2"): render_one(name.removesuffix(".j2"), values)
        for name in _environment().list_templates(["j2"])
    }


def render_one(name: str, values: dict[str, Any]) -> str:
    """One file of Asterisk, from what `context` gave."""
    return _environment().get_template(f"{name}.j2").render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("dialplan"),
        undefined=StrictUndefined,
        finalize=safe,
        autoescape=False,  # noqa: S701 - no HTML here; `safe` refuses instead of escaping
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def context(settings: Settings, secrets: Secrets, asterisk: AsteriskFolders) -> dict[str, Any]:
    """What templates may use; every text carries the key that said it."""
    site = settings.site
    known: dict[str, Any] = keyed(site.model_dump(by_alias=True), "")
    return {
        "hotline": known["hotline"],
        "limits": site.limits,
        "cities": known["city"],
        "seats": known["seat"],
        "trunks": known["trunk"],
        "agi": known["server"]["agi"],
        "sip_bind": known["server"]["sip_bind"],
        "rtp": (site.server.rtp_first, site.server.rtp_last),
        "ami": _ami(site.server.ami),
        "ami_secret": keyed(secrets.ami, "secrets.ami"),
        "seat_secrets": keyed(secrets.seats, "secrets.seats"),
        "dirs": _folders(settings, asterisk),
    }


def _ami(address: str) -> dict[str, Any]:
    host, port = split_address(address)
    return {"host": keyed(host, "server.ami"), "port": port}


def _folders(settings: Settings, asterisk: AsteriskFolders) -> dict[str, Any]:
    own = settings.asterisk_dir
    if len(str(own / "run" / "asterisk.ctl").encode()) > _SOCKET_PATH_LIMIT:
        raise RefusedValueError("server.state_dir", "path too long for Asterisk's control socket")
    parts = {name: own / name for name in ("etc", "log", "run", "spool", "varlib")}
    of_state = {
        **parts,
        "own": own,
        "moh": settings.state_dir / "moh",
        "moh_greeting": settings.state_dir / "moh-greeting",
        "prompts": settings.prompts_dir,
        "recordings": settings.recordings_dir,
    }
    of_asterisk = {"modules": asterisk.modules_dir, "data": asterisk.data_dir}
    return {
        **{name: keyed(path, "server.state_dir") for name, path in of_state.items()},
        **{name: keyed(path, f"Asterisk's {name} folder") for name, path in of_asterisk.items()},
    }
