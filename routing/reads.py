"""Reading the live state: many hashes in one round trip."""

from collections.abc import Iterable
from typing import cast

import redis
from redis.exceptions import RedisError

from routing.errors import LiveStateAwayError


def read_hashes(client: redis.Redis, keys: Iterable[str]) -> list[dict[str, str]]:
    """The hashes at ``keys`` in order, an empty one where there is none.

    Raises:
        LiveStateAwayError: Redis is away.
    """
    try:
        pipeline = client.pipeline(transaction=False)
        for key in keys:
            pipeline.hgetall(key)
        return cast(list[dict[str, str]], pipeline.execute())
    except RedisError as error:
        raise LiveStateAwayError(str(error)) from error


def read_members(client: redis.Redis, key: str) -> list[str]:
    """A set's members, sorted.

    Raises:
        LiveStateAwayError: Redis is away.
    """
    try:
        return sorted(cast(set[str], client.smembers(key)))
    except RedisError as error:
        raise LiveStateAwayError(str(error)) from error


def count_members(client: redis.Redis, key: str) -> int:
    """How many members a sorted set has.

    Raises:
        LiveStateAwayError: Redis is away.
    """
    try:
        return client.zcard(key)
    except RedisError as error:
        raise LiveStateAwayError(str(error)) from error


def rank_of(client: redis.Redis, key: str, member: str) -> int | None:
    """How many members of a sorted set come before this one; None: it is not there.

    Raises:
        LiveStateAwayError: Redis is away.
    """
    try:
        return cast(int | None, client.zrank(key, member))
    except RedisError as error:
        raise LiveStateAwayError(str(error)) from error


def read_text(client: redis.Redis, key: str) -> str:
    """A plain value, empty when there is none.

    Raises:
        LiveStateAwayError: Redis is away.
    """
    try:
        return cast(str | None, client.get(key)) or ""
    except RedisError as error:
        raise LiveStateAwayError(str(error)) from error
