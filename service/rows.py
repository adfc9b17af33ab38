"""Plain rows: written once, read later, never changed, and so past the unit of work's watch over its records.

Every request writes some: the ledger, the outbox, whoever comes in. A unit of work holds them back until it asks the
database something else or commits; then they go together, to PostgreSQL as one statement. With eight threads a worker
that is a third of what taking somebody in costs: each statement is a wait, and at each wait another thread runs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session

ROWS_A_JOURNEY = 8
_POSITIONAL: dict[str, Callable[[], sa.Dialect]] = {
    "sqlite": partial(sqlite.dialect, paramstyle="qmark"),
    "postgresql": partial(psycopg.dialect, paramstyle="format"),
}
_Bind = Callable[[dict[str, Any]], tuple[Any, ...]]


class PlainInsert:
    """An INSERT of plain rows into the table of a record, compiled once a process."""

    def __init__(self, record: type[DeclarativeBase]) -> None:
        self._table = cast(sa.Table, record.__table__)
        self._compiled: dict[tuple[str, ...], tuple[str, _Bind]] = {}

    def written(self, row: dict[str, Any], dialect: sa.Dialect) -> tuple[str, tuple[Any, ...]]:
        """Write a row as its driver takes it: statement and values in their order. What it does not name is null."""
        shape = (dialect.name, *row)
        if shape not in self._compiled:
            self._compiled[shape] = self._compile(tuple(row), dialect)
        statement, bind = self._compiled[shape]
        return statement, bind(row)

    def _compile(self, names: tuple[str, ...], dialect: sa.Dialect) -> tuple[str, _Bind]:
        compiled = sa.insert(self._table).compile(dialect=_POSITIONAL[dialect.name](), column_keys=names)
        order = compiled.positiontup or ()
        made = [(name, self._table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order]

        def bind(row: dict[str, Any]) -> tuple[Any, ...]:
            return tuple(make(row[name]) if make else row[name] for name, make in made)

        return str(compiled), bind


class UnitOfWork(Session):
    """A session that holds plain rows back until it asks the database something else, or commits."""


def write_row(session: Session, insert: PlainInsert, row: dict[str, Any]) -> None:
    """Write a plain row. A constraint that refuses it speaks when it goes: see send_rows."""
    session.info.setdefault("rows", []).append((insert, row))


def keep_open(session: Session, insert: PlainInsert, row: dict[str, Any]) -> None:
    """Keep a row that may be added to until the unit of work is done: it goes with the rows of close_rows."""
    session.info.setdefault("open_rows", []).append((insert, row))


def close_rows(session: Session) -> None:
    """Let go of rows kept open; whoever knows that nothing more comes saves them a journey of their own."""
    for insert, row in session.info.pop("open_rows", ()):
        write_row(session, insert, row)


def send_rows(session: Session) -> None:
    """Send the rows that write_row holds back, now. Raise IntegrityError when a constraint refuses one."""
    rows = session.info.pop("rows", ())
    if not rows:
        return
    connection = session.connection()
    written = [insert.written(row, connection.dialect) for insert, row in rows]
    if connection.dialect.name == "sqlite":
        for statement, values in written:
            connection.exec_driver_sql(statement, values)
        return
    for start in range(0, len(written), ROWS_A_JOURNEY):
        some = written[start : start + ROWS_A_JOURNEY]
        values = tuple(value for _, values in some for value in values)
        connection.exec_driver_sql(_in_one_journey(tuple(statement for statement, _ in some)), values)


def look_up(session: Session, statement: sa.Executable, values: dict[str, Any]) -> sa.CursorResult[Any]:
    """Ask for columns past the watch over records; what the unit of work holds back goes first."""
    session.flush()
    send_rows(session)
    return session.connection().execute(statement, values)


@lru_cache
def _in_one_journey(statements: tuple[str, ...]) -> str:
    """Join INSERTs into one statement of PostgreSQL; its foreign keys are looked at when all rows are there."""
    *others, last = statements
    named = ", ".join(f"row_{number} AS ({statement})" for number, statement in enumerate(others))
    return f"WITH {named} {last}" if others else last


@event.listens_for(UnitOfWork, "do_orm_execute")
def _before_asking(asked: ORMExecuteState) -> None:
    send_rows(asked.session)


@event.listens_for(UnitOfWork, "before_flush")
def _before_flushing(session: Session, *_: Any) -> None:
    send_rows(session)


@event.listens_for(UnitOfWork, "before_commit")
def _before_committing(session: Session) -> None:
    session.flush()
    close_rows(session)
    send_rows(session)
    session.info["committing"] = True
