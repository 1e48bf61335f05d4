"""The processes of one machine, as the supervisor keeps them."""

import sys

from hotline.errors import SiteError
from hotline.run.probes import (
    Probe,
    answers_agi,
    answers_ami,
    answers_http,
    answers_redis,
    beats,
)
from hotline.run.supervisor import Spec
from hotline.settings import Settings
from hotline.tools import find_asterisk, find_redis_server

#: sun_path of a Linux unix socket, less its closing zero and some room.
_SOCKET_PATH_LIMIT = 100


def own_specs(settings: Settings) -> list[Spec]:
    """Our four kinds of process; one FastAGI server per address of the site file."""
    server, run = settings.site.server, settings.run_dir
    scripts = [
        _own(settings, f"agi-{n}", answers_agi(address), address, "agi", "--listen", address)
        for n, address in enumerate(server.agi, start=1)
    ]
    return [
        *scripts,
        _own(settings, "worker", beats(run, "worker"), "", "worker"),
        _own(settings, "watch", beats(run, "watch"), "", "watch"),
        _own(settings, "console", answers_http(server.console), server.console, "console"),
    ]


def _own(settings: Settings, role: str, probe: Probe, address: str, *command: str) -> Spec:
    return Spec(
        role=role,
        argv=[sys.executable, "-m", "hotline", *command, "--site", str(settings.site_file)],
        log=settings.log_dir / f"{role}.log",
        probe=probe,
        env={
            "HOTLINE_DATABASE_URL": settings.database_url,
            "HOTLINE_REDIS_URL": settings.redis_url,
        },
        address=address,
    )


def redis_spec(settings: Settings) -> Spec | None:
    """The embedded Redis; None when the site names one of its own.

    Raises:
        SiteError: the state folder's path is too long for a socket in it.
    """
    socket = settings.run_dir / "redis.sock"
    if settings.redis_url != f"unix://{socket}":
        return None
    if len(str(socket)) > _SOCKET_PATH_LIMIT:
        raise SiteError(str(settings.site_file), "server.state_dir", "path too long for a socket")
    data = settings.state_dir / "redis"
    data.mkdir(parents=True, exist_ok=True)
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--dir": str(data),
        "--save": "",
        "--appendonly": "yes",
    }
    tool = find_redis_server()
    return Spec(
        role="redis",
        argv=[*tool.argv, *(part for option in options.items() for part in option)],
        log=settings.log_dir / "redis.log",
        probe=answers_redis(settings.redis_url),
        env=tool.env,
        address=settings.redis_url,
    )


def asterisk_spec(settings: Settings) -> Spec:
    """A private Asterisk on the rendered files in the state folder."""
    tool = find_asterisk()
    conf = settings.asterisk_dir / "etc" / "asterisk.conf"
    return Spec(
        role="asterisk",
        argv=[*tool.argv, "-C", str(conf), "-f"],
        log=settings.log_dir / "asterisk.log",
        probe=answers_ami(settings.site.server.ami),
        env=tool.env,
        address=settings.site.server.sip_bind,
    )
