"""What we keep of the directory. It is public knowledge and stands in the clear."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.database import Record, enum_column
from service.providers.codes import CapacityStatus, OfferingKind


class DirectoryState(Record):
    """One row: the version of the whole directory, raised in the transaction of every change."""

    __tablename__ = "directory_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


class Provider(Record):
    """An organization or a solo practice that offers help."""

    __tablename__ = "provider"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    organization_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(300))
    kind: Mapped[str] = mapped_column(sa.String(64))
    contact: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column()
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Practitioner(Record):
    """Somebody who works at a provider."""

    __tablename__ = "practitioner"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    provider_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("provider.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(300))
    licences: Mapped[list[Any]]
    competencies: Mapped[list[Any]]
    version: Mapped[int] = mapped_column()
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CredentialRecord(Record):
    """One piece of evidence, with how it was verified last."""

    __tablename__ = "credential"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    practitioner_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("practitioner.id"), index=True)
    provider_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("provider.id"), index=True)
    evidence: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column()
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class OfferingRecord(Record):
    """What a person can be sent to. Facts are one document; what is searched by or changes alone has its column."""

    __tablename__ = "offering"
    __table_args__ = (
        sa.CheckConstraint("open_slots >= 0", name="room_is_never_negative"),
        # Finds the offerings of a provider; and whose news is old, without a look at a million rows: see nudges.py.
        sa.Index("ix_offering_news", "provider_id", "capacity_as_of", "silences", "nudged_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    provider_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("provider.id"))
    name: Mapped[str] = mapped_column(sa.String(300), index=True)
    kind: Mapped[OfferingKind] = mapped_column(enum_column(OfferingKind))
    facts: Mapped[dict[str, Any]]
    policies: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    attested_on: Mapped[date | None] = mapped_column(index=True)
    capacity_status: Mapped[CapacityStatus] = mapped_column(enum_column(CapacityStatus))
    open_slots: Mapped[int | None]
    expected_wait_days: Mapped[int | None]
    capacity_as_of: Mapped[datetime]
    # How many referrals were left unanswered since then, and when the owner was last asked for news of it.
    silences: Mapped[int] = mapped_column(server_default="0")
    nudged_at: Mapped[datetime | None]
    # The version of the directory in which this row changed last: what an index has to read again.
    changed_in: Mapped[int] = mapped_column(index=True)
    # The same for all but its room: what is kept of a reading of the facts and the evidence holds as long as this.
    described_in: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column()
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sites: Mapped[list["SiteRecord"]] = relationship(
        order_by="SiteRecord.number", cascade="all, delete-orphan", lazy="raise"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SiteRecord(Record):
    """Where an offering is searched by place. What else is known of the site stands in the offering's facts."""

    __tablename__ = "offering_site"
    __table_args__ = (sa.Index("ix_offering_site_place", "latitude", "longitude"),)

    offering_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("offering.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    latitude: Mapped[float]
    longitude: Mapped[float]


class ListingRecord(Record):
    """What an offering is searched by; see `listing.py`. A row has few bytes, so that many are read at once."""

    __tablename__ = "offering_listing"
    __table_args__ = (sa.Index("ix_offering_listing_name", "name", "offering_id"),)

    offering_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("offering.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(300))
    words: Mapped[str] = mapped_column(sa.Text)
    languages: Mapped[str] = mapped_column(sa.Text)
    categories: Mapped[int] = mapped_column(sa.BigInteger)
    settings: Mapped[int]
    cost: Mapped[int]
    kind: Mapped[int]
    falls_to: Mapped[int]
    declared_until: Mapped[date]
    verified_until: Mapped[date]


class TermRecord(Record):
    """A term that leads to an offering's listing, which then says whether it is what is looked for."""

    __tablename__ = "offering_term"

    # Beginnings of words are looked up as a stretch of the alphabet, which has to be that of the bytes for it.
    term: Mapped[str] = mapped_column(
        sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql"), primary_key=True
    )
    offering_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class ImportRun(Record):
    """One bringing in of a list, as far as it came: so that one that was cut off can go on behind what it kept."""

    __tablename__ = "directory_import"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    file_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    file_size: Mapped[int] = mapped_column(sa.BigInteger)
    providers_read: Mapped[int] = mapped_column(sa.BigInteger)
    made: Mapped[int] = mapped_column(sa.BigInteger)
    changed: Mapped[int] = mapped_column(sa.BigInteger)
    unchanged: Mapped[int] = mapped_column(sa.BigInteger)
    refused: Mapped[int] = mapped_column(sa.BigInteger)
    report_size: Mapped[int] = mapped_column(sa.BigInteger)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Attestation(Record):
    """What somebody attested about an offering's policies on a day; kept, the newest counts."""

    __tablename__ = "attestation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    offering_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("offering.id"), index=True)
    policies: Mapped[dict[str, Any]]
    attested_on: Mapped[date]
    recorded_at: Mapped[datetime]
    organization_id: Mapped[uuid.UUID | None]


class VerificationRecord(Record):
    """How a credential was looked at once; kept, the newest counts."""

    __tablename__ = "credential_verification"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    credential_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("credential.id"), index=True)
    outcome: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    organization_id: Mapped[uuid.UUID | None]


# What an import of a list writes.
DIRECTORY: tuple[type[Record], ...] = (
    Provider, Practitioner, CredentialRecord, OfferingRecord, SiteRecord, Attestation, ListingRecord, TermRecord,
)  # fmt: skip
