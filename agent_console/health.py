"""/healthz: does this process answer, and are its neighbours there."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agent_console.services import Services, ServicesDep

router = APIRouter()

Neighbour = Literal["ok", "away"]


class Health(BaseModel):
    """``ok`` says that this process works, whatever its neighbours do."""

    ok: bool
    redis: Neighbour
    sql: Neighbour
    asterisk: Neighbour


@router.get("/healthz")
def healthz(services: ServicesDep) -> Health:
    """For the supervisor and for load balancers; needs no session."""
    return Health(
        ok=True,
        redis=_redis(services),
        sql=_sql(services),
        asterisk="ok" if services.phones.reachable else "away",
    )


def _redis(services: Services) -> Neighbour:
    try:
        services.redis.ping()
    except RedisError:
        return "away"
    return "ok"


def _sql(services: Services) -> Neighbour:
    try:
        with services.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "away"
    return "ok"
