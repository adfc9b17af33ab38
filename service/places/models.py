"""What we keep of places: sealed, because where a team meets people says where people are."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record


class PlaceRecord(Record):
    """A place that an organization knows by name: what it is called and where it is, under the key of the house."""

    __tablename__ = "named_place"
    __table_args__ = (sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),)

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    version: Mapped[int]
    changed_at: Mapped[datetime]


class PlaceName(Record):
    """One of the names that a place goes by, hashed, as it is looked up. In an organization each names one place."""

    __tablename__ = "place_name"
    __table_args__ = (
        sa.ForeignKeyConstraint(["organization_id", "place_id"], ["named_place.organization_id", "named_place.id"]),
        sa.Index("ix_place_name_place", "organization_id", "place_id"),
    )

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name_hash: Mapped[bytes] = mapped_column(primary_key=True)
    place_id: Mapped[uuid.UUID]
