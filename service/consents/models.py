"""What we keep of consents and of what was told on the strength of them."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.consents.notice_rules import Extent
from service.consents.rules import ConsentState
from service.consents.terms import Basis, Purpose
from service.database import Record, enum_column


class ConsentRecord(Record):
    """A consent as it stands. Whoever writes to this row holds the consent until they commit."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "person_id"], ["person.organization_id", "person.id"]),
        sa.Index("ix_consent_person", "organization_id", "person_id", "given_at"),
        sa.Index("ix_consent_replaced", "organization_id", "superseded_by"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    version: Mapped[int]
    state: Mapped[ConsentState] = mapped_column(enum_column(ConsentState))
    superseded_by: Mapped[uuid.UUID | None]
    given_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ConsentVersion(Record):
    """One version of a consent, never changed. Names, words and signature are sealed under the person's key."""

    __tablename__ = "consent_version"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "consent_id"], ["consent.organization_id", "consent.id"]),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    consent_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ConsentState] = mapped_column(enum_column(ConsentState))
    terms: Mapped[dict[str, Any]]
    paper: Mapped[bytes]
    written_at: Mapped[datetime]
    application_id: Mapped[uuid.UUID | None]


class Disclosure(Record):
    """One thing told to one recipient on one basis. No field group at all means: that somebody was referred."""

    __tablename__ = "disclosure"
    __table_args__ = (
        sa.Index("ix_disclosure_person", "organization_id", "person_id", "at"),
        sa.Index("ix_disclosure_consent", "organization_id", "consent_id"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    basis: Mapped[Basis] = mapped_column(enum_column(Basis))
    consent_id: Mapped[uuid.UUID | None]
    consent_version: Mapped[int | None]
    # Whom an exception tells stands on its own record, sealed; it is rarely in the directory.
    recipient_provider_id: Mapped[uuid.UUID | None]
    recipient_organization_id: Mapped[uuid.UUID | None]
    purpose: Mapped[Purpose] = mapped_column(enum_column(Purpose))
    field_groups: Mapped[list[Any]]
    subject: Mapped[str] = mapped_column(sa.String(64))
    subject_id: Mapped[uuid.UUID]
    notice_version: Mapped[str] = mapped_column(sa.String(32))
    request_id: Mapped[str] = mapped_column(sa.String(64))
    # The ledger's entry of the request that told it; what was told before entries were named has none.
    entry_id: Mapped[uuid.UUID | None]


class RevocationNotice(Record):
    """What tells a recipient that something they were told on is over, and whether they said that they heard it."""

    __tablename__ = "revocation_notice"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "person_id"], ["person.organization_id", "person.id"]),
        sa.Index("ix_revocation_notice_recipient", "recipient_organization_id", "made_at", "id"),
        sa.Index("ix_revocation_notice_person", "organization_id", "person_id", "made_at", "id"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    # None once the person was erased: whoever was told still hears that it is over.
    person_id: Mapped[uuid.UUID | None]
    consent_id: Mapped[uuid.UUID]
    consent_version: Mapped[int]
    recipient_provider_id: Mapped[uuid.UUID | None]
    recipient_organization_id: Mapped[uuid.UUID | None]
    extent: Mapped[Extent] = mapped_column(enum_column(Extent))
    referral_ids: Mapped[list[Any]]
    made_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_organization_id: Mapped[uuid.UUID | None]
    acknowledged_by_application_id: Mapped[uuid.UUID | None]
    acknowledged_by_worker: Mapped[str | None] = mapped_column(sa.String(64))
