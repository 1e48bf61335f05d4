"""The site file's rules of matching: skills, how a want relaxes, head starts.

What they do to a caller is told in docs/routing.md.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from hotline.site_types import DisagreementError, Name, Part, Text, unique

#: The best an agent can be at a skill; 1 is the least, 0 is no skill at all.
BEST_LEVEL = 3

Level = Annotated[int, Field(ge=1, le=BEST_LEVEL)]


class Priority(StrEnum):
    """Why a caller gets a head start."""

    DANGER_TO_LIFE = "danger_to_life"
    DEADLINE_TODAY = "deadline_today"
    ELDERLY = "elderly"
    CALL_BACK_DUE = "call_back_due"


class HeadStart(Part):
    """How many seconds earlier a caller counts as having come, by reason."""

    danger_to_life: float = Field(3600, ge=0, le=86400)
    deadline_today: float = Field(300, ge=0, le=86400)
    elderly: float = Field(60, ge=0, le=86400)
    call_back_due: float = Field(120, ge=0, le=86400)

    def seconds(self, priority: Priority | None) -> float:
        """The head start for a reason; none without one."""
        return 0.0 if priority is None else float(getattr(self, priority.value))


class Skill(Part):
    """What an agent may be good at: a group of matters, a dialect, a language."""

    code: Name
    name: Text


class Relaxation(Part):
    """A step in which callers who wait long ask for less."""

    after_seconds: float = Field(gt=0, description="of waiting, from the entry into the line")
    level: int = Field(ge=0, le=BEST_LEVEL, description="least level then asked for; 0: anybody")
    skills: tuple[Name, ...] = Field((), description="which wants it is about; none named: all")


class Want(Part):
    """A skill a caller asks for."""

    skill: Name
    level: Level = 1
    required: bool = Field(True, description="false: who has it goes first, anybody will do")


def check_skills(
    skills: Iterable[Skill], wants: Iterable[Want], relaxations: Iterable[Relaxation]
) -> None:
    """Every skill named is one that somebody can have.

    Raises:
        DisagreementError: a skill is unknown or defined twice.
    """
    codes = [skill.code for skill in skills]
    unique("skill.code", codes)
    for want in wants:
        _known("menu.choice.want.skill", want.skill, codes)
    for relaxation in relaxations:
        for skill in relaxation.skills:
            _known("relaxation.skills", skill, codes)


def check_neighbours(city: str, neighbours: Iterable[str], known: Iterable[str]) -> None:
    """A city's circle names other cities, each once.

    Raises:
        DisagreementError: it names itself, an unknown city, or one twice.
    """
    named, cities = list(neighbours), set(known)
    if city in named:
        raise DisagreementError("city.neighbours", f"{city} names itself")
    for other in named:
        if other not in cities:
            raise DisagreementError("city.neighbours", f"{city} names unknown city {other}")
    unique("city.neighbours", named)


def _known(key: str, skill: str, codes: list[str]) -> None:
    if skill not in codes:
        raise DisagreementError(key, f"nobody can have unknown skill {skill}")
