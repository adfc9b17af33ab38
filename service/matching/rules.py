"""What matching decides on and answers with: the Applicant, the rules by name, their verdicts, and changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from service import errors
from service.guidance.rules import (
    AccessNeed,
    AffirmingNeed,
    AgeBand,
    Category,
    Paper,
    PaymentWay,
    Setting,
)

# Help by talking. Whoever offers it without evidence of harm reduction training is not matched for it, and whoever
# did not ask for it gets it as an invitation, not as a step (R-MEET-4). To stop altogether is not among them: it is
# a wish of its own, and medication or a safe withdrawal may be what answers it.
THERAPY = frozenset(
    {Category.SOMEONE_TO_TALK_TO, Category.MENTAL_HEALTH_CARE, Category.GRIEF_TRAUMA, Category.USE_DIFFERENTLY}
)


class UnknownOffering(errors.NotThere):
    """There is no offering with this id in the directory."""


class Rule(StrEnum):
    """The thirteen conditions, in the order in which reasons are given."""

    LEVEL = "level"
    OPEN = "open"
    LANGUAGE = "language"
    REACH = "reach"
    SETTING = "setting"
    AGE = "age"
    PAPERS = "papers"
    COST = "cost"
    ACCESS = "access"
    MEDICATION = "medication"
    DEALBREAKERS = "dealbreakers"
    NOT_BLOCKED = "not_blocked"
    SERVES = "serves"


class Component(StrEnum):
    """What the order is made of, and what a person may name as mattering most."""

    FIT = "fit"
    SOON = "soon"
    NEAR = "near"
    WISHES = "wishes"
    DEPTH = "depth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a search is asked for: how many matches, declared offerings too, and in which language, if one was named."""

    limit: int = 10
    declared: bool = False
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One priority as a decision may see it: its place in the person's order, and what they confirmed it is about."""

    place: int
    categories: frozenset[Category] = frozenset()
    priority_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language somebody speaks or signs. Varieties are taken together: es-MX and es understand each other."""

    tag: str
    signed: bool = False

    @property
    def key(self) -> str:
        """What two tongues must share: the primary subtag, and whether it is signed."""
        primary = self.tag.split("-", 1)[0].lower()
        return f"{primary}/signed" if self.signed or primary in SIGN_LANGUAGES else primary


# Sign languages have tags of their own (ISO 639-3); whoever writes the tag need not tick `signed` as well.
SIGN_LANGUAGES = frozenset(
    ["ase", "bfi", "bzs", "csl", "dse", "fsl", "gsg", "ils", "jsl", "kvk", "mfs", "psr", "sgn", "ssp"]
)


@dataclass(frozen=True, slots=True, order=True)
class Wish:
    """Something the person would like, by its code; a dealbreaker is one they will not do without."""

    code: str
    dealbreaker: bool = False


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """All that a decision about somebody may look at.

    There is no name here, no phone, nothing about substances, safety or missed visits, no free text: a rule cannot
    decide by what it never receives. Whatever was not said is empty, and empty never costs anything. When they can
    come is kept as half hours of a week (`matching.week`). Areas are counties and parts of town where they are, known
    by the place that they are near, in the spelling of `places.rules.key_of`.
    """

    needs: tuple[Need, ...] = ()
    asks_for: frozenset[Category] = frozenset()
    refuses_therapy: bool = False
    accepts_declared: bool = False
    languages: frozenset[Tongue] = frozenset()
    accepts_interpreter: bool = True
    latitude: float | None = None
    longitude: float | None = None
    jurisdiction: str | None = None
    areas: frozenset[str] = frozenset()
    max_km: float | None = None
    settings: frozenset[Setting] = frozenset()
    age_band: AgeBand | None = None
    can_pay: frozenset[PaymentWay] = frozenset()
    will_not_show: frozenset[Paper] = frozenset()
    access_needs: frozenset[AccessNeed] = frozenset()
    affirming_needs: frozenset[AffirmingNeed] = frozenset()
    on_moud: bool = False
    pregnant: bool = False
    served: bool = False
    with_partner: bool = False
    with_kids: bool = False
    with_pets: bool = False
    free_half_hours: int = 0
    wishes: frozenset[Wish] = frozenset()
    matters_most: Component | None = None
    not_these_offerings: frozenset[UUID] = frozenset()
    not_these_providers: frozenset[UUID] = frozenset()

    @cached_property
    def confirmed(self) -> frozenset[Category]:
        """Every category that the person confirmed for any of their priorities."""
        return frozenset().union(*(need.categories for need in self.needs))

    @cached_property
    def tongues(self) -> tuple[str, ...]:
        """The languages that they speak or sign, as keys."""
        return tuple(sorted({tongue.key for tongue in self.languages}))

    @cached_property
    def place(self) -> tuple[float, float] | None:
        """Where they are, in degrees; None when either half was not said."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @cached_property
    def named_no_therapy(self) -> bool:
        """Whether they said what they need, and none of it is therapy."""
        return bool(self.confirmed) and not self.confirmed & THERAPY

    @cached_property
    def hears_of_therapy(self) -> bool:
        """Whether therapy may be offered: they named it, or did not refuse it. What they named weighs more."""
        return bool(self.confirmed & THERAPY) or not self.refuses_therapy


def places_of(ranks: Sequence[int | None]) -> tuple[int, ...]:
    """Turn the person's ranks into places 1, 2, …: ties share one, gaps close, the unranked share the last.

    With no rank at all everything shares place 1.
    """
    order = sorted({rank for rank in ranks if rank is not None})
    return tuple(order.index(rank) + 1 if rank is not None else len(order) + 1 for rank in ranks)


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest thing that would turn a no into a yes, in words.

    `turn` makes the applicant that they would then be, so that the promise can be checked by judging again; it is
    None where the change lies outside the person (a place frees up, a practitioner gets a licence).
    """

    says: str
    turn: Callable[[Applicant], Applicant] | None = field(default=None, compare=False)
    by_asking: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """A rule's yes."""

    rule: Rule

    @property
    def met(self) -> bool:
        """Yes."""
        return True


@dataclass(frozen=True, slots=True)
class Unmet:
    """A rule's no: why, and what would change it, if anything would."""

    rule: Rule
    reason: str
    change: Change | None = None

    @property
    def met(self) -> bool:
        """No."""
        return False

    @property
    def would_change(self) -> str | None:
        """What would change it, in words."""
        return self.change.says if self.change else None


Verdict = Met | Unmet
