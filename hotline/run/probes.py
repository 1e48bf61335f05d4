"""Ways to ask a process whether it still does its work. Each answers within a second."""

import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import redis

from hotline.addresses import split_address
from hotline.heartbeat import age

#: Called with the process's pid; True when it works.
Probe = Callable[[int], bool]

_TIMEOUT = 1.0


def answers_agi(address: str) -> Probe:
    """A FastAGI server takes a session and talks."""

    def probe(pid: int) -> bool:
        del pid
        try:
            with socket.create_connection(split_address(address), timeout=_TIMEOUT) as link:
                link.sendall(b"agi_network: yes\nagi_network_script: health\n\n")
                alive = link.recv(256).startswith(b"NOOP alive")
                link.sendall(b"200 result=0\n")
                return alive
        except OSError:
            return False

    return probe


def answers_http(address: str) -> Probe:
    """A web server answers /healthz, whatever it says of its own neighbours."""

    def probe(pid: int) -> bool:
        del pid
        try:
            httpx.get(f"http://{address}/healthz", timeout=_TIMEOUT)
        except httpx.HTTPError:
            return False
        return True

    return probe


def beats(folder: Path, role: str, limit: float = 3.0) -> Probe:
    """The process touched its heartbeat file less than ``limit`` seconds ago."""

    def probe(pid: int) -> bool:
        seconds = age(folder / f"{role}-{pid}.beat")
        return seconds < limit

    return probe


def answers_redis(url: str) -> Probe:
    """Redis answers PING."""

    def probe(pid: int) -> bool:
        del pid
        client = redis.Redis.from_url(url, socket_timeout=_TIMEOUT)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    return probe


def answers_ami(address: str) -> Probe:
    """Asterisk's manager port greets, which it does once fully booted."""

    def probe(pid: int) -> bool:
        del pid
        try:
            with socket.create_connection(split_address(address), timeout=_TIMEOUT) as link:
                return link.recv(64).startswith(b"Asterisk Call Manager")
        except OSError:
            return False

    return probe
