"""What the law lets be told without consent, and what has to be on record before (42 CFR 2.51; 2.61 to 2.67)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from service import errors
from service.consents.terms import FieldGroup
from service.law.states import LIFECYCLE, DemandMove, DemandState, allowed_moves
from service.law.terms import Approval, Demand, DemandKind

# How long what an emergency opened stays open.
OPEN_FOR = timedelta(minutes=60)
APPROVALS_NEEDED = 2
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
