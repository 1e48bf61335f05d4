"""What a person may write into a ticket, checked against the vocabulary."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from casework import vocabulary
from casework.vocabulary import Choice

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)]
#: Characters: about ten pages, so that nothing a person types is refused.
Long = Annotated[str, StringConstraints(max_length=20_000)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9+*#-]{0,32}$")]


def _one_of(choices: tuple[Choice, ...]) -> AfterValidator:
    known = vocabulary.codes(choices)

    def check(code: str | None) -> str | None:
        if code is not None and code not in known:
            raise ValueError(f"{code!r} is not in the list")
        return code

    return AfterValidator(check)


def _all_of(choices: tuple[Choice, ...]) -> AfterValidator:
    known = vocabulary.codes(choices)

    def check(codes: list[str]) -> list[str]:
        if wrong := sorted(set(codes) - known):
            raise ValueError(f"{', '.join(wrong)}: not in the list")
        return sorted(set(codes))

    return AfterValidator(check)


class TicketFields(BaseModel):
    """The fields of a ticket that its form holds; those left out stay as they are."""

    model_config = ConfigDict(extra="forbid")

    caller_name: Line = ""
    identity_refused: bool = False
    caller_number: Number = ""
    city: Line | None = None
    address: Address = ""
    special_groups: Annotated[list[str], _all_of(vocabulary.SPECIAL_GROUPS)] = []
    record_type: Annotated[str | None, _one_of(vocabulary.RECORD_TYPES)] = None
    service: Annotated[str | None, _one_of(vocabulary.SERVICES)] = None
    referral: Annotated[str | None, _one_of(vocabulary.REFERRALS)] = None
    matter_group: Annotated[str | None, _one_of(vocabulary.MATTER_GROUPS)] = None
    matter: str | None = None
    mediation_type: Annotated[str | None, _one_of(vocabulary.MEDIATION_TYPES)] = None
    what_happened: Long = ""
    demand: Long = ""
    answer: Long = ""
    urgency: Annotated[str, _one_of(vocabulary.URGENCIES)] = "normal"
    secret: bool = False
    deadline: date | None = None
    handling_unit: Line = ""
    helping_units: list[Line] = []
    external_numbers: dict[Line, Line] = {}

    @model_validator(mode="after")
    def _matter_fits(self) -> Self:
        if self.matter is None:
            return self
        below = vocabulary.MATTERS.get(self.matter_group or "", ())
        if self.matter not in vocabulary.codes(below):
            raise ValueError(f"matter: {self.matter!r} is not below {self.matter_group!r}")
        return self

    def given(self) -> dict[str, Any]:
        """The fields that were given, as columns."""
        return self.model_dump(exclude_unset=True)
