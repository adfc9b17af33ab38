"""What matching keeps: of some people what they were looking for, and nothing that says who they were."""

import uuid
from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record


class RecordedApplicant(Record):
    """An applicant that new rules may be tried on. The id is drawn and the month is that of writing it down, with ten
    others: neither leads back to anybody. SQLite keeps no order of coming, as it would with row numbers."""

    __tablename__ = "recorded_applicant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    month: Mapped[date]
    sealed: Mapped[bytes]
