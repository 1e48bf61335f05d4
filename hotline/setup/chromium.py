"""A private Chromium with its libraries and a Chinese font, for the browser tests."""

from __future__ import annotations

from pathlib import Path

from hotline.setup.debian import Say, Wanted, install

#: From the machine's own release, so its libc serves: Chromium starts itself
#: again by its path and cannot be started by another loader. What is left out is
#: only ever run, never loaded, by a browser.
WANTED = Wanted(
    ("chromium", "fonts-wqy-microhei"),
    leave_out=frozenset({"libc6", "systemd", "perl", "perl-base", "adwaita-icon-theme"}),
)

FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{tree}/usr/share/fonts</dir>
  <cachedir>{tree}/font-cache</cachedir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias>
    <family>sans-serif</family>
    <prefer><family>DejaVu Sans</family><family>WenQuanYi Micro Hei</family></prefer>
  </alias>
</fontconfig>
"""


def wanted(into: Path) -> str:
    """What the tree depends on; its place too, which is written into its font configuration."""
    return f"{WANTED.packages} {sorted(WANTED.leave_out)} {into}"


def install_chromium(into: Path, say: Say) -> None:
    """Unpack Chromium into ``into`` and tell it where its fonts are. Raises ToolMissingError."""
    install(WANTED, into, say)
    (into / "fonts.conf").write_text(FONTS_CONF.format(tree=into), encoding="utf-8")
