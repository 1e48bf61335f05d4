"""One test for each rule of docs/routing.md."""

from collections.abc import Callable

import pytest

from hotline.clock import ManualClock
from hotline.site import Limits
from hotline.site_matching import HeadStart, Priority, Relaxation, Want
from routing.agents import Agents
from routing.asks import Ask, Step, skills_from, skills_text, steps_for
from routing.line import Line
from tests.routing.conftest import MakeCall, held

LIMITS = Limits(own_city_seconds=10, neighbours_seconds=10, same_agent_seconds=5)
LABOUR = Want(skill="labour", level=2)
RELAXED = (Relaxation(after_seconds=15, level=1), Relaxation(after_seconds=30, level=0))

SignIn = Callable[..., str]


@pytest.fixture
def limits() -> Limits:
    """Times that the tests count with."""
    return LIMITS


@pytest.fixture
def ready(agents: Agents, clock: ManualClock) -> SignIn:
    """Puts an agent at a seat, ready; who comes later is idle for a shorter time."""

    def sign_in(code: str, city: str = "changchun", **skills: int) -> str:
        agents.sign_in(code, "", city, f"{city}-{code}", skills)
        agents.ready(code)
        clock.advance(1)
        return code

    return sign_in


def steps(city: str | None, *wants: Want, prefers: str | None = None) -> tuple[Step, ...]:
    return steps_for(Ask(city, wants, prefers), LIMITS, ("jilin", "siping"), RELAXED)


def test_steps_are_told_once_and_each_changes_something() -> None:
    told = steps("changchun", LABOUR)
    assert [(step.after, step.lines) for step in told] == [
        (0, ("changchun|labour:2",)),
        (10, ("changchun|labour:2", "jilin|labour:2", "siping|labour:2")),
        (15, ("changchun|labour:1", "jilin|labour:1", "siping|labour:1")),
        (20, ("*|labour:1",)),
        (30, ("*",)),
    ]
    assert [step.after for step in steps(None)] == [0]


def test_skills_as_text_and_back() -> None:
    skills = {"labour": 2, "korean": 1}
    assert skills_text(skills) == "korean:1+labour:2"
    assert skills_from(skills_text(skills)) == skills
    assert skills_from("") == {}


def test_the_more_skilled_before_the_longer_idle(
    line: Line, ready: SignIn, caller: MakeCall
) -> None:
    ready("1", labour=2)
    ready("2", labour=3)
    ready("3", labour=1)
    offers = [line.enter(caller(f"c{n}", steps=steps("changchun", LABOUR))) for n in range(3)]
    assert [offer and offer.agent for offer in offers] == ["2", "1", None]


def test_a_requirement_relaxes_step_by_step(
    line: Line, ready: SignIn, caller: MakeCall, clock: ManualClock
) -> None:
    line.enter(caller("c1", steps=steps("changchun", LABOUR)))
    ready("1")
    ready("2", labour=1)
    assert line.offer_for("c1") is None
    clock.advance(13)
    line.tick()
    assert held(line, "c1").agent == "2"
    line.leave("c1")
    line.enter(caller("c2", "yanbian", steps=steps("yanbian", Want(skill="korean"))))
    clock.advance(30)
    line.tick()
    assert held(line, "c2").agent == "1", "the longest idle of all: nobody there speaks Korean"


def test_a_preferred_skill_goes_first_and_anybody_will_do(
    line: Line, ready: SignIn, caller: MakeCall
) -> None:
    ready("1")
    ready("2", labour=1)
    wish = steps("changchun", Want(skill="labour", required=False))
    offers = [line.enter(caller(f"c{n}", steps=wish)) for n in range(2)]
    assert [offer and offer.agent for offer in offers] == ["2", "1"]


def test_two_skills_needed_are_found_in_one_agent(
    line: Line, ready: SignIn, caller: MakeCall
) -> None:
    ready("1", labour=3)
    ready("2", labour=2, korean=1)
    both = steps("changchun", LABOUR, Want(skill="korean"))
    offer = line.enter(caller("c1", steps=both))
    assert offer is not None
    assert offer.agent == "2"


def test_own_city_then_named_neighbours_then_the_province(
    line: Line, ready: SignIn, caller: MakeCall, clock: ManualClock
) -> None:
    for call_id in ("c1", "c2"):
        line.enter(caller(call_id, steps=steps("changchun")))
    ready("far", "yanbian")
    clock.advance(8)
    ready("near", "siping")
    assert line.offer_for("c1") is None
    line.tick()
    assert held(line, "c1").agent == "near"
    line.dialled(held(line, "c1"))
    assert line.offer_for("c2") is None
    clock.advance(10)
    line.tick()
    assert held(line, "c2").agent == "far"


def test_a_head_start_counts_as_having_come_earlier(
    line: Line, ready: SignIn, caller: MakeCall, clock: ManualClock
) -> None:
    start = HeadStart(elderly=60).seconds(Priority.ELDERLY)
    line.enter(caller("first"))
    clock.advance(61)
    line.enter(caller("second"))
    line.enter(caller("elder", priority=Priority.ELDERLY, head_start=start))
    ready("1")
    assert held(line, "first").agent == "1", "61 s earlier is more than 60"
    ready("2")
    assert held(line, "elder").agent == "2"
    told = line.live_call("elder")
    assert told is not None
    assert told.priority == "elderly"
    assert told.place == told.entered_at - 60


def test_who_was_cut_off_gets_the_old_place_back_once(
    line: Line, caller: MakeCall, clock: ManualClock
) -> None:
    entered = clock()
    line.enter(caller("c1"))
    clock.advance(20)
    line.leave("c1", cut_off=True)
    clock.advance(599)
    line.enter(caller("c2"))
    line.enter(caller("c3"))
    again, other = line.live_call("c2"), line.live_call("c3")
    assert again is not None
    assert other is not None
    assert (again.place, again.priority) == (entered, "returned")
    assert (other.place, other.priority) == (other.entered_at, "")


@pytest.mark.parametrize(("number", "away"), [("13904310000", 601), ("anonymous", 5), ("", 5)])
def test_who_comes_too_late_or_withholds_the_number_gets_no_old_place(
    line: Line, caller: MakeCall, clock: ManualClock, number: str, away: float
) -> None:
    line.enter(caller("c1", number=number))
    clock.advance(20)
    line.leave("c1", cut_off=True)
    clock.advance(away)
    line.enter(caller("c2", number=number))
    call = line.live_call("c2")
    assert call is not None
    assert call.place == call.entered_at


def test_a_talk_lost_is_remembered_and_a_finished_one_is_not(
    line: Line, zhang: str, caller: MakeCall
) -> None:
    offer = line.enter(caller("c1"))
    assert offer is not None
    line.dialled(offer)
    line.answered(offer, "PJSIP/cc01-1")
    line.finish_talk("c1")
    line.leave("c1", cut_off=True)
    line.enter(caller("c2"))
    call = line.live_call("c2")
    assert call is not None
    assert call.priority == ""


def test_the_same_agent_is_waited_for_a_while(
    line: Line, agents: Agents, ready: SignIn, caller: MakeCall, clock: ManualClock
) -> None:
    ready("1")
    ready("2", "yanbian")
    agents.ready("2")
    line.enter(caller("other", "yanbian"))  # holds agent 2
    known = steps("changchun", prefers="2")
    assert line.enter(caller("c1", prefers="2", steps=known)) is None
    line.leave("other")
    assert held(line, "c1").agent == "2", "free within the time, though far away"


def test_the_same_agent_is_not_waited_for_longer_nor_when_away(
    line: Line, agents: Agents, ready: SignIn, caller: MakeCall, clock: ManualClock
) -> None:
    ready("1")
    ready("2")
    agents.pause("2", "lunch")
    known = steps("changchun", prefers="2")
    offer = line.enter(caller("c1", prefers="2", steps=known))
    assert offer is not None
    assert offer.agent == "1", "nobody waits for who is at lunch"
    line.leave("c1")
    agents.ready("2")
    line.enter(caller("other", prefers="2", steps=known))
    line.dialled(held(line, "other"))
    line.enter(caller("c2", prefers="2", steps=known))
    assert line.offer_for("c2") is None
    clock.advance(5)
    line.tick()
    assert held(line, "c2").agent == "1"


def test_new_skills_count_at_once(
    line: Line, agents: Agents, ready: SignIn, caller: MakeCall
) -> None:
    ready("1")
    line.enter(caller("c1", steps=steps("changchun", LABOUR)))
    assert line.offer_for("c1") is None
    agents.sign_in("1", "", "changchun", "changchun-1", {"labour": 2})
    assert held(line, "c1").agent == "1"
    assert agents.get("1").skills == {"labour": 2}
