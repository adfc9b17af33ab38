"""What we keep of a person in the clear: ids, standing, instants."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record, enum_column
from service.people.rules import Status


class PersonRecord(Record):
    """Somebody who came in. Their words are elsewhere, sealed."""

    __tablename__ = "person"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        sa.Index("ix_person_contact", "status", "last_contact_at"),
        # At their own door a person is found by their id alone: six words name no organization.
        sa.Index("ix_person_id", "id"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    status: Mapped[Status] = mapped_column(enum_column(Status))
    version: Mapped[int] = mapped_column()
    first_came_at: Mapped[datetime]
    last_contact_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Tombstone(Record):
    """That somebody was here and asked to be erased: a random id and two instants, so that nothing brings them back."""

    __tablename__ = "erasure"
    __table_args__ = (
        sa.Index(
            "ix_erasure_unfinished",
            "erased_at",
            sqlite_where=sa.text("key_destroyed_at IS NULL"),
            postgresql_where=sa.text("key_destroyed_at IS NULL"),
        ),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]
    key_destroyed_at: Mapped[datetime | None]
