"""What we keep of an intake: in the clear what finding and routing need, and the sealed rest."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record, enum_column
from service.intakes.rules import Choice, DecidedBy, IntakeStatus, Mode


class IntakeRecord(Record):
    """One act of coming in. A third party's question has no person: nobody's record is made from what others say."""

    __tablename__ = "intake"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "person_id"], ["person.organization_id", "person.id"]),
        sa.Index("ix_intake_person", "organization_id", "person_id", "received_at"),
        sa.Index("ix_intake_worklist", "organization_id", "received_at", "id"),
        sa.Index("ix_intake_enquiry", "status", "received_at"),
        sa.Index("ix_intake_key", "key_id"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID | None]
    # What a third party asked is sealed under a key of its own, which is nobody's: it can be destroyed by itself.
    key_id: Mapped[uuid.UUID | None]
    mode: Mapped[Mode] = mapped_column(enum_column(Mode))
    status: Mapped[IntakeStatus] = mapped_column(enum_column(IntakeStatus))
    version: Mapped[int]
    received_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class IntakeVersion(Record):
    """What was said, as of one version: sealed, never changed."""

    __tablename__ = "intake_version"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "intake_id"], ["intake.organization_id", "intake.id"]),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    intake_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    written_at: Mapped[datetime]
    application_id: Mapped[uuid.UUID | None]


class ChoiceRecord(Record):
    """What the person said to a match. The offering stands in the clear, because a referral is found by it."""

    __tablename__ = "choice"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "intake_id"], ["intake.organization_id", "intake.id"]),
        sa.Index("ix_choice_intake", "organization_id", "intake_id", "made_at"),
        sa.Index("ix_choice_person", "organization_id", "person_id", "made_at"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    intake_id: Mapped[uuid.UUID]
    offering_id: Mapped[uuid.UUID]
    choice: Mapped[Choice] = mapped_column(enum_column(Choice))
    decided_by: Mapped[DecidedBy] = mapped_column(enum_column(DecidedBy))
    readback_confirmed: Mapped[bool]
    rules_version: Mapped[str | None] = mapped_column(sa.String(32))
    made_at: Mapped[datetime]
