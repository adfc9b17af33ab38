"""What we keep of visits to the pages: which ones were left."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record


class LeftVisit(Record):
    """A visit that its person left: a keyed hash of its random number, so that a copy of the cookie opens nothing."""

    __tablename__ = "left_visit"

    mark: Mapped[bytes] = mapped_column(primary_key=True)
    left_at: Mapped[datetime]
