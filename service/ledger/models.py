"""What the ledger keeps: entries without names and without words, the batches that seal them, the anchors put out."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record, enum_column
from service.ledger.rules import Hand, Header


class Entry(Record):
    """What one request did, read or was told. Written in the transaction of what it records."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.Index("ix_ledger_entry_person", "person_id", "at", "id"),
        # The unsealed are those without a batch, and so they stand together here, too.
        sa.Index("ix_ledger_entry_batch", "batch", "id"),
    )

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
    # What else came about in the same request; each with an action and, where there is one, subject, person and so on.
    besides: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    # A keyed hash of what was asked for and is not there; never the id itself.
    asked: Mapped[bytes | None]
    batch: Mapped[int | None] = mapped_column(sa.BigInteger)


class Batch(Record):
    """Entries sealed together: the root of their tree, chained to the batch before, signed by the sealer."""

    __tablename__ = "ledger_batch"

    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int]
    total: Mapped[int] = mapped_column(sa.BigInteger)
    root: Mapped[bytes]
    # Two sealers that begin at the same batch cannot both go on from it.
    previous: Mapped[bytes] = mapped_column(unique=True)
    chain: Mapped[bytes]
    at: Mapped[datetime]
    signature: Mapped[bytes]
    # The hashes of its entries one after another, so that a wrong entry can be named; gone when they are dropped.
    leaves: Mapped[bytes | None]
    dropped_at: Mapped[datetime | None]
    dropped_signature: Mapped[bytes | None]

    @property
    def header(self) -> Header:
        """What of it is chained and signed."""
        return Header(self.number, self.count, self.total, self.root, self.previous, self.at)


class Anchored(Record):
    """An anchor that was put at a place out of the administrator's reach."""

    __tablename__ = "ledger_anchor"
    __table_args__ = (sa.Index("ix_ledger_anchor_batch", "batch"),)

    place: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    batch: Mapped[int] = mapped_column(sa.BigInteger)
