"""The ground every record stands on: Record, and session() as the one unit of work."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from service import errors

# Without FULL a power cut loses acknowledged writes; without secure_delete a destroyed key stays readable in the file.
SQLITE_PRAGMAS = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
PRAGMA secure_delete=ON;
PRAGMA foreign_keys=ON;
PRAGMA trusted_schema=OFF;
PRAGMA busy_timeout=5000;
"""
POSTGRESQL_OPTIONS = "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000"
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An instant. SQLite drops zones, so it is kept there as UTC and comes back aware; naive input is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive instant, turn the others into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant without a zone was about to be kept.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Give every instant back in UTC, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Record(DeclarativeBase):
    """What the main database keeps. Records never serialise themselves, and relate only inside their room."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime(),
        uuid.UUID: sa.Uuid(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
        bytes: sa.LargeBinary(),
    }


def enum_column(codes: type[StrEnum]) -> sa.Enum:
    """A column that holds the values of a StrEnum as text, so that a new code needs no ALTER TYPE."""
    return sa.Enum(codes, native_enum=False, length=64, values_callable=lambda members: [one.value for one in members])


def plain_insert(record: type[Record]) -> sa.Insert:
    """An INSERT past the unit of work, for rows that are written once, read later, and never changed."""
    return sa.insert(cast(sa.Table, record.__table__))


def uuid7(now: datetime) -> uuid.UUID:
    """Make an id that sorts by time (RFC 9562). Only for what belongs to nobody: it says when it was made."""
    milliseconds = int(now.timestamp() * 1000) & (2**48 - 1)
    random = secrets.randbits(74)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | random >> 62 << 64 | 0b10 << 62 | random & (2**62 - 1))


class Database:
    """One database, and what this process remembers of it. The engine is made on first use: after the fork."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = sa.make_url(url)
        self._pool_size = pool_size
        self._engine: sa.Engine | None = None
        self.remembered: dict[Any, Any] = {}
        self.lends: dict[str, Any] = {}

    @property
    def is_sqlite(self) -> bool:
        """Whether this is embedded SQLite; else it is PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def engine(self) -> sa.Engine:
        """The engine of this process."""
        if self._engine is None:
            self._engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url, self._pool_size)
        return self._engine

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """Hold one connection for several units of work, one after the other: it is tested for life once."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def session(self, *, reading: bool = False, over: sa.Connection | None = None) -> Iterator[Session]:
        """Open one unit of work: one commit when the block ends well, nothing at all when it raises.

        `over` a held connection, or else over one of its own.
        """
        options = self._reading if reading else self._writing
        bind = over.execution_options(**options) if over is not None else self.engine.execution_options(**options)
        with Session(bind, expire_on_commit=False, info={"database": self, **self.lends}) as session, session.begin():
            yield session

    @property
    def _reading(self) -> dict[str, Any]:
        # Reading alone takes no write lock on SQLite, and no round trips for BEGIN and ROLLBACK on PostgreSQL.
        return {"reading": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}

    @property
    def _writing(self) -> dict[str, Any]:
        # Said each time, because a connection that is held remembers what it was told last.
        return {"reading": False} if self.is_sqlite else {"isolation_level": "READ COMMITTED"}

    def dispose(self, *, close: bool = True) -> None:
        """Close every connection and forget what was remembered; after a fork the child forgets without closing."""
        if self._engine is not None:
            self._engine.dispose(close=close)
            self._engine = None
        self.remembered.clear()


def _postgresql_engine(url: sa.URL, pool_size: int) -> sa.Engine:
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=1,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        connect_args={"options": POSTGRESQL_OPTIONS, "connect_timeout": 5},
    )


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, hide_parameters=True, pool_size=16, max_overflow=0, pool_timeout=5)
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _open_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # The driver begins nothing by itself, see _begin_sqlite.
    connection.executescript(SQLITE_PRAGMAS)


def _begin_sqlite(connection: sa.Connection) -> None:
    # Read-then-write under a plain BEGIN loses updates or is refused at once; IMMEDIATE queues instead.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def only_row(result: sa.CursorResult[Any], otherwise: type[errors.Refusal]) -> None:
    """Refuse unless a conditional UPDATE or DELETE touched exactly one row."""
    if result.rowcount != 1:
        raise otherwise


UNAVAILABLE = (exc.OperationalError, exc.TimeoutError, exc.InterfaceError)
