"""Many rows at once: COPY on PostgreSQL, one statement for all on SQLite; for lists that are brought in whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

import orjson
import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

Row = Mapping[str, Any]
_Write = Callable[[Any], Any]
VALUES_A_LOOK = 500
# Of the characters that end a value or a row of COPY, each is written as a backslash and a letter.
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_many(session: Session, record: type[DeclarativeBase], rows: Sequence[Row]) -> None:
    """Insert rows that name the same columns, past the unit of work's watch over its records.

    A row at a time through the driver is what a list of a million would spend most of its time on. Raise
    IntegrityError or DataError, as any INSERT does.
    """
    if rows:
        names = tuple(rows[0])
        insert_values(session, record, names, map(itemgetter(*names), rows))


def insert_values(
    session: Session, record: type[DeclarativeBase], names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert rows that are values of these columns, of which there are two at least."""
    connection = session.connection()
    kinds = [cast(sa.Table, record.__table__).c[name].type for name in names]
    if connection.dialect.name == "postgresql":
        _copy(connection, record.__tablename__, names, "".join(_lines(kinds, rows)).encode())
        return
    places = ", ".join("?" for _ in names)
    statement = f"INSERT INTO {record.__tablename__} ({', '.join(names)}) VALUES ({places})"  # noqa: S608
    writers = [_for_driver(kind, connection.dialect) for kind in kinds]
    if values := [_written(writers, row) for row in rows]:
        connection.exec_driver_sql(statement, values)


def insert_missing(
    session: Session, record: type[DeclarativeBase], names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert those rows that are not there yet."""
    if rows:
        table = cast(sa.Table, record.__table__)
        connection = session.connection()
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(table).on_conflict_do_nothing()
        connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])


def delete_values(
    session: Session, record: type[DeclarativeBase], names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Delete the rows whose columns have these values."""
    if rows:
        table = cast(sa.Table, record.__table__)
        which = [table.c[name] == sa.bindparam(f"of_{name}", type_=table.c[name].type) for name in names]
        values = [{f"of_{name}": value for name, value in zip(names, row, strict=True)} for row in rows]
        session.connection().execute(sa.delete(table).where(*which), values)


def update_many(
    session: Session, record: type[DeclarativeBase], rows: Sequence[Row], *, versioned: bool = False
) -> None:
    """Update rows by their `id`, each to the other values that it names; `versioned` counts their version up."""
    if not rows:
        return
    table = cast(sa.Table, record.__table__)
    values: dict[str, Any] = {
        name: sa.bindparam(f"to_{name}", type_=table.c[name].type) for name in rows[0] if name != "id"
    }
    if versioned:
        values["version"] = table.c.version + 1
    statement = sa.update(table).where(table.c.id == sa.bindparam("of_id")).values(values)
    session.connection().execute(
        statement, [{("of_id" if name == "id" else f"to_{name}"): row[name] for name in row} for row in rows]
    )


def select_many(
    session: Session, query: sa.Select[Any], column: InstrumentedAttribute[Any], values: Sequence[Any]
) -> Iterable[sa.Row[Any]]:
    """Ask for the rows whose column has one of many values.

    A thousand placeholders take PostgreSQL's driver longer to write than the server to answer; it takes a list as one.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        if values:
            one_of = column == sa.any_(sa.bindparam("one_of", values, type_=postgresql.ARRAY(column.type)))
            yield from connection.execute(query.where(one_of))
        return
    for start in range(0, len(values), VALUES_A_LOOK):
        yield from connection.execute(query.where(column.in_(values[start : start + VALUES_A_LOOK])))


def take_stock(session: Session, *records: type[DeclarativeBase]) -> None:
    """Have PostgreSQL look at what tables hold now, so that it finds its way before autovacuum comes by.

    Whoever does not own them may not, and waits for that. SQLite finds its way by the shape of a question alone.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL statement_timeout = 0"))
        session.execute(sa.text(f"ANALYZE {', '.join(record.__tablename__ for record in records)}"))


def document_text(value: Any) -> str:
    """A document as it is written; orjson does it in a tenth of the time."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _written(writers: Sequence[_Write | None], row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        [
            write(value) if write and value is not None else value
            for write, value in zip(writers, row, strict=True)
        ]
    )  # fmt: skip


def _for_driver(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> _Write | None:
    if isinstance(kind, sa.JSON):
        return document_text
    return cast("_Write | None", kind.dialect_impl(dialect).bind_processor(dialect))


def _lines(kinds: Sequence[sa.types.TypeEngine[Any]], rows: Iterable[tuple[Any, ...]]) -> Iterable[str]:
    """Rows in the text format of COPY."""
    writers = [_for_copy(kind) for kind in kinds]
    for row in rows:
        values = ["\\N" if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        yield "\t".join(values) + "\n"


def _for_copy(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], str]:
    if isinstance(kind, sa.TypeDecorator):
        kind = kind.impl_instance
    for of_kind, write in _COPIED.items():
        if isinstance(kind, of_kind):
            return write
    raise TypeError(f"Nobody said yet how {kind} is copied.")


def _document(value: Any) -> str:
    text = document_text(value)
    return text.replace("\\", "\\\\") if "\\" in text else text


def _text(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPED)


# An Enum is a String, so it stands before it.
_COPIED: dict[type[sa.types.TypeEngine[Any]], Callable[[Any], str]] = {
    sa.Enum: lambda value: str(value.value),
    sa.String: _text,
    sa.JSON: _document,
    sa.Uuid: lambda value: str(value.hex),
    sa.DateTime: lambda value: str(value.astimezone(UTC).isoformat()),
    sa.Date: lambda value: str(value.isoformat()),
    sa.LargeBinary: lambda value: f"\\\\x{value.hex()}",
    sa.Float: repr,
    sa.Integer: str,
}


def _copy(connection: sa.Connection, table: str, names: tuple[str, ...], block: bytes) -> None:
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(_statement(table, names)) as copy:
            copy.write(block)
    except psycopg.Error as refused:
        raise _as_sqlalchemy_says(refused, connection.dialect) from refused


@lru_cache
def _statement(table: str, names: tuple[str, ...]) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)


def _as_sqlalchemy_says(refused: psycopg.Error, dialect: sa.Dialect) -> Exception:
    """COPY goes past SQLAlchemy, and whoever catches its exceptions should not have to know that."""
    return sa.exc.DBAPIError.instance(
        "COPY", None, refused, psycopg.Error, hide_parameters=True, dialect=dialect, connection_invalidated=False
    )
