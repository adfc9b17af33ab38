"""What we keep of matching: cards, which can be made again at any time."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record


class CardRecord(Record):
    """The card of an offering, in a format and as of a version of the directory; made again when either is another."""

    __tablename__ = "offering_card"

    offering_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("offering.id", ondelete="CASCADE"), primary_key=True)
    format: Mapped[int]
    described_in: Mapped[int]
    until: Mapped[date]
    fields: Mapped[bytes]
    sites: Mapped[bytes]
    week: Mapped[bytes]
    tongues: Mapped[str] = mapped_column(sa.Text)
    areas: Mapped[str] = mapped_column(sa.Text)
