"""Forks and pools: answers with another organization's rows, from connections that many share in turn."""

from __future__ import annotations

import os
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.access.rules import Role
from service.database import Database
from service.intakes.models import IntakeRecord
from service.wall import act_for
from tests.houses import House, make_key
from tests.score.board import Bench, Figure, Row

CHILDREN = 4
THREADS = 8
PIPE_HOLDS = 60_000
Answer = Callable[[Database, uuid.UUID | None], bool]


def measure(bench: Bench) -> Figure:
    """Ask from many threads over one pool, and from children that were forked while it was in use."""
    house, organizations = _two_organizations(bench)
    each = bench.many(20_000, 400)
    in_pool = _ask_from_threads(house.answering.database, organizations, each, _answer_is_wrong)
    in_forks = sum(_ask_from_a_child(house, organizations, each // CHILDREN) for _ in range(CHILDREN))
    says = f"{in_pool + in_forks} of {2 * each} answers hold rows of another organization"
    return Figure(says, in_pool + in_forks == 0)


def control(bench: Bench) -> Figure:
    """Ask from the same threads, with the organization kept by the connection, or the process, instead."""
    house, organizations = _two_organizations(bench)
    each = bench.many(20_000, 400)
    wrong = _ask_from_threads(house.answering.database, organizations, each, _KeptTooLong().answer_is_wrong)
    return Figure(f"{wrong} of {each} answers hold rows of another organization", wrong == 0)


def _two_organizations(bench: Bench) -> tuple[House, list[uuid.UUID]]:
    house = bench.house()
    keys = [make_key(house, Role.OUTREACH) for _ in range(2)]
    for key in keys:
        for _ in range(3):
            house.app.test_client().post("/v1/intakes", json={}, headers=key.headers)
    return house, [key.organization_id for key in keys]


def _ask_from_threads(database: Database, organizations: list[uuid.UUID], count: int, wrong: Answer) -> int:
    """Act for one, for the other, and for nobody, in turn; answer how many answers were wrong."""
    turns = [*organizations, None]
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(lambda number: wrong(database, turns[number % 3]), range(count)))


def _answer_is_wrong(database: Database, organization_id: uuid.UUID | None) -> bool:
    with database.session() as session:
        if organization_id is not None:
            act_for(session, organization_id)
        return bool(_seen(session, organization_id) - {organization_id})


def _seen(session: Session, organization_id: uuid.UUID | None) -> set[uuid.UUID]:
    """Whose intakes are found: on PostgreSQL without any WHERE, for there the wall stands; on SQLite by the WHERE."""
    asked = sa.select(IntakeRecord.organization_id)
    if session.info["database"].is_sqlite:
        asked = asked.where(IntakeRecord.organization_id == organization_id)
    return set(session.scalars(asked))


def _ask_from_a_child(house: House, organizations: list[uuid.UUID], count: int) -> int:
    """Fork while the parent's connections are open; the child leaves them to it, asks, and says how many were wrong.

    A child that cannot ask is no wrong answer and no right one: it raises here, with what the child saw.
    """
    _answer_is_wrong(house.answering.database, organizations[0])
    reading, writing = os.pipe()
    if os.fork() == 0:
        told = "nothing"
        try:
            house.answering.leave_to_parent()
            told = str(_ask_from_threads(house.answering.database, organizations, count, _answer_is_wrong))
        except BaseException:  # noqa: BLE001 - nothing may leave the child but what it tells.
            told = traceback.format_exc()
        finally:
            os.write(writing, told.encode()[-PIPE_HOLDS:])
            os._exit(0)
    os.close(writing)
    theirs = _ask_from_threads(house.answering.database, organizations, count // THREADS, _answer_is_wrong)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.wait()
    if not answer.isdecimal():
        raise ChildProcessError(f"A forked child could not ask at all:\n{answer}")
    return int(answer) + theirs


class _KeptTooLong:
    """The naive way: SET for the session of a pooled connection; on SQLite, one variable for the process."""

    def __init__(self) -> None:
        self._organization_id: uuid.UUID | None = None

    def answer_is_wrong(self, database: Database, organization_id: uuid.UUID | None) -> bool:
        """Say it once, and ask; whoever says nothing finds what was said before."""
        with database.session(reading=True) as session:
            if organization_id is not None:
                self._organization_id = organization_id
                if not database.is_sqlite:
                    say = sa.text("SELECT set_config('app.organization_id', :id, false)")
                    session.execute(say, {"id": str(organization_id)})
            return bool(_seen(session, self._organization_id) - {organization_id})


ROW = Row(
    number=25,
    figure="answers of another organization, fork and pool tests",
    target="0 of 40,000",
    measure=measure,
    control=control,
    naive_way="keep the organization in the connection or the process instead of the transaction",
)
