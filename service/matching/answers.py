"""What matching answers with: values that are ready to be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service.guidance.rules import Category, LimitKind, LimitScope, Setting
from service.matching.rules import Component, Rule, Verdict
from service.providers.codes import CapacityStatus, OfferingKind
from service.providers.level import Level


class Standing(StrEnum):
    """Where an offering stands for a person."""

    ITEMS = "items"
    INVITATIONS = "invitations"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProvider:
    """Whose offering it is."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOffering:
    """An offering, as far as somebody needs it to choose. Kilometres are to the nearest site."""

    id: UUID
    name: str
    provider: ShownProvider
    kind: OfferingKind
    settings: tuple[Setting, ...]
    languages: tuple[str, ...]
    distance_km: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """What one component brings to the score, and why in words. `contributes` is weight times value."""

    component: Component
    weight: float
    value: float
    contributes: float
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A priority that the offering helps with, and with which of its categories."""

    priority_id: UUID | None
    place: int
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLimit:
    """Something that cannot be done or kept secret, said up front."""

    kind: LimitKind
    scope: LimitScope
    text: str
    applies_when: str | None = None
    required_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCapacity:
    """Room, as last known; from news that is too old it is unknown. The wait is in days."""

    status: CapacityStatus
    as_of: datetime | None
    probability_open: float
    expected_wait_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One offering with its reasons, its limits, and what it would ask of the person; ranked where it is in a list."""

    rank: int | None
    offering: ShownOffering
    level: Level
    score: float
    because: tuple[Because, ...]
    serves: tuple[Served, ...]
    asks_of_you: tuple[str, ...]
    limits: tuple[ShownLimit, ...]
    limits_declared: bool
    capacity: ShownCapacity


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNo:
    """A rule's no: why, and what would change it."""

    rule: Rule
    reason: str
    would_change: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Almost:
    """An offering that one change would make a match."""

    offering: ShownOffering
    level: Level
    score: float
    unmet: tuple[ShownNo, ...]
    limits: tuple[ShownLimit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """How many offerings a rule keeps away, of how many there are."""

    rule: Rule
    count: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingYet:
    """No match: which rules removed the most, and what can be done now."""

    removed_most: tuple[Removed, ...]
    what_now: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search over the directory found."""

    items: tuple[Match, ...]
    invitations: tuple[Match, ...]
    almost: tuple[Almost, ...]
    nothing_yet: NothingYet | None


@dataclass(frozen=True, slots=True)
class Origin:
    """What an answer was computed from: whose intake in which version, which rules, which directory, when.

    A described need belongs to no intake.
    """

    intake_id: UUID | None
    intake_version: int | None
    rules_version: str
    directory_version: int
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Matches:
    """What a search found, with what it was computed from."""

    origin: Origin
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The full account of one offering: every verdict, every component, matched or not."""

    stands: Standing
    match: Match
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class AccountOf:
    """An account, with what it was computed from."""

    origin: Origin
    account: Account
