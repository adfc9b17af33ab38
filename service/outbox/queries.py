"""Looking up what was promised and not told yet."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.outbox.models import Event


def undelivered(session: Session, audience: UUID, after: Event | None, count: int) -> Sequence[Event]:
    """What one organization was promised and was not told yet, the oldest first, after an event."""
    statement = sa.select(Event).where(
        Event.audience_id == audience, Event.delivered_at.is_(None), Event.cancelled_at.is_(None)
    )
    if after is not None:
        place = sa.tuple_(sa.literal(after.at, Event.at.type), sa.literal(after.id, Event.id.type))
        statement = statement.where(sa.tuple_(Event.at, Event.id) > place)
    return session.scalars(statement.order_by(Event.at, Event.id).limit(count)).all()
