"""The kinds of value a site file holds, each narrow enough for Asterisk's configuration.

What a value may be is said here once, and why another is refused.
"""

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from hotline.addresses import split_address

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
TicketPrefix = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}$")]
Codec = Annotated[str, StringConstraints(pattern=r"^(alaw|ulaw|g722|opus)$")]

_UNSAFE = frozenset("[](){}<>;,=$\"'`\\|&%#!*?\n\r\t\0")


def _plain(text: str) -> str:
    """Text for people, with nothing in it that any configuration format reads as its own."""
    bad = sorted({c for c in text if c in _UNSAFE or not c.isprintable()})
    if bad:
        raise ValueError(f"must not contain {' '.join(map(repr, bad))}")
    return text


def _host_port(text: str) -> str:
    """A host name, an address or [an IPv6 address], and a port."""
    host, port = split_address(text)
    if not 0 < port < 65536:
        raise ValueError("the port must be between 1 and 65535")
    if ":" in host or text.startswith("["):
        ipaddress.IPv6Address(host)
    return text


def _bindable(text: str) -> str:
    """An address of this machine, not a name: Asterisk binds to it before names can be asked."""
    ipaddress.ip_address(split_address(text)[0])
    return text


def _own_address(text: str) -> str:
    """One address: whoever may reach it is let in from that address alone."""
    if ipaddress.ip_address(split_address(text)[0]).is_unspecified:
        raise ValueError("must be one address of this machine, not every one")
    return text


def _reachable(text: str) -> str:
    if not split_address(text)[0]:
        raise ValueError("must name a host")
    return text


def _far_side(text: str) -> str:
    """An address, a network or a host name; never everybody."""
    if "/" not in text and not re.fullmatch(r"[0-9.]+|.*:.*", text):
        return text
    if ipaddress.ip_network(text, strict=False).prefixlen == 0:
        raise ValueError("would let everybody in")
    return text


def _with_zero(code: str) -> str:
    return f"0{code.removeprefix('0')}"


def _no_number(name: str) -> str:
    """A phone signs in by its seat's name, so that must be no caller's name or number."""
    if name.isdigit() or name == "anonymous":
        raise ValueError("must contain a letter, and be no caller's name")
    return name


HostPort = Annotated[
    str,
    StringConstraints(pattern=r"^([A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$"),
    AfterValidator(_host_port),
]
Bind = Annotated[HostPort, AfterValidator(_bindable)]
OwnAddress = Annotated[Bind, AfterValidator(_own_address)]
Reachable = Annotated[HostPort, AfterValidator(_reachable)]
Address = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$"),
    AfterValidator(_far_side),
]
SeatName = Annotated[Name, AfterValidator(_no_number)]
#: With the long-distance 0, as people write it: 0431.
AreaCode = Annotated[
    str, StringConstraints(pattern=r"^0?[1-9][0-9]{0,11}$"), AfterValidator(_with_zero)
]
SpokenText = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_plain)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_plain)]
