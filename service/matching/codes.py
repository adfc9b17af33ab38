"""Code lists as bits: every set of codes is one unsigned integer, and sets are compared with &."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from service.guidance.rules import AccessNeed, AffirmingNeed, Category, Paper, PaymentWay, Setting


@dataclass(frozen=True, slots=True)
class CodeBits:
    """One code list of at most 64 codes. Bits live in memory only, so a list may grow or be put in another order."""

    codes: tuple[StrEnum, ...]
    places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", {code.value: 1 << place for place, code in enumerate(self.codes)})

    def bits(self, codes: Iterable[str]) -> int:
        """The set as bits; a code that is not on the list has none."""
        total = 0
        for code in codes:
            total |= self.places.get(code, 0)
        return total

    def of(self, bits: int) -> frozenset[StrEnum]:
        """The codes of a set that is written as bits."""
        return frozenset(code for place, code in enumerate(self.codes) if bits >> place & 1)

    @property
    def everything(self) -> int:
        """All codes of the list."""
        return (1 << len(self.codes)) - 1


CATEGORIES = CodeBits(tuple(Category))
SETTINGS = CodeBits(tuple(Setting))
PAPERS = CodeBits(tuple(Paper))
PAYMENT = CodeBits(tuple(PaymentWay))
ACCESS = CodeBits(tuple(AccessNeed))
AFFIRMING = CodeBits(tuple(AffirmingNeed))


class Welcome(StrEnum):
    """Who may come along."""

    COUPLES = "couples"
    PETS = "pets"
    KIDS = "kids"


class Time(StrEnum):
    """When a place is open, as people wish for it, in its own local time."""

    MORNINGS = "mornings"
    AFTERNOONS = "afternoons"
    EVENINGS = "evenings"
    WEEKENDS = "weekends"
    WALK_IN = "walk_in"


class Competency(StrEnum):
    """What training can be for (the seven tasks of Tatarsky's training, and fields of work)."""

    ALLIANCE = "alliance"
    SELF_MANAGEMENT = "self_management"
    ASSESSMENT_AS_TREATMENT = "assessment_as_treatment"
    AMBIVALENCE = "ambivalence"
    GOAL_SETTING = "goal_setting"
    PLANNING = "planning"
    SAFER_USE = "safer_use"
    OVERDOSE = "overdose"
    TRAUMA = "trauma"
    GROUPS_DROPIN = "groups_dropin"
    COUPLES_FAMILY = "couples_family"
    YOUTH = "youth"
    PERINATAL = "perinatal"
    MOUD_LITERATE = "moud_literate"


WELCOMES = CodeBits(tuple(Welcome))
TIMES = CodeBits(tuple(Time))
COMPETENCIES = CodeBits(tuple(Competency))

# Which training speaks to which need. What is not listed asks for none in particular.
_SPEAKS_TO: dict[Category, tuple[Competency, ...]] = {
    Category.USE_DIFFERENTLY: (Competency.SELF_MANAGEMENT, Competency.GOAL_SETTING, Competency.AMBIVALENCE),
    Category.STOP_USING_MY_CHOICE: (Competency.GOAL_SETTING, Competency.PLANNING),
    Category.SAFER_USE_SUPPLIES: (Competency.SAFER_USE,),
    Category.DRUG_CHECKING: (Competency.SAFER_USE,),
    Category.OVERDOSE_SAFETY: (Competency.OVERDOSE,),
    Category.MOUD: (Competency.MOUD_LITERATE,),
    Category.WITHDRAWAL_COMFORT: (Competency.MOUD_LITERATE,),
    Category.GRIEF_TRAUMA: (Competency.TRAUMA,),
    Category.SAFETY_FROM_HARM: (Competency.TRAUMA,),
    Category.CHILDREN_FAMILY: (Competency.COUPLES_FAMILY,),
    Category.PREGNANCY_REPRODUCTIVE: (Competency.PERINATAL,),
    Category.PEOPLE_BELONGING: (Competency.GROUPS_DROPIN,),
}


def competencies_for(categories: Iterable[Category]) -> int:
    """The training that speaks to any of these needs, as bits; none when they ask for none in particular."""
    return COMPETENCIES.bits(each for category in categories for each in _SPEAKS_TO.get(category, ()))
