"""A demand's life: which papers and whose approvals lead where, and that nothing else does."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.consents.terms import FieldGroup
from service.law import rules
from service.law.states import DemandMove, DemandState, allowed_moves
from service.law.terms import Approval, Demand, DemandKind, Document, NewDemand, Sender

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PERSON = uuid.uuid4()
NAME = (FieldGroup.NAME,)
PAPERS = (DemandKind.SUBPOENA, DemandKind.COURT_ORDER)


def an_approval(worker: str, **changes: Any) -> Approval:
    """One worker's approval of telling one person's name."""
    facts: dict[str, Any] = {"person_id": PERSON, "field_groups": NAME, "approved_at": NOON}
    return Approval(worker=worker, **{**facts, **changes})


def a_held(*workers: str, papers: tuple[DemandKind, ...] = PAPERS, **changes: Any) -> Demand:
    """A demand that these workers approved."""
    day = date(2026, 11, 20)
    content = NewDemand(
        kind=papers[0],
        received_on=day,
        sender=Sender(name="Det. Harlan"),
        documents=tuple(Document(kind=kind, received_on=day) for kind in papers),
    )
    facts: dict[str, Any] = {
        "id": uuid.uuid4(),
        "version": 1,
        "state": DemandState.HELD,
        "content": content,
        "recorded_by": "front-desk",
        "recorded_at": NOON,
        "changed_at": NOON,
        "approvals": tuple(an_approval(worker) for worker in workers),
    }
    return Demand(**{**facts, **changes})


def test_the_second_approval_is_the_last_that_was_needed() -> None:
    assert not rules.approved(a_held(), an_approval("achebe"))
    assert rules.approved(a_held("achebe"), an_approval("lindqvist"))


def test_every_set_of_papers_opens_only_with_an_order_and_a_mandate() -> None:
    mandates = {DemandKind.SUBPOENA, DemandKind.WARRANT, DemandKind.INVESTIGATIVE_DEMAND}
    for count in range(1, len(DemandKind) + 1):
        for papers in itertools.combinations(DemandKind, count):
            expected = DemandKind.COURT_ORDER in papers and bool(mandates & set(papers))

            assert rules.has_both_papers(frozenset(papers)) is expected


@pytest.mark.parametrize(
    ("demand", "approval", "refusal"),
    [
        (a_held(papers=(DemandKind.SUBPOENA,)), an_approval("achebe"), rules.PapersMissing),
        (a_held(recorded_by=None), an_approval("achebe"), rules.RecorderNotKnown),
        (a_held(), an_approval("front-desk"), rules.RecordedItThemselves),
        (a_held("achebe"), an_approval("achebe"), rules.ApprovedBefore),
        (a_held("achebe"), an_approval("okoro", person_id=uuid.uuid4()), rules.ApprovalsDiffer),
        (a_held("achebe"), an_approval("okoro", field_groups=(FieldGroup.CONTACT,)), rules.ApprovalsDiffer),
        (a_held(state=DemandState.RELEASED), an_approval("achebe"), rules.DemandMoveNotAllowed),
    ],
)
def test_an_approval_that_does_not_count_says_why(demand: Demand, approval: Approval, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.approved(demand, approval)


@pytest.mark.parametrize("workers", [(), ("achebe",), ("achebe", "front-desk")])
def test_a_release_counts_the_approvals_again(workers: tuple[str, ...]) -> None:
    demand = a_held(*workers, state=DemandState.APPROVED_FOR_RELEASE)

    with pytest.raises(rules.NotWhatWasApproved):
        rules.check_release(demand, PERSON, NAME)


@pytest.mark.parametrize("state", [DemandState.ANSWERED_WITHOUT_DATA, DemandState.RELEASED, DemandState.WITHDRAWN])
@pytest.mark.parametrize("move", list(DemandMove))
def test_what_is_over_does_not_go_on(state: DemandState, move: DemandMove) -> None:
    assert allowed_moves(state) == ()
    with pytest.raises(rules.DemandMoveNotAllowed):
        rules.moved(state, move)


def test_only_an_approved_demand_is_released() -> None:
    begins = [state for state in DemandState if DemandMove.RELEASE in allowed_moves(state)]

    assert begins == [DemandState.APPROVED_FOR_RELEASE]


def test_what_an_emergency_opened_is_closed_on_the_minute() -> None:
    closes_at = NOON + rules.OPEN_FOR

    assert rules.is_open(closes_at, NOON + timedelta(minutes=59, seconds=59))
    assert not rules.is_open(closes_at, NOON + timedelta(minutes=60))


def test_no_value_prints_a_person() -> None:
    assert "Harlan" not in repr(a_held().content)
    assert str(PERSON) not in repr(a_held("achebe"))
