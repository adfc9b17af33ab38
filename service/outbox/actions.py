"""Promising to tell, and taking a promise back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.database import uuid7
from service.outbox.models import Event
from service.outbox.rules import EventType
from service.rows import PlainInsert, write_row

# A plain row, as in the ledger: written once, watched over by nobody.
_INSERT = PlainInsert(Event)


def promise_event(
    session: Session,
    type: EventType,
    *,
    audience: UUID,
    record_id: UUID,
    version: int,
    now: datetime,
    person_id: UUID | None = None,
) -> None:
    """Promise one organization to tell it one fact, in the transaction in which the fact came about."""
    write_row(
        session,
        _INSERT,
        {
            "id": uuid7(now),
            "audience_id": audience,
            "type": type,
            "record_id": record_id,
            "record_version": version,
            "about_person_id": person_id,
            "at": now,
        },
    )


def cancel_all_undelivered(session: Session, *, person_id: UUID, now: datetime) -> None:
    """Take back everything about a person that anybody has not been told yet."""
    session.execute(
        sa.update(Event)
        .where(Event.about_person_id == person_id, Event.delivered_at.is_(None), Event.cancelled_at.is_(None))
        .values(cancelled_at=now)
        .execution_options(synchronize_session=False)
    )


def cancel_undelivered(session: Session, *, audience: UUID, person_id: UUID, now: datetime) -> None:
    """Take back everything about a person that one organization has not been told yet (42 CFR 2.31: revocation)."""
    session.execute(
        sa.update(Event)
        .where(
            Event.audience_id == audience,
            Event.about_person_id == person_id,
            Event.delivered_at.is_(None),
            Event.cancelled_at.is_(None),
        )
        .values(cancelled_at=now)
    )
