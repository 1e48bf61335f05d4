"""Thirty callers at once on ten seats: all served, all recorded, nobody twice."""

import itertools
from pathlib import Path

from sqlalchemy import select

from hotline.addresses import split_address
from hotline.calls.machine import Outcome
from hotline.db.models import Call, CallLeg, Recording
from hotline.phones.sipp import Sipp, SippPlan
from routing.agent_machine import AgentState
from tests.eventually import eventually
from tests.telephony.house import TestHouse

CALLERS = [f"04311300{n:04}" for n in range(30)]
SEATS = [f"cc{n:02}" for n in range(1, 11)]


def test_thirty_callers_on_ten_seats(house: TestHouse, tmp_path: Path) -> None:
    phones = {seat: house.seat_phone(seat) for seat in SEATS}
    for n, seat in enumerate(SEATS):
        house.agent(f"10{n:02}", seat)
    host, port = split_address(house.settings.site.server.sip_bind)
    plan = SippPlan("caller_stays", host, port, numbers=CALLERS, rate=15, timeout=120)
    callers = Sipp(plan, tmp_path)
    callers.start()
    served = 0
    while served < len(CALLERS):
        served += eventually(lambda: end_talks(house, phones), "a talk to end", limit=60)
    result = callers.wait()
    assert result.ok, result.errors

    calls = eventually(lambda: finished(house), "thirty finished records")
    others = [call.id for call in calls if call.outcome != Outcome.ANSWERED]
    assert others == [], house.story(others[0])
    assert overlapping(house) == []
    eventually(lambda: sealed(house) == 3 * len(CALLERS), "ninety sealed tracks")


def end_talks(house: TestHouse, phones: dict) -> int:  # type: ignore[type-arg]
    """Hang up at every seat that talks; how many did."""
    talking = [a for a in house.agents.all() if a.state is AgentState.TALKING]
    for agent in talking:
        phones[agent.seat].hangup()
        house.wait_agent(agent.code, AgentState.WRAP_UP, AgentState.READY, AgentState.OFFERED)
    return len(talking)


def finished(house: TestHouse) -> list[Call] | None:
    """The thirty calls, once all have an outcome."""
    wanted = select(Call).where(Call.caller_number.in_(CALLERS), Call.outcome.is_not(None))
    with house.sessions() as session:
        calls = list(session.scalars(wanted))
    return calls if len(calls) == len(CALLERS) else None


def overlapping(house: TestHouse) -> list[tuple[str, str]]:
    """Pairs of calls that one agent had at the same time."""
    legs = (
        select(CallLeg)
        .join(Call, Call.id == CallLeg.call_id)
        .where(Call.caller_number.in_(CALLERS))
        .order_by(CallLeg.agent, CallLeg.started_at)
    )
    with house.sessions() as session:
        rows = list(session.scalars(legs))
    return [
        (one.call_id, two.call_id)
        for one, two in itertools.pairwise(rows)
        if one.agent == two.agent and one.ended_at and two.started_at < one.ended_at
    ]


def sealed(house: TestHouse) -> int:
    """How many tracks of these calls have their hash."""
    wanted = (
        select(Recording.call_id)
        .join(Call, Call.id == Recording.call_id)
        .where(Call.caller_number.in_(CALLERS), Recording.sha256.is_not(None))
    )
    with house.sessions() as session:
        return len(session.scalars(wanted).all())
