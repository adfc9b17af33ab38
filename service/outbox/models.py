"""What the outbox keeps: thin events, with ids and nothing else."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record, enum_column
from service.outbox.rules import EventType


class Event(Record):
    """One fact that one organization may be told."""

    __tablename__ = "event"
    __table_args__ = (
        sa.Index("ix_event_record", "audience_id", "record_id"),
        sa.Index("ix_event_subject", "about_person_id", "audience_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    audience_id: Mapped[uuid.UUID]
    type: Mapped[EventType] = mapped_column(enum_column(EventType))
    record_id: Mapped[uuid.UUID]
    record_version: Mapped[int]
    about_person_id: Mapped[uuid.UUID | None]
    # Who is told about whom, on which consent, when it is another organization's person; read by the gate alone.
    ground: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
