"""Looking up emergencies and legal demands, always within their organization."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from service import vault
from service.consents.terms import FieldGroup
from service.documents import from_document
from service.law.models import ApprovalRecord, DemandRecord, EmergencyRecord
from service.law.terms import Approval, Demand, EmergencyLine, Facts, NewDemand

Key = tuple[Any, ...]


def find_emergency(session: Session, organization_id: UUID, emergency_id: UUID) -> EmergencyRecord | None:
    """Find an emergency of an organization."""
    return session.get(EmergencyRecord, (organization_id, emergency_id))


def list_emergencies(session: Session, organization_id: UUID, *, after: Key | None, count: int) -> list[EmergencyLine]:
    """An organization's emergencies, the newest first: what stands in the clear."""
    record = EmergencyRecord
    query = sa.select(record).where(record.organization_id == organization_id)
    query = query.order_by(record.made_at.desc(), record.id.desc()).limit(count)
    if after is not None:
        query = query.where(_before(record.made_at, record.id, after))
    return [line_of(each) for each in session.execute(query).scalars()]


def facts_of(session: Session, record: EmergencyRecord) -> Facts:
    """Open the four facts."""
    about = ("emergency_disclosure", record.id, 1)
    return from_document(vault.open(session, record.person_id, record.facts, about=about), Facts)


def find_demand(session: Session, organization_id: UUID, demand_id: UUID) -> Demand | None:
    """Find a demand of an organization, with its approvals. No person is looked up."""
    record = find_demand_record(session, organization_id, demand_id)
    return _demand(session, record) if record else None


def find_demand_record(session: Session, organization_id: UUID, demand_id: UUID) -> DemandRecord | None:
    """Find the row of a demand as it stands."""
    return session.get(DemandRecord, (organization_id, demand_id), populate_existing=True)


def list_demands(session: Session, organization_id: UUID, *, after: Key | None, count: int) -> list[Demand]:
    """An organization's demands, the newest first."""
    record = DemandRecord
    query = sa.select(record).where(record.organization_id == organization_id)
    query = query.order_by(record.recorded_at.desc(), record.id.desc()).limit(count)
    if after is not None:
        query = query.where(_before(record.recorded_at, record.id, after))
    return [_demand(session, each) for each in session.execute(query).scalars()]


def line_of(record: EmergencyRecord) -> EmergencyLine:
    """Read what stands in the clear of an emergency."""
    return EmergencyLine(
        id=record.id,
        person_id=record.person_id,
        field_groups=tuple(FieldGroup(each) for each in record.field_groups),
        happened_at=record.happened_at,
        made_at=record.made_at,
        closes_at=record.closes_at,
        reviewed_at=record.reviewed_at,
    )


def _demand(session: Session, record: DemandRecord) -> Demand:
    about = ("legal_demand", record.id, record.sealed_version)
    return Demand(
        id=record.id,
        version=record.version,
        state=record.state,
        content=from_document(vault.open_for_house(session, record.sealed, about=about), NewDemand),
        recorded_by=record.recorded_by,
        recorded_at=record.recorded_at,
        changed_at=record.changed_at,
        approvals=_approvals(session, record),
    )


def _approvals(session: Session, record: DemandRecord) -> tuple[Approval, ...]:
    query = (
        sa.select(ApprovalRecord)
        .where(ApprovalRecord.organization_id == record.organization_id, ApprovalRecord.demand_id == record.id)
        .order_by(ApprovalRecord.approved_at, ApprovalRecord.worker)
    )
    return tuple(
        Approval(
            worker=each.worker,
            person_id=each.person_id,
            field_groups=tuple(FieldGroup(group) for group in each.field_groups),
            approved_at=each.approved_at,
        )
        for each in session.execute(query).scalars()
    )


def _before(at: InstrumentedAttribute[Any], id_: InstrumentedAttribute[UUID], after: Key) -> sa.ColumnElement[bool]:
    instant, last = after
    return sa.tuple_(at, id_) < sa.tuple_(sa.literal(instant, at.type), sa.literal(last, id_.type))
