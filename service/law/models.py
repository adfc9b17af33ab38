"""What we keep of emergencies and of legal demands."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record, enum_column
from service.law.states import DemandState


class EmergencyRecord(Record):
    """One disclosure in a medical emergency. The four facts of 42 CFR 2.51(c) are sealed under the person's key."""

    __tablename__ = "emergency_disclosure"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "person_id"], ["person.organization_id", "person.id"]),
        sa.Index("ix_emergency_disclosure_list", "organization_id", "made_at", "id"),
        sa.Index("ix_emergency_disclosure_person", "organization_id", "person_id"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    field_groups: Mapped[list[Any]]
    facts: Mapped[bytes]
    happened_at: Mapped[datetime]
    made_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    application_id: Mapped[uuid.UUID | None]
    acting_worker: Mapped[str | None] = mapped_column(sa.String(64))
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None] = mapped_column(sa.String(64))


class DemandRecord(Record):
    """One legal demand, held. Who sent it, its papers and its words are sealed under the house's key: no person has
    anything to do with it until two people say so."""

    __tablename__ = "legal_demand"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        sa.Index("ix_legal_demand_list", "organization_id", "recorded_at", "id"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    state: Mapped[DemandState] = mapped_column(enum_column(DemandState))
    received_on: Mapped[date]
    # Every paper that comes later is sealed anew with the others, as the next version.
    sealed: Mapped[bytes]
    sealed_version: Mapped[int]
    recorded_by: Mapped[str | None] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ApprovalRecord(Record):
    """That one worker approved a release, of what, about whom."""

    __tablename__ = "legal_demand_approval"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "demand_id"], ["legal_demand.organization_id", "legal_demand.id"]),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    demand_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    worker: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[uuid.UUID]
    field_groups: Mapped[list[Any]]
    approved_at: Mapped[datetime]
