"""What an agent does about call-backs: take one on, dial it, let it go, give it up."""

from collections.abc import Sequence

from agent_console.errors import ForbiddenError
from agent_console.services import Services
from casework.callback_machine import CallbackState
from casework.rights import may_work_callback
from hotline.calls.outbound import outbound_id
from hotline.db.models import Callback, Person, Role
from hotline.errors import HotlineError
from routing.outbound import Called


def listed(services: Services, person: Person, *, finished: bool = False) -> Sequence[Callback]:
    """Those this person may work on: their city's and those from no city; an admin's are all."""
    city = None if Role(person.role) is Role.ADMIN else person.city
    return services.callbacks.search(city=city, finished=finished)


def opened(services: Services, person: Person, callback_id: int) -> Callback:
    """One that this person may work on.

    Raises:
        CallbackMissingError: there is none.
        ForbiddenError: it is another city's.
    """
    callback = services.callbacks.get(callback_id)
    if not may_work_callback(person, callback):
        raise ForbiddenError("another city's call-back")
    return callback


def claim(services: Services, person: Person, callback_id: int) -> Callback:
    """Take it on. Raises as `opened` and `casework.callbacks.Callbacks.claim`."""
    opened(services, person, callback_id)
    return services.callbacks.claim(callback_id, person.code)


def release(services: Services, person: Person, callback_id: int) -> Callback:
    """Let it go. Raises as `opened` and `casework.callbacks.Callbacks.release`."""
    opened(services, person, callback_id)
    return services.callbacks.release(callback_id, person.code)


def give_up(services: Services, person: Person, callback_id: int, why: str) -> Callback:
    """No more tries. Raises as `opened` and `casework.callbacks.Callbacks.give_up`."""
    opened(services, person, callback_id)
    return services.callbacks.give_up(callback_id, person.code, why)


def dial(services: Services, person: Person, callback_id: int) -> Callback:
    """Claim it and call: this person's phone rings first, then the caller's.

    Raises:
        IllegalTransitionError: it cannot be dialled now, or this person is not ready.
        CallbackTakenError: somebody else was faster.
        NoTrunkError: the site dials out nowhere.
        AmiError: Asterisk is away; it is due as before.
        LiveStateAwayError: Redis is away.
    """
    callback = opened(services, person, callback_id)
    if not (callback.state == CallbackState.CLAIMED and callback.agent == person.code):
        callback = services.callbacks.claim(callback_id, person.code)
    called = _called(services, callback)
    # One that kept its place in the line by itself leaves it: it is this agent's now.
    services.line.leave(called.call_id)
    offer = services.dialler.reserve(called, person.code)
    try:
        dialled = services.callbacks.dialling(callback_id, called.call_id, person.code)
    except HotlineError:
        services.dialler.let_go(called.call_id)
        raise
    services.dialler.place(called, offer)
    return dialled


def _called(services: Services, callback: Callback) -> Called:
    number = services.callbacks.next_number(callback.id)
    name = services.settings.site.hotline.system_name
    return Called(
        call_id=outbound_id(name, callback.id, number),
        number=callback.number,
        name=callback.name,
        city=callback.city,
        since=callback.since.timestamp(),
        first=services.settings.site.callback.first,
    )
