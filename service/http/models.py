"""What the door keeps: keys of requests that may come twice, and the answers they had."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Record


class IdempotencyKey(Record):
    """A key that an application sent with a POST, and its answer: sealed, for a day."""

    __tablename__ = "idempotency_key"

    organization_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID]
    fingerprint: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    person_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    etag: Mapped[str | None] = mapped_column(sa.String(32))
    location: Mapped[str | None] = mapped_column(sa.String(200))
    answer: Mapped[bytes | None]
    # The person it was about was erased: nothing is left but that this key was used.
    erased: Mapped[bool] = mapped_column(default=False)
