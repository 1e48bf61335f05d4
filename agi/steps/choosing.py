"""Menu: one optional level, for a caller nobody was free for yet; silence goes to a person.

A seat that becomes free ends it. Its prompt missing: there is no menu. Redis away: no menu
either, a person comes first.
"""

from agi.call import CallScript
from agi.session import STOPPED
from agi.steps.line import seek
from agi.steps.speech import say
from hotline import channel_variables as variables
from hotline.calls.events import EventKind
from hotline.calls.machine import CallMove
from hotline.site import Menu, MenuChoice


def choose(call: CallScript) -> CallMove:
    """Offer the choice once and take what is pressed."""
    menu = call.services.settings.site.menu
    if menu and call.services.has_prompt("menu") and not seek(call):
        choice = _ask(call, menu)
        if choice:
            _ask_for(call, choice)
    return CallMove.OFFER if seek(call) else CallMove.WAIT


def _ask(call: CallScript, menu: Menu) -> MenuChoice | None:
    choices = {choice.key: choice for choice in menu.choices}
    key = say(call, "menu", "".join(choices))
    if not key:
        key = call.session.wait_key(int(menu.seconds * 1000))
    return None if key == STOPPED else choices.get(key)


def _ask_for(call: CallScript, choice: MenuChoice) -> None:
    """From now on the chosen city's caller, with the old place in the line."""
    call.city, call.choice = choice.city or call.city, choice
    wants = [want.skill for want in choice.wants]
    call.tell(
        EventKind.CHOSEN, key=choice.key, city=call.city, wants=wants, priority=choice.priority
    )
    call.live(call.services.line.leave, call.id)
    call.mirror(variables.CITY, call.city or "")
    call.mirror(variables.WANTS, choice.key)
