"""What a process of ours needs to know before anything else: site file, folders, secrets.

The site file says it; the environment (HOTLINE_SITE, HOTLINE_DATABASE_URL, HOTLINE_REDIS_URL)
overrides what may hold a password. Secrets are made once, readable by the owner only.
"""

import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from hotline.site import Site, load_site


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HOTLINE_", extra="ignore")

    site: Path = Path("hotline.toml")
    database_url: str = ""
    redis_url: str = ""


@dataclass(frozen=True)
class Secrets:
    """Passwords that no person chooses: AMI, cookie key, one per seat phone."""

    ami: str
    cookie: str
    seats: dict[str, str]


@dataclass(frozen=True)
class Settings:
    """The site and where this machine keeps its things."""

    site_file: Path
    site: Site
    state_dir: Path
    database_url: str
    redis_url: str

    @property
    def journal_dir(self) -> Path:
        """Local journals of call facts, one file per process incarnation."""
        return self.state_dir / "journal"

    @property
    def recordings_dir(self) -> Path:
        """Sound of calls, by date."""
        return self.state_dir / "recordings"

    @property
    def asterisk_dir(self) -> Path:
        """Asterisk's private folder: etc, log, run, spool."""
        return self.state_dir / "asterisk"

    @property
    def log_dir(self) -> Path:
        """Logs of our processes."""
        return self.state_dir / "log"

    @property
    def run_dir(self) -> Path:
        """Status, heartbeats and sockets of what runs now."""
        return self.state_dir / "run"

    @property
    def prompts_dir(self) -> Path:
        """Spoken prompts as Asterisk plays them, filled at start from the runtime folder."""
        return self.state_dir / "prompts"

    def secrets(self) -> Secrets:
        """The secrets of this installation, made at first use."""
        return _load_secrets(self.state_dir / "secrets.toml", [s.name for s in self.site.seats])


def load_settings(site_file: Path | None = None) -> Settings:
    """Settings from the environment and the site file.

    Raises:
        SiteError: the site file is missing or wrong.
    """
    environment = _Environment()
    path = (site_file or environment.site).resolve()
    site = load_site(path)
    state = (path.parent / site.server.state_dir).resolve()
    return Settings(
        site_file=path,
        site=site,
        state_dir=state,
        database_url=environment.database_url
        or site.server.database_url
        or f"sqlite:///{state / 'hotline.db'}",
        redis_url=environment.redis_url
        or site.server.redis_url
        or f"unix://{state / 'run' / 'redis.sock'}",
    )


def _load_secrets(path: Path, seats: list[str]) -> Secrets:
    known = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    made = Secrets(
        ami=known.get("ami") or secrets.token_urlsafe(24),
        cookie=known.get("cookie") or secrets.token_urlsafe(32),
        seats={**known.get("seats", {})},
    )
    for seat in seats:
        made.seats.setdefault(seat, secrets.token_urlsafe(18))
    text = _secrets_toml(made)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    return made


def _secrets_toml(made: Secrets) -> str:
    rows = [f'ami = "{made.ami}"', f'cookie = "{made.cookie}"', "", "[seats]"]
    rows += [f'{name} = "{password}"' for name, password in sorted(made.seats.items())]
    return "\n".join(rows) + "\n"
