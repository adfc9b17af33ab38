"""How long answers to commands are kept, and what is left of them afterwards."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.http.models import IdempotencyKey

REPLAYED_FOR = timedelta(hours=24)
REMEMBERED_FOR = timedelta(days=30)
KNOWN_FOR = timedelta(days=365)


def forget_old_answers(session: Session, now: datetime) -> None:
    """Drop answers after a day, fingerprints and locations after 30 days, keys after a year.

    Whom a key was about stays, as a random id, as long as the key: it must not bring back whoever is erased later.
    """
    session.execute(
        sa.update(IdempotencyKey)
        .where(IdempotencyKey.made_at < now - REPLAYED_FOR, IdempotencyKey.answer.is_not(None))
        .values(answer=None)
    )
    session.execute(
        sa.update(IdempotencyKey)
        .where(IdempotencyKey.made_at < now - REMEMBERED_FOR, IdempotencyKey.location.is_not(None))
        .values(location=None, fingerprint=b"")
    )
    session.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.made_at < now - KNOWN_FOR))


def forget_person(session: Session, person_id: uuid.UUID) -> None:
    """Drop every answer about a person, whoever asked; only that the key was used, and is over, stays on record."""
    session.execute(
        sa.update(IdempotencyKey)
        .where(IdempotencyKey.person_id == person_id)
        .values(erased=True, person_id=None, answer=None, fingerprint=b"", location=None, etag=None, status=None)
        .execution_options(synchronize_session=False)
    )
