"""What an agent does with the call they talk in."""

from agent_console.seat.desk import talk_of
from agent_console.services import Services
from hotline.calls.events import EventKind
from hotline.db.models import Person
from routing.offers import LiveCall


def hand_over_to_rating(services: Services, person: Person) -> LiveCall:
    """转评价: note that the agent asked for the rating, then hang up the seat.

    The caller's script asks for the rating whenever the seat hangs up first; the fact tells who
    wanted it. It is written first: a note too many is harmless, one too few is not.

    Raises:
        NoCallError: they talk with nobody.
        JournalError: it could not be written down.
        AmiError: Asterisk is away or refused.
    """
    call = talk_of(services, person)
    leg = call.offer.leg if call.offer else None
    facts = {"leg": leg, "by": "button"}
    services.journal.append(call.call_id, EventKind.RATING_ASKED, facts)
    services.phones.hang_up(call)
    return call


def hang_up(services: Services, person: Person) -> LiveCall:
    """Hang up the seat.

    Raises:
        NoCallError: they talk with nobody.
        AmiError: Asterisk is away or refused.
    """
    call = talk_of(services, person)
    services.phones.hang_up(call)
    return call
