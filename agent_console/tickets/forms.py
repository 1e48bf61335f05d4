"""The ticket form's own shape: HTML knows only text, so empty means nothing chosen."""

from collections.abc import Iterable
from typing import Any

from starlette.datastructures import FormData

from casework.ticket_fields import TicketFields

_TEXTS = (
    *("caller_name", "caller_number", "address", "what_happened", "demand", "answer"),
    *("urgency", "handling_unit"),
)
_CHOICES = ("city", "record_type", "service", "referral", "mediation_type", "deadline")
_TICKS = ("identity_refused", "secret")
#: External numbers: kept under these keys, sent as external_<key>.
EXTERNAL = ("12345", "online", "110")
#: One select holds both levels of the matter as ``group/matter``.
_MATTER = "matter"


def fields_from(form: FormData) -> TicketFields:
    """The fields of a form that was sent.

    A field that the form did not have is not given; ticks that are off are not sent by browsers,
    so the form names them in ``ticks``.

    Raises:
        pydantic.ValidationError: a value does not fit.
    """
    given: dict[str, Any] = {name: _text(form, name) for name in _TEXTS if name in form}
    given |= {name: _text(form, name) or None for name in _CHOICES if name in form}
    if "ticks" in form:
        given |= {name: name in form for name in _TICKS}
        given["special_groups"] = _texts(form.getlist("special_groups"))
    if "helping_units" in form:
        lines = _text(form, "helping_units").splitlines()
        given["helping_units"] = [line.strip() for line in lines if line.strip()]
    if _MATTER in form:
        group, _, matter = _text(form, _MATTER).partition("/")
        given |= {"matter_group": group or None, "matter": matter or None}
    if any(f"external_{key}" in form for key in EXTERNAL):
        told = {key: _text(form, f"external_{key}").strip() for key in EXTERNAL}
        given["external_numbers"] = {key: number for key, number in told.items() if number}
    return TicketFields(**given)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def _texts(values: Iterable[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
