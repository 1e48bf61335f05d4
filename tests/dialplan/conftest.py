"""A site with folders of its own, and an Asterisk that need not exist."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from hotline.settings import Settings
from hotline.site import Site


@dataclass(frozen=True)
class Folders:
    """Where an Asterisk would have its parts."""

    modules_dir: Path = Path("/usr/lib/asterisk/modules")
    data_dir: Path = Path("/usr/share/asterisk")


@pytest.fixture
def folders() -> Folders:
    return Folders()


@pytest.fixture
def settings(jilin: Site, tmp_path: Path) -> Settings:
    """The example site in an empty state folder."""
    return Settings(tmp_path / "hotline.toml", jilin, tmp_path, database_url="", redis_url="")
