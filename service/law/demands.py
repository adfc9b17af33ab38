"""Holding what police and courts demand, and letting a court order open what it names, once (42 CFR 2.61 to 2.67)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors, vault
from service.access.rules import Caller
from service.consents.actions import disclose
from service.consents.terms import Basis, Excepted, FieldGroup, Party, Purpose, Telling
from service.documents import to_document
from service.law import queries, rules
from service.law.content import content_of
from service.law.models import ApprovalRecord, DemandRecord
from service.law.sentences import what_happens_next
from service.law.states import Closing, DemandMove, DemandState
from service.law.terms import Approval, Demand, Document, Held, NewDemand, Release
from service.ledger.actions import write_entry
from service.people.queries import find_person


def record_demand(session: Session, new: NewDemand, *, locale: str, by: Caller, now: datetime) -> Held:
    """Put a demand on record and hold it. Whomever it names, nobody is looked up, and nothing is told."""
    demand_id, state = uuid.uuid4(), DemandState.HELD
    session.add(
        DemandRecord(
            organization_id=by.organization_id,
            id=demand_id,
            version=1,
            state=state,
            received_on=new.received_on,
            sealed=_sealed(session, demand_id, new, 1),
            sealed_version=1,
            recorded_by=by.acting_worker,
            recorded_at=now,
            changed_at=now,
        )
    )
    session.flush()
    _note(session, "legal_demand_recorded", demand_id, by, now)
    return Held(id=demand_id, state=state, what_happens_next=what_happens_next(locale))


def read_demand(session: Session, demand_id: UUID, *, by: Caller, now: datetime) -> Demand:
    """Read one demand. Raise NotThere."""
    demand = _found(session, demand_id, by)
    _note(session, "legal_demand_read", demand_id, by, now)
    return demand


def list_demands(
    session: Session, *, after: tuple[Any, ...] | None, count: int, by: Caller, now: datetime
) -> list[Demand]:
    """Read an organization's demands, the newest first."""
    demands = queries.list_demands(session, by.organization_id, after=after, count=count)
    write_entry(session, "legal_demands_listed", by=by, now=now, also=[each.id for each in demands[: count - 1]])
    return demands


def add_document(session: Session, demand_id: UUID, document: Document, *, by: Caller, now: datetime) -> Demand:
    """Put a paper that came later with the others. Raise NotThere, DemandMoveNotAllowed."""
    demand = _held(session, demand_id, by, now)
    rules.moved(demand.state, DemandMove.APPROVE)
    record = queries.find_demand_record(session, by.organization_id, demand_id)
    if record is None:
        raise errors.NotThere
    content = replace(demand.content, documents=(*demand.content.documents, document))
    record.sealed_version += 1
    record.sealed = _sealed(session, demand_id, content, record.sealed_version)
    session.flush()
    _note(session, "legal_demand_document_added", demand_id, by, now)
    return replace(demand, content=content)


def approve_release(
    session: Session,
    demand_id: UUID,
    person_id: UUID,
    field_groups: Iterable[FieldGroup],
    *,
    by: Caller,
    now: datetime,
) -> Demand:
    """Write down that a named worker read both papers, and whom and what the order names. Two of them are needed.

    Nobody is looked up. Raise WorkerNotNamed, NotThere, and all that rules.approved raises.
    """
    new = Approval(
        worker=rules.worker_of(by.acting_worker),
        person_id=person_id,
        field_groups=tuple(sorted(set(field_groups))),
        approved_at=now,
    )
    demand = _held(session, demand_id, by, now)
    complete = rules.approved(demand, new)
    session.add(
        ApprovalRecord(
            organization_id=by.organization_id,
            demand_id=demand_id,
            worker=new.worker,
            person_id=person_id,
            field_groups=list(new.field_groups),
            approved_at=now,
        )
    )
    session.flush()
    write_entry(
        session, "legal_demand_approved", by=by, now=now, person_id=person_id, subject=("legal_demand", demand_id),
        field_groups=new.field_groups,
    )  # fmt: skip
    demand = replace(demand, approvals=(*demand.approvals, new))
    return _moved(session, demand, DemandMove.APPROVE, by) if complete else demand


def release(
    session: Session,
    demand_id: UUID,
    person_id: UUID,
    field_groups: Iterable[FieldGroup],
    *,
    by: Caller,
    now: datetime,
) -> Release:
    """Tell a court what two people approved, about one person, once; through the gate like everything that is told.

    Raise WorkerNotNamed, NotThere, DemandMoveNotAllowed, NotWhatWasApproved.
    """
    rules.worker_of(by.acting_worker)
    demand = _held(session, demand_id, by, now)
    groups = tuple(sorted(set(field_groups)))
    rules.check_release(demand, person_id, groups)
    if find_person(session, by.organization_id, person_id) is None:
        raise errors.NotThere
    demand = _moved(session, demand, DemandMove.RELEASE, by)
    telling = Telling(
        organization_id=by.organization_id,
        person_id=person_id,
        party=Party(),
        purpose=Purpose.LEGAL_PROCEEDING,
        about=("legal_demand", demand_id),
    )
    told = disclose(session, telling, Excepted(Basis.COURT_ORDER), groups, by=by, now=now)
    return Release(
        demand=demand,
        person_id=person_id,
        field_groups=groups,
        shared=content_of(session, by.organization_id, person_id, told),
        notice=told.notice,
        released_at=now,
    )


def close_demand(session: Session, demand_id: UUID, closing: Closing, *, by: Caller, now: datetime) -> Demand:
    """End a demand without telling anything. Raise NotThere, DemandMoveNotAllowed."""
    demand = _moved(session, _held(session, demand_id, by, now), DemandMove(closing), by)
    _note(session, "legal_demand_closed", demand_id, by, now)
    return demand


def _found(session: Session, demand_id: UUID, by: Caller) -> Demand:
    demand = queries.find_demand(session, by.organization_id, demand_id)
    if demand is None:
        raise errors.NotThere
    return demand


def _held(session: Session, demand_id: UUID, by: Caller, now: datetime) -> Demand:
    """Take hold of a demand's row until the commit, so that of two approvals at once the second sees the first."""
    session.execute(
        sa.update(DemandRecord)
        .where(DemandRecord.organization_id == by.organization_id, DemandRecord.id == demand_id)
        .values(version=DemandRecord.version + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    return _found(session, demand_id, by)


def _moved(session: Session, demand: Demand, move: DemandMove, by: Caller) -> Demand:
    state = rules.moved(demand.state, move)
    session.execute(
        sa.update(DemandRecord)
        .where(DemandRecord.organization_id == by.organization_id, DemandRecord.id == demand.id)
        .values(state=state)
        .execution_options(synchronize_session=False)
    )
    return replace(demand, state=state)


def _sealed(session: Session, demand_id: UUID, content: NewDemand, version: int) -> bytes:
    return vault.seal_for_house(session, to_document(content), about=("legal_demand", demand_id, version))


def _note(session: Session, action: str, demand_id: UUID, by: Caller, now: datetime) -> None:
    write_entry(session, action, by=by, now=now, subject=("legal_demand", demand_id))
