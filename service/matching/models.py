"""What matching keeps: cards, which can be made again, and of some people what they were looking for, nameless."""

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


class RecordedApplicant(Record):
    """An applicant that new rules may be tried on. The id is drawn and the month is that of writing it down, with ten
    others: neither leads back to anybody. SQLite keeps no order of coming, as it would with row numbers."""

    __tablename__ = "recorded_applicant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    month: Mapped[date]
    sealed: Mapped[bytes]
