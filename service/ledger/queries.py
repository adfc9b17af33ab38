"""Looking up entries, as they are hashed and as a person reads who saw what; batches; anchors."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.ledger.models import Anchored, Batch, Entry
from service.ledger.rules import HASH_BYTES, Hand, canonical

_TABLE = cast(sa.Table, Entry.__table__)
_HASHED = tuple(column for column in _TABLE.columns if column.name != "batch")
_NAMES = tuple(column.name for column in _HASHED)
_JSON = tuple(column.name for column in _HASHED if isinstance(column.type, sa.JSON))
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it is hashed, and the batch that it says it is in."""

    id: str
    batch: int | None
    text: bytes


@dataclass(frozen=True, slots=True)
class Named:
    """Whom and what an entry names: a person, if there was one, what it was done to, and what else, as text."""

    person_id: uuid.UUID | None
    subject_id: uuid.UUID | None
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """What a person reads about one entry: when, what, by whose hand, and what else came about with it.

    `organization_id` is whose application it was: an organization that was told may have looked, too.
    """

    id: uuid.UUID
    at: datetime
    action: str
    decision: str
    hand: Hand
    organization_id: uuid.UUID
    application_id: uuid.UUID | None
    acting_worker: str | None
    field_groups: tuple[str, ...]
    purpose: str | None
    recipient_id: uuid.UUID | None
    besides: tuple[dict[str, Any], ...]

    @property
    def place(self) -> tuple[datetime, uuid.UUID]:
        """What `after` wants, to go on behind this line."""
        return self.at, self.id


def entries_about(
    session: Session,
    organization_id: uuid.UUID,
    person_id: uuid.UUID,
    *,
    after: tuple[datetime, uuid.UUID] | None,
    count: int,
) -> list[EntryLine]:
    """List what was done about a person by their own organization and by themselves, the newest first.

    What others did who were told stands under their own organizations, behind a wall; that they were told stands in the
    accounting of disclosures, each time.
    """
    whose = Entry.organization_id == organization_id
    asked = sa.select(_TABLE).where(Entry.person_id == person_id, whose)
    if after is not None:
        at, entry_id = after
        asked = asked.where(sa.or_(Entry.at < at, sa.and_(Entry.at == at, Entry.id < entry_id)))
    rows = session.execute(asked.order_by(Entry.at.desc(), Entry.id.desc()).limit(count))
    return [_line(row) for row in rows]


def was_done_before(
    session: Session, organization_id: uuid.UUID, person_id: uuid.UUID, action: str, subject_id: uuid.UUID
) -> bool:
    """Whether something was done to a record of somebody before, by the name of the entry."""
    done = sa.select(Entry.id).where(
        Entry.person_id == person_id,
        Entry.organization_id == organization_id,
        Entry.action == action,
        Entry.subject_id == subject_id,
    )
    return session.execute(done.limit(1)).first() is not None


def done_between(session: Session, action: str, since: datetime, until: datetime) -> Iterator[Named]:
    """Go through the entries of one action within a span, in the order of their ids, which begin with the instant."""
    asked = sa.select(Entry.id, Entry.person_id, Entry.subject_id, Entry.also).where(
        Entry.action == action, Entry.at >= since, Entry.at < until
    )
    after, end = _first_id(since), _first_id(until)
    while True:
        page = asked.where(Entry.id > after, Entry.id < end).order_by(Entry.id).limit(ROWS_AT_ONCE)
        rows = session.execute(page).all()
        yield from (Named(each.person_id, each.subject_id, tuple(each.also or ())) for each in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        after = rows[-1].id


def _first_id(at: datetime) -> uuid.UUID:
    """An id below all that are made from an instant on: theirs begin with the millisecond."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def unsealed(session: Session, count: int) -> list[Written]:
    """List entries that no batch holds yet, in the order of their ids."""
    return list(_written(session, _text(session).where(Entry.batch.is_(None)).order_by(Entry.id).limit(count)))


def sealed_in(session: Session, first: int, last: int) -> Iterator[Written]:
    """Go through the entries of some batches in the order in which they were hashed."""
    asked = _text(session).where(Entry.batch.between(first, last)).order_by(Entry.batch, Entry.id)
    return _written(session, asked)


def find_written(session: Session, entry_id: uuid.UUID) -> Written | None:
    """Find one entry as it is hashed."""
    return next(_written(session, _text(session).where(Entry.id == entry_id)), None)


def newest_batch(session: Session) -> Batch | None:
    """Find the batch that the next one goes on from."""
    return session.scalars(sa.select(Batch).order_by(Batch.number.desc()).limit(1)).first()


def batches_from(session: Session, number: int, count: int) -> list[Batch]:
    """List headers of batches in their order, from one on."""
    headers = sa.select(Batch).options(sa.orm.defer(Batch.leaves)).where(Batch.number >= number)
    return list(session.scalars(headers.order_by(Batch.number).limit(count)))


def leaves_of(session: Session, number: int) -> list[bytes]:
    """The hashes of the entries of one batch, as it kept them when it was sealed."""
    kept = session.scalar(sa.select(Batch.leaves).where(Batch.number == number)) or b""
    return [kept[start : start + HASH_BYTES] for start in range(0, len(kept), HASH_BYTES)]


def next_anchored(session: Session, number: int) -> int | None:
    """The batch that the first anchor after this batch names, or None when none was put out since."""
    return session.scalar(sa.select(sa.func.min(Anchored.batch)).where(Anchored.batch >= number))


def newest_anchor(session: Session, place: str) -> Anchored | None:
    """The last anchor put at a place."""
    asked = sa.select(Anchored).where(Anchored.place == place).order_by(Anchored.number.desc()).limit(1)
    return session.scalars(asked).first()


def _text(session: Session) -> sa.Select[Any]:
    """Ask for entries as text, so that nothing is made of them which is then written as text again.

    Making ids and instants of a row costs more than hashing it.
    """
    write = _in_sqlite if session.get_bind().dialect.name == "sqlite" else _in_postgresql
    columns: list[Any] = [sa.literal_column(write(column), sa.Text).label(column.name) for column in _HASHED]
    return sa.select(*columns, Entry.batch)


def _in_sqlite(column: sa.Column[Any]) -> str:
    """Ids are kept as 32 hex digits, instants in UTC to the microsecond: the forms that are hashed."""
    if isinstance(column.type, sa.LargeBinary):
        return f"CASE WHEN {column} IS NOT NULL THEN lower(hex({column})) END"
    return f"replace({column}, ' ', 'T') || 'Z'" if column.name == "at" else str(column)


def _in_postgresql(column: sa.Column[Any]) -> str:
    """The same forms as in SQLite, so that a ledger that moves keeps its hashes."""
    if isinstance(column.type, sa.Uuid):
        return f"replace({column}::text, '-', '')"
    if isinstance(column.type, sa.LargeBinary):
        return f"encode({column}, 'hex')"
    if column.name == "at":
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    return f"{column}::text" if isinstance(column.type, sa.JSON) else str(column)


def _written(session: Session, asked: sa.Select[Any]) -> Iterator[Written]:
    # Many at once: asking for them one by one takes as long as all that is done with them.
    for rows in session.connection().execute(asked).partitions(ROWS_AT_ONCE):
        for row in rows:
            said = {name: value for name, value in zip(_NAMES, row, strict=False) if value is not None}
            for name in _JSON:
                if name in said:
                    said[name] = _parsed(said[name])
            yield Written(row[0], row[-1], canonical(said))


def _parsed(text: str) -> Any:
    # Whoever spoiled it so far that it is no JSON is found by its hash, as for any other change.
    try:
        return orjson.loads(text)
    except ValueError:
        return text


def _line(row: sa.Row[Any]) -> EntryLine:
    return EntryLine(
        id=row.id,
        at=row.at,
        action=row.action,
        decision=row.decision,
        hand=row.hand,
        organization_id=row.organization_id,
        application_id=row.application_id,
        acting_worker=row.acting_worker,
        field_groups=tuple(row.field_groups or ()),
        purpose=row.purpose,
        recipient_id=row.recipient_id,
        besides=tuple(row.besides or ()),
    )
