"""Looking up who waits, always within their organization."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from service.coordinating.answers import Waiting
from service.intakes.models import IntakeRecord
from service.people.models import PersonRecord
from service.people.rules import Status
from service.referrals.models import ReferralRecord
from service.referrals.states import LIVING


def waiting(
    session: Session, organization_id: UUID, *, count: int, received_before: datetime | None = None
) -> list[Waiting]:
    """Who waits, with their newest intake each; who came in last stands first.

    Somebody waits whose status is open and who is not on the way to any offering: none of their referrals lives.
    """
    query = _who_waits(organization_id)
    if received_before is not None:
        query = query.where(IntakeRecord.received_at < received_before)
    rows = session.execute(query.order_by(IntakeRecord.received_at.desc(), IntakeRecord.id).limit(count))
    return [Waiting(intake_id=row.id, person_id=row.person_id, received_at=row.received_at) for row in rows]


def waiting_among(session: Session, organization_id: UUID, intake_ids: Collection[UUID]) -> set[UUID]:
    """Which of these intakes are the newest of somebody who waits."""
    query = _who_waits(organization_id).where(IntakeRecord.id.in_(intake_ids))
    return {row.id for row in session.execute(query)}


def _who_waits(organization_id: UUID) -> sa.Select[UUID, UUID | None, datetime]:
    newer, record = aliased(IntakeRecord), IntakeRecord
    has_newer = sa.exists().where(
        newer.organization_id == record.organization_id,
        newer.person_id == record.person_id,
        (newer.received_at > record.received_at) | ((newer.received_at == record.received_at) & (newer.id < record.id)),
    )
    is_on_the_way = sa.exists().where(
        ReferralRecord.organization_id == record.organization_id,
        ReferralRecord.person_id == record.person_id,
        ReferralRecord.state.in_(LIVING),
    )
    return (
        sa.select(record.id, record.person_id, record.received_at)
        .join(
            PersonRecord,
            (PersonRecord.organization_id == record.organization_id) & (PersonRecord.id == record.person_id),
        )
        .where(
            record.organization_id == organization_id,
            PersonRecord.status == Status.OPEN,
            ~has_newer,
            ~is_on_the_way,
        )
    )
