"""The ground every record stands on: Record, and session() as the one unit of work."""

import secrets
import select
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from math import inf
from typing import Any, ClassVar

import orjson
import psycopg
import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from service import errors
from service.rows import UnitOfWork
from service.settings import SettingsError
from service.wall import say_who_works

# Without FULL a power cut loses acknowledged writes; without secure_delete a destroyed key stays readable in the file.
SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "secure_delete": "ON",
    "foreign_keys": "ON",
    "trusted_schema": "OFF",
    "busy_timeout": "5000",
}
SQLITE_NUMBERS = {"FULL": "2", "ON": "1", "OFF": "0"}
POSTGRESQL_OPTIONS = "-c statement_timeout=5000 -c lock_timeout=1000 -c idle_in_transaction_session_timeout=10000"
TRUSTED_SECONDS = 1.0
WHICH_URL = "DATABASE_URL and KEYSTORE_URL look like postgresql://user@host/name, or sqlite:////path/to/file."
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UnsafeStorage(SettingsError):
    """The file system or the build of SQLite does not keep what the house promises, so nothing is begun on it."""


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


def uuid7(now: datetime, nth: int | None = None) -> uuid.UUID:
    """Make an id that sorts by time (RFC 9562). Only for what belongs to nobody: it says when it was made.

    Of many that are made at one instant, each may say the how many-th it is, and they sort by that: rows that come
    together then stand together in an index, too.
    """
    milliseconds = int(now.timestamp() * 1000) & (2**48 - 1)
    random = secrets.randbits(74) if nth is None else (nth & (2**32 - 1)) << 42 | secrets.randbits(42)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | random >> 62 << 64 | 0b10 << 62 | random & (2**62 - 1))


class Database:
    """One database, and what this process remembers of it. The engine is made on first use: after the fork."""

    def __init__(self, url: str, *, pool_size: int = 8, at_work: bool = False) -> None:
        self.url = _readable(url)
        # Whether this process is the house at work, a worker or a command; what answers requests never is.
        self.at_work = at_work
        self._pool_size = pool_size
        self._engine: sa.Engine | None = None
        self._reading_engine: sa.Engine | None = None
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
    def session(self, *, reading: bool = False) -> Iterator[Session]:
        """Open one unit of work: one commit when the block ends well, nothing at all when it raises.

        Nothing is connected to before it is asked something. Raise OutcomeUnknown when the database was lost at the
        commit itself: of such commits some were done.
        """
        bind = self._reading if reading else self.engine
        session = UnitOfWork(bind, expire_on_commit=False, info={"database": self, **self.lends})
        try:
            with session, session.begin():
                yield session
        except UNAVAILABLE as lost:
            if reading or "committing" not in session.info:
                raise
            raise errors.OutcomeUnknown(retry_after=2) from lost
        except exc.InternalError as hung_up:
            # Who holds a transaction and asks nothing for ten seconds is hung up on, with nothing done.
            if isinstance(hung_up.orig, psycopg.errors.IdleInTransactionSessionTimeout):
                raise errors.Unavailable(retry_after=1) from hung_up
            raise
        for step in session.info.get("afterwards", ()):
            with suppress(*UNAVAILABLE, errors.Unavailable):
                step()

    @contextmanager
    def look(self) -> Iterator[sa.Connection]:
        """Open a connection to look something up at once, with no unit of work around it."""
        with self._reading.connect() as connection:
            yield connection

    def empty_log(self) -> bool:
        """Bring what stands in SQLite's log into the file and cut the log to nothing; False when a reader is there.

        With secure_delete a destroyed row is zeros in the file from then on. PostgreSQL keeps its log as long as it
        likes: there it is the epoch's turn that makes it noise.
        """
        if not self.is_sqlite:
            return True
        connection = self.engine.raw_connection()
        try:
            (busy, *_) = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        return not busy

    @property
    def _reading(self) -> sa.Engine:
        # Reading alone takes no write lock on SQLite, and no round trips for BEGIN and ROLLBACK on PostgreSQL. Whom it
        # acts for lasts as long as a transaction, so a request that only reads so sees nobody; the house at work does.
        if self._reading_engine is None:
            if self.is_sqlite:
                self._reading_engine = self.engine.execution_options(reading=True)
            elif self.at_work:
                self._reading_engine = self.engine
            else:
                self._reading_engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        return self._reading_engine

    def dispose(self, *, close: bool = True) -> None:
        """Close every connection and forget what was remembered; after a fork the child forgets without closing."""
        if self._engine is not None:
            self._engine.dispose(close=close)
            self._engine = self._reading_engine = None
        self.remembered.clear()


def _readable(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
    except exc.ArgumentError as unreadable:
        raise SettingsError(WHICH_URL) from unreadable
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsError(WHICH_URL)
    return url


def _postgresql_engine(url: sa.URL, pool_size: int) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=1,
        hide_parameters=True,
        json_deserializer=orjson.loads,
        isolation_level="READ COMMITTED",
        connect_args={"options": POSTGRESQL_OPTIONS, "connect_timeout": 5},
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _test_life)
    return engine


def _note_rest(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info["rests_since"] = time.monotonic()


def _test_life(connection: Any, entry: ConnectionPoolEntry, _fairy: Any) -> None:
    """Ask a connection whether it still lives, if it rested or was hung up on; the pool replaces what does not.

    SQLAlchemy's own pre-ping asks each time, which is a tenth of what taking somebody in costs.
    """
    rested = time.monotonic() - entry.info.get("rests_since", inf)
    if rested < TRUSTED_SECONDS and not _has_something_to_say(connection):
        return
    try:
        connection.execute("")
        connection.rollback()
    except psycopg.Error as dead:
        raise exc.DisconnectionError from dead


def _has_something_to_say(connection: Any) -> bool:
    # A server that goes away says so, and hangs up; one that lives is silent until it is asked.
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        json_deserializer=orjson.loads,
        poolclass=sa.QueuePool,
        pool_size=16,
        max_overflow=0,
        pool_timeout=5,
    )
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _open_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # The driver begins nothing by itself, see _begin_sqlite.
    for name, wanted in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={wanted}")
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if str(found).upper() not in {wanted, SQLITE_NUMBERS.get(wanted)}:
            raise UnsafeStorage(f"SQLite does not keep {name}={wanted} here, and would lose what it acknowledged.")


def _begin_sqlite(connection: sa.Connection) -> None:
    # Read-then-write under a plain BEGIN loses updates or is refused at once; IMMEDIATE queues instead.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def afterwards(session: Session, step: Callable[[], None]) -> None:
    """Do a step once the unit of work is committed, and never before.

    What was decided stands by then, so a step that finds a database away is silent: whoever asks for one has a chore
    that finishes it.
    """
    session.info.setdefault("afterwards", []).append(step)


def lost_its_ground(refused: exc.IntegrityError) -> bool:
    """Whether a row was refused because what it belongs to went away meanwhile; SQLite lets only one writer in."""
    return isinstance(refused.orig, psycopg.errors.ForeignKeyViolation)


def only_row(result: sa.CursorResult[Any], otherwise: type[errors.Refusal]) -> None:
    """Refuse unless a conditional UPDATE or DELETE touched exactly one row."""
    if result.rowcount != 1:
        raise otherwise


UNAVAILABLE = (exc.OperationalError, exc.TimeoutError, exc.InterfaceError)
event.listen(UnitOfWork, "after_begin", say_who_works)
