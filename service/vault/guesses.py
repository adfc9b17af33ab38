"""How often somebody may guess a return code: caps over all processes and hosts, kept in the key store.

Six words are 66 bits. With a million live codes, 20 wrong guesses a second hit one within a year with a chance below
1 in 100,000. Half of the 20 is for applications together, half for the person's own door, so that a flood at one door
does not close the other; with more live codes it is fewer, so that the chance stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import errors
from service.database import UNAVAILABLE
from service.vault.models import GuessCount, PersonKey
from service.vault.safe import Vault

A_SOURCE = 5
SOURCE_SECONDS = 600
EVERYBODY = 20
EVERYBODY_SECONDS = 1
# 20 wrong guesses a second are within the promise up to 1.16 million live codes; from there on their product counts.
GUESSES_TIMES_CODES = 23_300_000
COUNTED_AGAIN_AFTER = timedelta(minutes=1)
REMEMBERED_SECONDS = 24 * 60 * 60
_LIVE_CODES = "live return codes"


class Door(StrEnum):
    """Where a code is brought. Each door has its own half of the guesses."""

    APPLICATIONS = "applications"
    OWN = "own-door"


@contextmanager
def counted_guess(vault: Vault, source: bytes, now: datetime, door: Door = Door.APPLICATIONS) -> Iterator[None]:
    """Count a guess before it is looked at; give it back when the block ends well, or when nobody looked after all.

    Raise TooMany above a cap, and say no more than when to come again. Counting happens in a short unit of work of
    its own, in the key store: a guess counts even when the request around it is refused, and never waits for a lock
    that this very request holds on the main database. When a database was away nobody learned anything, and whoever
    comes again with the right words should not have spent their guesses.
    """
    second = int(now.timestamp())
    most = guesses_a_second(live_codes(vault, now))
    stretches = ((source, second // SOURCE_SECONDS, A_SOURCE), (door.encode(), second // EVERYBODY_SECONDS, most))
    with vault.opened() as session:
        until = waits_until(_spent(session, source, second))
        if second < until:
            raise errors.TooMany(retry_after=until - second)
        for who, stretch, at_most in stretches:
            if _count(session, who, stretch, 1) > at_most:
                raise errors.TooMany(retry_after=EVERYBODY_SECONDS)
    try:
        yield
    except (errors.TooMany, *UNAVAILABLE):
        with suppress(*UNAVAILABLE):
            _give_back(vault, stretches)
        raise
    _give_back(vault, stretches)


def guesses_a_second(live: int) -> int:
    """How many wrong guesses one door takes in a second, with so many live codes.

    It never falls below one: with more than 12 million live codes six words no longer keep the promise, and new codes
    have to be longer.
    """
    return max(1, min(EVERYBODY, GUESSES_TIMES_CODES // max(1, live)) // 2)


def waits_until(spent: Sequence[int]) -> int:
    """Until which Unix second a source waits, by the stretches of ten minutes in which it spent all its guesses.

    After the first one to the end of that stretch; after each one more, twice as long again.
    """
    if not spent:
        return 0
    return (max(spent) + 1) * SOURCE_SECONDS + ((1 << len(spent) - 1) - 1) * SOURCE_SECONDS


def live_codes(vault: Vault, now: datetime) -> int:
    """How many codes there are, reserved ones too; counted at most once a minute by each process."""
    counted = vault.store.remembered.get(_LIVE_CODES)
    if counted is None or now - counted[0] >= COUNTED_AGAIN_AFTER:
        with vault.opened(reading=True) as session:
            counted = now, int(session.execute(sa.select(sa.func.count()).select_from(PersonKey)).scalar_one())
        vault.store.remembered[_LIVE_CODES] = counted
    return int(counted[1])


def forget_old_counts(vault: Vault, now: datetime) -> None:
    """Drop counts of stretches that are over: of a source after a day, of a door after a minute."""
    second = int(now.timestamp())
    doors = [door.encode() for door in Door]
    long_ago = (second - REMEMBERED_SECONDS) // SOURCE_SECONDS
    with vault.opened() as session:
        session.execute(sa.delete(GuessCount).where(GuessCount.source.not_in(doors), GuessCount.stretch <= long_ago))
        session.execute(sa.delete(GuessCount).where(GuessCount.source.in_(doors), GuessCount.stretch < second - 60))


def _spent(session: Session, source: bytes, second: int) -> Sequence[int]:
    long_ago = (second - REMEMBERED_SECONDS) // SOURCE_SECONDS
    return session.scalars(
        sa.select(GuessCount.stretch).where(
            GuessCount.source == source, GuessCount.stretch > long_ago, GuessCount.wrong >= A_SOURCE
        )
    ).all()


def _give_back(vault: Vault, stretches: Sequence[tuple[bytes, int, int]]) -> None:
    with vault.opened() as session:
        for who, stretch, _ in stretches:
            _count(session, who, stretch, -1)


def _count(session: Session, source: bytes, stretch: int, step: int) -> int:
    insert = sqlite.insert if session.info["database"].is_sqlite else postgresql.insert
    statement = (
        insert(GuessCount)
        .values(source=source, stretch=stretch, wrong=max(step, 0))
        .on_conflict_do_update(index_elements=["source", "stretch"], set_={"wrong": GuessCount.wrong + step})
        .returning(GuessCount.wrong)
    )
    return int(session.execute(statement).scalar_one())
