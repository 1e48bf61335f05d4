"""How the hotline talks to Redis: short waits, because a caller is on the line meanwhile."""

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from hotline.settings import Settings

#: Seconds. Redis answers in well under a millisecond; longer than this it is as good as away.
ANSWER_WITHIN = 1.0
CONNECT_WITHIN = 0.5


def connect(settings: Settings) -> redis.Redis:
    """A client of the live state's Redis; it connects at its first command.

    One retry at once, and only when the connection turns out closed (a restarted server): the
    moves may be repeated harmlessly. A server that does not answer is not asked twice.
    """
    return redis.Redis.from_url(
        settings.redis_url,
        decode_responses=True,
        socket_timeout=ANSWER_WITHIN,
        socket_connect_timeout=CONNECT_WITHIN,
        retry=Retry(ConstantBackoff(0), 1, supported_errors=(redis.ConnectionError,)),
    )
