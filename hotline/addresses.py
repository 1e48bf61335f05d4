"""Addresses as the site file writes them, and free ports for private copies."""

import socket


def split_address(address: str) -> tuple[str, int]:
    """``host:port`` in two. An empty host means every interface."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def free_port(host: str = "127.0.0.1", kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
