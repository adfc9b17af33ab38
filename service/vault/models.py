"""What the key store keeps: one wrapped key a person, and the tag of their return code."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from service.database import NAMING, UTCDateTime


class KeyRecord(DeclarativeBase):
    """The key store is a database of its own, so that a backup of the main one brings nobody back."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime(),
        uuid.UUID: sa.Uuid(),
        bytes: sa.LargeBinary(),
    }


class PersonKey(KeyRecord):
    """A person's key, wrapped by an epoch key, and the keyed tag of the code that finds it."""

    __tablename__ = "person_key"
    __table_args__ = (
        sa.Index(
            "ix_person_key_hardened",
            "hardened",
            sqlite_where=sa.text("NOT hardened"),
            postgresql_where=sa.text("NOT hardened"),
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    epoch: Mapped[str] = mapped_column(sa.String(32))
    wrapped: Mapped[bytes]
    code_tag: Mapped[bytes] = mapped_column(unique=True)
    hardened: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(index=True)
    # A code handed out where there is no network belongs to one organization, until a day.
    reserved_for: Mapped[uuid.UUID | None]
    reserved_until: Mapped[datetime | None]


class Erased(KeyRecord):
    """Whose key was destroyed: a list that shreds again after an older key store, or main database, was put back."""

    __tablename__ = "erased"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[uuid.UUID]
    erased_at: Mapped[datetime]


class Epoch(KeyRecord):
    """A key that wraps people's keys, by its name: since when, and whether it wraps no more."""

    __tablename__ = "epoch"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    began_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class GuessCount(KeyRecord):
    """How many wrong return codes came from one source in one stretch of time; shared by all processes and hosts."""

    __tablename__ = "guess_count"

    source: Mapped[bytes] = mapped_column(primary_key=True)
    stretch: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    wrong: Mapped[int]
