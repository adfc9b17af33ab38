"""What this room is asked and answers with: values that are ready to be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service.matching.answers import Because, Match, NothingYet, Served


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoWaits:
    """Which of the people who wait are looked at: the newest, or those who came in before an instant; most to show."""

    limit: int = 20
    received_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The newest intake of somebody who waits."""

    intake_id: UUID
    person_id: UUID
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """Who was looked at: how many, since when they wait at most, and whether there are more who wait longer."""

    count: int
    received_from: datetime | None
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpable:
    """Somebody whom an offering could help now. Who they are is told only to whoever may read intakes."""

    rank: int
    intake_id: UUID
    person_id: UUID | None
    received_at: datetime
    score: float
    because: tuple[Because, ...]
    serves: tuple[Served, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CouldHelp:
    """Whom an offering could help now, in order of fit; what is to be known of the offering stands once."""

    offering: Match
    rules_version: str
    computed_at: datetime
    considered: Considered
    could_help: int
    items: tuple[Helpable, ...]
    invitations: tuple[Helpable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A round as it is asked for."""

    intake_ids: tuple[UUID, ...]
    limit: int
    declared: bool
    propose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchesInBatch:
    """What was found for one intake; its offerings stand in the batch, once each."""

    intake_version: int
    items: tuple[Match, ...]
    nothing_yet: NothingYet | None


class BatchStatus(StrEnum):
    """Whether an intake of a round is there. What is somebody else's is not."""

    FOUND = "found"
    NOT_THERE = "not_there"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """The result of one intake. Without matches it was not there: nothing has that id, or it is somebody else's."""

    intake_id: UUID
    matches: MatchesInBatch | None

    @property
    def status(self) -> BatchStatus:
        """Whether it is there."""
        return BatchStatus.NOT_THERE if self.matches is None else BatchStatus.FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What is proposed to one person, and why; no offering when there is no place left, or no match."""

    intake_id: UUID
    offering_id: UUID | None
    score: float | None
    helps_with_first: bool | None
    uncertain: bool
    best_offering_id: UUID | None
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesAt:
    """An offering in a proposal: open places, if they are counted, how many of the round it fits, how many it gets."""

    offering_id: UUID
    places: int | None
    fits: int
    proposed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A way in which the most could be helped. It is kept nowhere and does nothing: each person still chooses."""

    people: int
    helped_with_first: int
    helped: int
    items: tuple[Proposed, ...]
    places: tuple[PlacesAt, ...]
    left_out: tuple[UUID, ...]
    says: tuple[str, ...]

    @property
    def without(self) -> int:
        """For how many nothing can be proposed."""
        return self.people - self.helped


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A round of matches: each intake with its own result, every offering once, and a proposal if one was asked for."""

    rules_version: str
    directory_version: int
    computed_at: datetime
    items: tuple[BatchItem, ...]
    offerings: tuple[Match, ...]
    proposal: Proposal | None

    @property
    def missing(self) -> tuple[UUID, ...]:
        """What was asked for and is not there."""
        return tuple(item.intake_id for item in self.items if item.matches is None)
