"""The caller's place in the line, as the steps use it."""

from agi.call import CallScript
from routing.asks import Ask, site_steps, skills_text
from routing.offers import WaitingCall


def seek(call: CallScript) -> bool:
    """Keep the caller's place in the line and see who can be rung. True: go on to connect.

    Entering again changes nothing while the line knows the caller; when it does not (a Redis
    that came back empty), this is what builds it again, old place included. With live state
    away there is somebody to ring all the same: everybody (`agi.steps.direct`).
    """
    call.awake.clear()
    call.direct = False
    call.offer = call.live(call.services.line.enter, _waiting(call))
    if call.offer or call.direct:
        call.awake.set()
        return True
    return False


def _waiting(call: CallScript) -> WaitingCall:
    site = call.services.settings.site
    wants = call.choice.wants if call.choice else ()
    priority = call.choice.priority if call.choice else None
    return WaitingCall(
        call_id=call.id,
        number=call.number,
        name=call.name,
        city=call.city,
        entered_at=call.entered_at,
        owner=call.services.owner,
        channel=call.channel,
        legs=call.legs,
        steps=site_steps(site, Ask(call.city, wants, call.prefers)),
        wants=skills_text({want.skill: want.level for want in wants}),
        priority=priority,
        head_start=site.head_start.seconds(priority),
        prefers=call.prefers,
    )
