"""What the law lets be told without consent, and what has to be on record before (42 CFR 2.51; 2.61 to 2.67)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from service import errors
from service.consents.statements import Notice
from service.consents.terms import FieldGroup

# How long what an emergency opened stays open.
OPEN_FOR = timedelta(minutes=60)
APPROVALS_NEEDED = 2

Shared = dict[FieldGroup, dict[str, Any]]


class DemandKind(StrEnum):
    """What kind of paper it is. A court order is one under 42 CFR 2.61 to 2.67; any other paper of a court is other."""

    SUBPOENA = "subpoena"
    COURT_ORDER = "court_order"
    WARRANT = "warrant"
    INVESTIGATIVE_DEMAND = "investigative_demand"
    OTHER = "other"


class DemandState(StrEnum):
    """Where a demand stands."""

    HELD = "held"
    ANSWERED_WITHOUT_DATA = "answered_without_data"
    APPROVED_FOR_RELEASE = "approved_for_release"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class DemandMove(StrEnum):
    """What can be done with a demand. Approving and releasing have conditions of their own."""

    ANSWER_WITHOUT_DATA = "answer_without_data"
    APPROVE = "approve"
    RELEASE = "release"
    WITHDRAW = "withdraw"


class Closing(StrEnum):
    """How a demand ends without anything being told."""

    ANSWER_WITHOUT_DATA = "answer_without_data"
    WITHDRAW = "withdraw"


_OPEN = frozenset({DemandState.HELD, DemandState.APPROVED_FOR_RELEASE})
# The lifecycle: from which states a move may come, and where it leads.
LIFECYCLE: dict[DemandMove, tuple[frozenset[DemandState], DemandState]] = {
    DemandMove.ANSWER_WITHOUT_DATA: (_OPEN, DemandState.ANSWERED_WITHOUT_DATA),
    DemandMove.APPROVE: (frozenset({DemandState.HELD}), DemandState.APPROVED_FOR_RELEASE),
    DemandMove.RELEASE: (frozenset({DemandState.APPROVED_FOR_RELEASE}), DemandState.RELEASED),
    DemandMove.WITHDRAW: (_OPEN, DemandState.WITHDRAWN),
}
# A court order lets something be told; only one of these compels it (42 CFR 2.61(b)).
MANDATES = frozenset({DemandKind.SUBPOENA, DemandKind.WARRANT, DemandKind.INVESTIGATIVE_DEMAND})


class WorkerNotNamed(errors.Malformed):
    """This is done by a named human being. Send who it is in the Acting-Worker header."""


class StillToCome(errors.Malformed):
    """An emergency that is put on record has happened. Leave happened_at out, or give an instant that has passed."""


class OwnDisclosure(errors.Contradiction):
    """Whoever told something in an emergency does not review it. Somebody else looks at it."""


class PapersMissing(errors.Contradiction):
    """A subpoena alone opens nothing, whoever approves, and neither does a court order alone. Both have to be on
    record: a court order under 42 CFR 2.61 to 2.67, and a subpoena or a similar mandate. Until then it is held."""


class RecorderNotKnown(errors.Contradiction):
    """Nobody was named when this demand was put on record, so nobody can be told from who did. Record it again, with
    the Acting-Worker header."""


class RecordedItThemselves(errors.Contradiction):
    """Whoever put this demand on record does not approve it. Two other people have to."""


class ApprovedBefore(errors.Contradiction):
    """This worker approved before. The second approval comes from somebody else."""


class ApprovalsDiffer(errors.Contradiction):
    """The approval before this one names another person, or other field groups. Both have to name the same, as the
    court order does. When the first one was wrong, withdraw this demand and record it again."""


class NotWhatWasApproved(errors.Contradiction):
    """This is not what two people approved. A release tells exactly that: one person, those field groups, once."""


class DemandMoveNotAllowed(errors.Contradiction):
    """A demand cannot go on like that from where it stands. allowed_moves lists what can be done."""

    lists = "allowed_moves"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalPersonnel:
    """Who was told in an emergency, and where they work (42 CFR 2.51(c)(1))."""

    name: str
    facility: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What 42 CFR 2.51(c) has written down beside date and time: who was told, who told it, what happened."""

    recipient: MedicalPersonnel
    discloser: str
    nature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEmergency:
    """An emergency as staff put it on record."""

    person_id: UUID
    field_groups: frozenset[FieldGroup]
    facts: Facts
    happened_at: datetime | None = None

    def __repr__(self) -> str:
        return "NewEmergency()"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLine:
    """That something was told in an emergency: what stands in the clear."""

    id: UUID
    person_id: UUID
    field_groups: tuple[FieldGroup, ...]
    happened_at: datetime
    made_at: datetime
    closes_at: datetime
    reviewed_at: datetime | None

    def __repr__(self) -> str:
        return f"EmergencyLine(id={self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """What was told in an emergency. `shared` is there as long as it is open; then only that it happened."""

    line: EmergencyLine
    facts: Facts
    shared: Shared | None
    notice: Notice | None

    @property
    def id(self) -> UUID:
        """The id of the disclosure."""
        return self.line.id

    @property
    def person_id(self) -> UUID:
        """Whom it is about, and whose key seals it."""
        return self.line.person_id

    def __repr__(self) -> str:
        return f"Emergency(id={self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who demands something."""

    name: str
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One paper that came with a demand, or after it."""

    kind: DemandKind
    received_on: date
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDemand:
    """A demand as it comes in. Whom it says it is about is kept in its own words, and never looked up."""

    kind: DemandKind
    received_on: date
    sender: Sender
    reference: str | None = None
    about_words: str | None = None
    documents: tuple[Document, ...] = ()

    def __repr__(self) -> str:
        return "NewDemand()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One of two people saying that the papers are there, whom the order names, and what."""

    worker: str
    person_id: UUID
    field_groups: tuple[FieldGroup, ...]
    approved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A demand as it is on record."""

    id: UUID
    version: int
    state: DemandState
    content: NewDemand
    recorded_by: str | None
    recorded_at: datetime
    changed_at: datetime
    approvals: tuple[Approval, ...] = ()

    @property
    def kinds(self) -> frozenset[DemandKind]:
        """Which kinds of paper are on record for it."""
        return frozenset({self.content.kind, *(each.kind for each in self.content.documents)})

    @property
    def allowed_moves(self) -> tuple[DemandMove, ...]:
        """What can be done with it from here."""
        return allowed_moves(self.state)

    def __repr__(self) -> str:
        return f"Demand(id={self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What whoever recorded a demand reads at once; the same for whoever it names."""

    id: UUID
    state: DemandState
    what_happens_next: tuple[str, ...]
    nothing_was_looked_up: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a court was told: about one person, what two people approved, once."""

    demand: Demand
    person_id: UUID
    field_groups: tuple[FieldGroup, ...]
    shared: Shared
    notice: Notice
    released_at: datetime

    def __repr__(self) -> str:
        return f"Release(demand={self.demand!r})"


def happened(told: datetime | None, now: datetime) -> datetime:
    """When the emergency was; now, if nobody says. Raise StillToCome."""
    if told is not None and told > now:
        raise StillToCome(
            reasons=(errors.Reason("still_to_come", "This instant has not passed yet.", pointer="/happened_at"),)
        )
    return told or now


def is_open(closes_at: datetime, now: datetime) -> bool:
    """Whether what an emergency opened is still open."""
    return now < closes_at


def worker_of(acting: str | None) -> str:
    """Who does this, by name of their application's choosing. Raise WorkerNotNamed."""
    if acting is None:
        raise WorkerNotNamed(reasons=(errors.Reason("required", "This is needed here.", parameter="Acting-Worker"),))
    return acting


def allowed_moves(state: DemandState) -> tuple[DemandMove, ...]:
    """What can be done with a demand in this state."""
    return tuple(move for move, (begins, _) in LIFECYCLE.items() if state in begins)


def moved(state: DemandState, move: DemandMove) -> DemandState:
    """Where a move leads. Raise DemandMoveNotAllowed."""
    begins, after = LIFECYCLE[move]
    if state not in begins:
        raise DemandMoveNotAllowed(allowed=allowed_moves(state))
    return after


def approved(demand: Demand, new: Approval) -> bool:
    """Whether this approval is the last one that was needed.

    Raise DemandMoveNotAllowed, PapersMissing, RecorderNotKnown, RecordedItThemselves, ApprovedBefore, ApprovalsDiffer.
    """
    moved(demand.state, DemandMove.APPROVE)
    if not has_both_papers(demand.kinds):
        raise PapersMissing
    if demand.recorded_by is None:
        raise RecorderNotKnown
    if demand.recorded_by == new.worker:
        raise RecordedItThemselves
    if new.worker in {each.worker for each in demand.approvals}:
        raise ApprovedBefore
    if not _same(demand.approvals, new.person_id, new.field_groups):
        raise ApprovalsDiffer
    return len(demand.approvals) + 1 >= APPROVALS_NEEDED


def check_release(demand: Demand, person_id: UUID, field_groups: Iterable[FieldGroup]) -> None:
    """Refuse whatever is not exactly what two people approved. Raise DemandMoveNotAllowed, NotWhatWasApproved.

    The papers and the number of approvals are asked again: what is told should not hang on one word in one column.
    """
    moved(demand.state, DemandMove.RELEASE)
    workers = {each.worker for each in demand.approvals} - {demand.recorded_by}
    complete = has_both_papers(demand.kinds) and len(workers) >= APPROVALS_NEEDED
    if not complete or not _same(demand.approvals, person_id, tuple(field_groups)):
        raise NotWhatWasApproved


def has_both_papers(kinds: frozenset[DemandKind]) -> bool:
    """Whether a court order and a mandate are both there (42 CFR 2.61)."""
    return DemandKind.COURT_ORDER in kinds and bool(kinds & MANDATES)


def _same(approvals: Sequence[Approval], person_id: UUID, field_groups: Sequence[FieldGroup]) -> bool:
    return all((each.person_id, set(each.field_groups)) == (person_id, set(field_groups)) for each in approvals)
