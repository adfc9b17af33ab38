"""How often somebody may guess a return code: a cap over all processes and hosts, kept in the database.

Six words are 66 bits. With a million live codes, 20 wrong guesses a second hit one within a year with a chance below
1 in 100,000; half of that is for applications, half for the person's own door.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import errors
from service.vault.models import GuessCount
from service.vault.safe import Vault

A_SOURCE = 5
SOURCE_SECONDS = 600
EVERYBODY = 10
EVERYBODY_SECONDS = 1
_ALL = b"applications"


@contextmanager
def counted_guess(vault: Vault, source: bytes, now: datetime) -> Iterator[None]:
    """Count a guess before it is looked at; give it back when the block ends well. Raise TooMany above the cap.

    Counting happens in a short unit of work of its own, in the key store: a guess counts even when the request around
    it fails, and never waits for a lock that this very request holds on the main database.
    """
    stretches = ((source, SOURCE_SECONDS, A_SOURCE), (_ALL, EVERYBODY_SECONDS, EVERYBODY))
    with vault.opened() as session:
        for who, seconds, most in stretches:
            if _count(session, who, int(now.timestamp()) // seconds, 1) > most:
                raise errors.TooMany(retry_after=seconds - int(now.timestamp()) % seconds)
    yield
    with vault.opened() as session:
        for who, seconds, _ in stretches:
            _count(session, who, int(now.timestamp()) // seconds, -1)


def forget_old_counts(vault: Vault, now: datetime) -> None:
    """Drop counts of stretches that are over."""
    second = int(now.timestamp())
    with vault.opened() as session:
        session.execute(
            sa.delete(GuessCount).where(GuessCount.source != _ALL, GuessCount.stretch < second // SOURCE_SECONDS - 1)
        )
        session.execute(sa.delete(GuessCount).where(GuessCount.source == _ALL, GuessCount.stretch < second - 60))


def _count(session: Session, source: bytes, stretch: int, step: int) -> int:
    insert = sqlite.insert if session.info["database"].is_sqlite else postgresql.insert
    statement = (
        insert(GuessCount)
        .values(source=source, stretch=stretch, wrong=max(step, 0))
        .on_conflict_do_update(index_elements=["source", "stretch"], set_={"wrong": GuessCount.wrong + step})
        .returning(GuessCount.wrong)
    )
    return int(session.execute(statement).scalar_one())
