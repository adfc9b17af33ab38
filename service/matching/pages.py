"""The whole directory, read as sheets: PostgreSQL writes a sheet itself, of some thousand offerings in one row.

A million rows of fourteen values are fourteen million objects; that is most of what a cold start takes, and nobody
needs them. So PostgreSQL is asked for columns: whatever has one width as bytes, and the rest as lines. SQLite, which
has no such functions and fewer offerings, is read row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.matching import queries
from service.matching.models import CardRecord
from service.matching.readings import UNCOUNTED, said_of
from service.matching.sheets import BYTES_A_SITE, Sheet, sheet_of
from service.providers.codes import CapacityStatus
from service.providers.models import OfferingRecord

_SAID = {status: said_of(status) for status in CapacityStatus}


def attested_sheets(session: Session, today: date) -> Iterator[Sheet]:
    """All offerings that somebody attested, some thousand a sheet.

    Where a card is missing or does not hold any more, the offering itself is read. Offerings that nobody attested are
    never matched, so an index need not hold them.
    """
    if session.info["database"].is_sqlite:
        yield from map(sheet_of, queries.attested_entries(session, today))
        return
    query, last = _page(today), queries.BEFORE_ALL
    while (page := session.execute(query, {"after": last}).one()).last is not None:
        if page.ids is not None:
            yield _sheet(page)
        without = page.without or []
        for start in range(0, len(without), queries.CARDS_A_COMMIT):
            some = queries.entries_by_id(session, without[start : start + queries.CARDS_A_COMMIT], today)
            yield from map(sheet_of, some)
        last = UUID(page.last)


def _page(today: date) -> sa.Select[*tuple[Any, ...]]:
    """The columns of the offerings behind an id, those with a card; the ids of those without."""
    row = _rows(today).subquery().c
    has_card = row.until.is_not(None)

    def in_a_piece(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.func.string_agg(value, sa.literal(b"", sa.LargeBinary), type_=sa.LargeBinary).filter(has_card)

    def numbers(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return in_a_piece(sa.func.int4send(sa.cast(value, sa.Integer)))

    def lines(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.func.string_agg(value, "\n").filter(has_card)

    since_1970 = sa.cast(sa.extract("epoch", row.capacity_as_of), sa.Double)
    is_aged = has_card & (row.silences > 0)
    return sa.select(
        sa.func.max(sa.cast(row.id, sa.Text)).label("last"),
        sa.func.array_agg(row.id).filter(~has_card).label("without"),
        in_a_piece(sa.func.uuid_send(row.id)).label("ids"),
        in_a_piece(sa.func.uuid_send(row.provider_id)).label("provider_ids"),
        numbers(row.changed_in).label("changed_in"),
        numbers(sa.case(_SAID, value=row.capacity_status)).label("said"),
        numbers(sa.func.coalesce(row.open_slots, UNCOUNTED)).label("open_slots"),
        numbers(sa.func.coalesce(row.expected_wait_days, UNCOUNTED)).label("wait_days"),
        in_a_piece(sa.func.float8send(since_1970)).label("as_of"),
        numbers(row.silences).label("silences"),
        sa.func.array_agg(row.capacity_as_of).filter(is_aged).label("aged"),
        numbers(row.until - sa.literal(date.min)).label("until"),
        in_a_piece(row.fields).label("fields"),
        in_a_piece(row.sites).label("sites"),
        numbers(sa.func.octet_length(row.sites)).label("bytes_of_sites"),
        in_a_piece(row.week).label("weeks"),
        numbers(sa.func.octet_length(row.week)).label("bytes_of_weeks"),
        lines(row.tongues).label("tongues"),
        lines(row.areas).label("areas"),
    )


def _rows(today: date) -> sa.Select[*tuple[Any, ...]]:
    after = sa.bindparam("after", type_=sa.Uuid)
    return (
        sa.select(OfferingRecord.id, OfferingRecord.provider_id, *queries.TO_JUDGE_BY)
        .outerjoin(CardRecord, queries.is_their_card(today, after))
        .where(OfferingRecord.attested_on.is_not(None), OfferingRecord.id > after)
        .order_by(OfferingRecord.id)
        .limit(queries.ENTRIES_A_LOOK)
    )


def _sheet(page: sa.Row[*tuple[Any, ...]]) -> Sheet:
    """What PostgreSQL wrote (numbers in the order of the network, RFC 1700), as a sheet."""
    as_of, silences = np.frombuffer(page.as_of, dtype=">f8").astype(np.float64), _numbers(page.silences)
    for place, instant in zip(np.flatnonzero(silences).tolist(), page.aged or (), strict=True):
        as_of[place] = queries.counts_from(instant, int(silences[place]))
    return Sheet(
        ids=page.ids,
        provider_ids=page.provider_ids,
        changed_in=_numbers(page.changed_in),
        said=_numbers(page.said),
        open_slots=_numbers(page.open_slots),
        wait_days=_numbers(page.wait_days),
        as_of=as_of,
        until=_numbers(page.until) + date.min.toordinal(),
        fields=page.fields,
        sites=page.sites,
        site_counts=_numbers(page.bytes_of_sites) // BYTES_A_SITE,
        weeks=_cut(page.weeks, _numbers(page.bytes_of_weeks)),
        tongues=page.tongues.split("\n"),
        areas=page.areas.split("\n"),
    )


def _numbers(written: bytes) -> NDArray[np.int32]:
    return np.frombuffer(written, dtype=">i4").astype(np.int32)


def _cut(piece: bytes, lengths: NDArray[np.int32]) -> list[bytes]:
    ends = np.cumsum(lengths).tolist()
    return [piece[begin:end] for begin, end in pairwise([0, *ends])]
