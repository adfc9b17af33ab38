"""Promising to tell, and taking a promise back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.database import uuid7
from service.outbox.models import Event
from service.outbox.rules import EventType
from service.rows import PlainInsert, write_row
from service.wall import standing_in

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
    ground: dict[str, Any] | None = None,
) -> None:
    """Promise one organization to tell it one fact, in the transaction in which the fact came about.

    About a person of another organization the gate alone promises anything (service/consents/gate.py); its `ground`
    is what the gate reads when it is asked again, at the moment of telling.
    """
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
            "ground": ground,
            "at": now,
        },
    )


def cancel_undelivered(session: Session, *, audience: UUID, person_id: UUID, now: datetime) -> None:
    """Take back everything about a person that one organization has not been told yet (42 CFR 2.31: revocation)."""
    with standing_in(session, audience):
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


def cancel_events(session: Session, event_ids: Iterable[UUID], *, now: datetime) -> None:
    """Take these events back, as long as they were not delivered."""
    _settle(session, event_ids, cancelled_at=now)


def mark_delivered(session: Session, event_ids: Iterable[UUID], *, now: datetime) -> None:
    """Write down that these events arrived, unless they were taken back."""
    _settle(session, event_ids, delivered_at=now)


def _settle(session: Session, event_ids: Iterable[UUID], **how: datetime) -> None:
    session.execute(
        sa.update(Event)
        .where(Event.id.in_(list(event_ids)), Event.delivered_at.is_(None), Event.cancelled_at.is_(None))
        .values(**how)
        .execution_options(synchronize_session=False)
    )
