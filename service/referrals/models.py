"""What we keep of referrals, their moves, and hand-offs that people carry."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record, enum_column
from service.referrals.reasons import Reason
from service.referrals.states import Move, Route, Side, State


class ReferralRecord(Record):
    """A referral as it stands. It belongs to the organization that made it; the recipient finds it by its own id."""

    __tablename__ = "referral"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "person_id"], ["person.organization_id", "person.id"]),
        sa.Index("ix_referral_recipient", "recipient_organization_id", "id"),
        sa.Index("ix_referral_worklist", "organization_id", "changed_at", "id"),
        sa.Index("ix_referral_inbox", "recipient_organization_id", "changed_at", "id"),
        sa.Index("ix_referral_person", "organization_id", "person_id"),
        sa.Index("ix_referral_consent", "organization_id", "consent_id"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    intake_id: Mapped[uuid.UUID]
    choice_id: Mapped[uuid.UUID]
    offering_id: Mapped[uuid.UUID]
    provider_id: Mapped[uuid.UUID]
    recipient_organization_id: Mapped[uuid.UUID | None]
    route: Mapped[Route] = mapped_column(enum_column(Route))
    consent_id: Mapped[uuid.UUID | None]
    state: Mapped[State] = mapped_column(enum_column(State))
    paused_from: Mapped[State | None] = mapped_column(enum_column(State))
    # Whether acceptance took one of the offering's counted places, so that the same one is given back, once.
    holds_place: Mapped[bool]
    version: Mapped[int]
    note: Mapped[bytes | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class MoveRecord(Record):
    """One step, never changed; it made the version that it carries. What was said with it is sealed."""

    __tablename__ = "referral_move"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "referral_id"], ["referral.organization_id", "referral.id"]),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    move: Mapped[Move] = mapped_column(enum_column(Move))
    state: Mapped[State] = mapped_column(enum_column(State))
    side: Mapped[Side] = mapped_column(enum_column(Side))
    reason: Mapped[Reason | None] = mapped_column(enum_column(Reason))
    said: Mapped[bytes | None]
    at: Mapped[datetime]
    happened_at: Mapped[datetime | None]
    by_organization_id: Mapped[uuid.UUID]
    # None when the person made the move themselves.
    application_id: Mapped[uuid.UUID | None]
    acting_worker: Mapped[str | None] = mapped_column(sa.String(64))


class HandOff(Record):
    """A token that a person carries: its keyed hash, what they chose to show, and whether it was shown."""

    __tablename__ = "hand_off"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "referral_id"], ["referral.organization_id", "referral.id"]),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    shows: Mapped[list[Any]]
    expires_at: Mapped[datetime]
    presented_at: Mapped[datetime | None]


class ProviderReview(Record):
    """A provider that somebody should look at, because of how it turned a person away. It names no person."""

    __tablename__ = "provider_review"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[uuid.UUID] = mapped_column(index=True)
    offering_id: Mapped[uuid.UUID]
    reason: Mapped[Reason] = mapped_column(enum_column(Reason))
    flagged_at: Mapped[datetime]
