"""What we keep about organizations, their applications, and their keys."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.access.rules import LEAST_RECORDS_YEARS, OrganizationKind
from service.database import Record, enum_column


class Organization(Record):
    """A tenant. Everything that a person said belongs to exactly one."""

    __tablename__ = "organization"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[OrganizationKind] = mapped_column(enum_column(OrganizationKind))
    made_at: Mapped[datetime]
    # Retention clocks: how long after the last contact a person is erased, never when there is none; and how long
    # what was told is accounted for.
    people_days: Mapped[int | None]
    records_years: Mapped[int] = mapped_column(default=LEAST_RECORDS_YEARS)
    # Whether what its people look for may be recorded, without them, so that matching rules can be tried.
    records_applicants: Mapped[bool] = mapped_column(default=False)
    # Counted as they come and go, so that the room that keeps them need not be asked where there are none.
    named_places: Mapped[int] = mapped_column(default=0)


class Application(Record):
    """Software of an organization, with scopes of its own."""

    __tablename__ = "application"
    __table_args__ = (sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),)

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    scopes: Mapped[list[Any]]
    made_at: Mapped[datetime]


class ApiKey(Record):
    """A credential of an application. The secret is not here, only its keyed hash."""

    __tablename__ = "api_key"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["organization_id", "application_id"], ["application.organization_id", "application.id"]
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    organization_id: Mapped[uuid.UUID]
    application_id: Mapped[uuid.UUID]
    secret_hash: Mapped[bytes]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
