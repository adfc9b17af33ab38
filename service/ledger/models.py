"""What the ledger keeps: entries without names and without words."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record, enum_column
from service.ledger.rules import Hand


class Entry(Record):
    """One thing that somebody did, read or was told. Written in the transaction of what it records."""

    __tablename__ = "ledger_entry"
    __table_args__ = (sa.Index("ix_ledger_entry_person", "organization_id", "person_id", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    organization_id: Mapped[uuid.UUID]
    application_id: Mapped[uuid.UUID | None]
    acting_worker: Mapped[str | None] = mapped_column(sa.String(64))
    request_id: Mapped[str] = mapped_column(sa.String(64))
    hand: Mapped[Hand] = mapped_column(enum_column(Hand))
    action: Mapped[str] = mapped_column(sa.String(64))
    decision: Mapped[str] = mapped_column(sa.String(16))
    person_id: Mapped[uuid.UUID | None]
    subject: Mapped[str | None] = mapped_column(sa.String(64))
    subject_id: Mapped[uuid.UUID | None]
    also: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    field_groups: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    purpose: Mapped[str | None] = mapped_column(sa.String(64))
    consent_id: Mapped[uuid.UUID | None]
    recipient_id: Mapped[uuid.UUID | None]
