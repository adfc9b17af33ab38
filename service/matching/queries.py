"""Looking up what matching judges by: offerings with their cards, by the million or one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.documents import from_document
from service.matching import codes
from service.matching.candidate import Candidate, candidate_of
from service.matching.cards import FORMAT, card_of, holds_until
from service.matching.models import CardRecord
from service.matching.readings import LEVEL_OF
from service.matching.sheets import Entry, entry_of
from service.matching.store import Placed
from service.providers import queries as providers
from service.providers.models import OfferingRecord, Provider
from service.providers.rules import Capacity, OfferingFacts, Policies

_SHOWN = (
    sa.select(
        OfferingRecord.id,
        OfferingRecord.provider_id,
        Provider.name.label("provider_name"),
        OfferingRecord.facts,
        OfferingRecord.policies,
        OfferingRecord.capacity_status,
        OfferingRecord.open_slots,
        OfferingRecord.expected_wait_days,
        OfferingRecord.capacity_as_of,
        OfferingRecord.silences,
        OfferingRecord.changed_in,
    )
    .join(Provider, Provider.id == OfferingRecord.provider_id)
    .where(OfferingRecord.id.in_(sa.bindparam("ids", expanding=True)))
)
# Whatever of an offering and its card the rules look at.
TO_JUDGE_BY = (
    OfferingRecord.changed_in,
    OfferingRecord.capacity_status,
    OfferingRecord.open_slots,
    OfferingRecord.expected_wait_days,
    OfferingRecord.capacity_as_of,
    OfferingRecord.silences,
    CardRecord.until,
    CardRecord.fields,
    CardRecord.sites,
    CardRecord.week,
    CardRecord.tongues,
    CardRecord.areas,
)
# Few enough to be read well within a statement's time, and enough that the journeys do not count.
ENTRIES_A_LOOK = 20_000
CARDS_A_COMMIT = 500
BEFORE_ALL = UUID(int=0)


def find_candidate(session: Session, offering_id: UUID, today: date) -> Candidate | None:
    """Find one offering of the directory as matching judges it, attested or not."""
    offering = providers.find_offering(session, offering_id, today)
    return candidate_of(offering, today) if offering else None


def candidates_by_id(session: Session, ids: Sequence[UUID], today: date) -> dict[UUID, Candidate]:
    """Find several offerings at once."""
    found = providers.offerings_by_id(session, ids, today)
    return {offering_id: candidate_of(offering, today) for offering_id, offering in found.items()}


def candidates_as_judged(session: Session, judged: Mapping[UUID, Placed], today: date) -> dict[UUID, Candidate]:
    """Find several offerings; of those that did not change since they were judged, the evidence is known already."""
    rows = session.execute(_SHOWN, {"ids": list(judged)}).all()
    unchanged = [row for row in rows if row.changed_in == judged[row.id].changed_in]
    found = {row.id: _candidate(row, judged[row.id]) for row in unchanged}
    if len(found) < len(judged):
        found |= candidates_by_id(session, [each for each in judged if each not in found], today)
    return found


def _candidate(row: sa.Row[*tuple[Any, ...]], judged: Placed) -> Candidate:
    return Candidate(
        id=row.id,
        provider_id=row.provider_id,
        provider_name=row.provider_name,
        facts=from_document(row.facts, OfferingFacts),
        policies=from_document(row.policies, Policies) if row.policies else None,
        capacity=providers.room_of(row),
        level=LEVEL_OF[judged.fact("level")],
        hours_verified=judged.fact("hours_verified"),
        hours_declared=judged.fact("hours_declared"),
        competencies=frozenset(map(str, codes.COMPETENCIES.of(judged.fact("competencies")))),
        changed_in=row.changed_in,
    )


def directory_version(session: Session) -> int:
    """The version of the directory that this unit of work sees."""
    return providers.directory_version(session)


def attested_entries(session: Session, today: date, *, changed_after: int = -1) -> Iterator[list[Entry]]:
    """All offerings that somebody attested and that changed after a version of the directory, some thousand at a time.

    Where a card is missing or does not hold any more, the offering itself is read. Offerings that nobody attested are
    never matched, so an index need not hold them.
    """
    changed = (OfferingRecord.attested_on.is_not(None), OfferingRecord.changed_in > changed_after)
    last = BEFORE_ALL
    while True:
        rows = session.execute(_entries(today, *changed, after=last)).all()
        yield _with_cards(session, rows, today)
        if len(rows) < ENTRIES_A_LOOK:
            return
        last = UUID(rows[-1][0])


def entries_by_id(session: Session, ids: Sequence[UUID], today: date) -> Iterator[list[Entry]]:
    """Some offerings, of those that somebody attested."""
    for start in range(0, len(ids), CARDS_A_COMMIT):
        some = OfferingRecord.id.in_(ids[start : start + CARDS_A_COMMIT])
        yield _with_cards(session, session.execute(_entries(today, some)).all(), today)


def unattested_since(session: Session, version: int) -> list[UUID]:
    """Offerings that changed after a version of the directory and are unattested now, be it that they always were."""
    return providers.unattested_since(session, version)


def offerings_without_card(session: Session, today: date, *, changed_after: int, after: UUID, count: int) -> list[UUID]:
    """The next attested offerings behind an id whose card is missing, or does not hold any more, by their ids."""
    query = (
        sa.select(OfferingRecord.id)
        .outerjoin(CardRecord, is_their_card(today, after))
        .where(OfferingRecord.attested_on.is_not(None), OfferingRecord.changed_in > changed_after)
        .where(OfferingRecord.id > after, CardRecord.offering_id.is_(None))
        .order_by(OfferingRecord.id)
        .limit(count)
    )
    return list(session.execute(query).scalars())


def is_their_card(today: date, after: UUID | sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
    """Whether a card is an offering's, of those behind an id, and holds today.

    The id is said of cards as well: else whoever reads page by page walks through all of them each time.
    """
    return sa.and_(
        CardRecord.offering_id > after,
        CardRecord.offering_id == OfferingRecord.id,
        CardRecord.described_in == OfferingRecord.described_in,
        CardRecord.format == FORMAT,
        CardRecord.until > today,
    )


def _entries(today: date, *where: sa.ColumnElement[bool], after: UUID = BEFORE_ALL) -> sa.Select[*tuple[Any, ...]]:
    """In the order of the fields of an Entry, but that its instant is an instant and the silences since."""
    return (
        sa.select(sa.cast(OfferingRecord.id, sa.Text), sa.cast(OfferingRecord.provider_id, sa.Text), *TO_JUDGE_BY)
        .outerjoin(CardRecord, is_their_card(today, after))
        .where(OfferingRecord.id > after, *where)
        .order_by(OfferingRecord.id)
        .limit(ENTRIES_A_LOOK)
    )


def _with_cards(session: Session, rows: Sequence[Sequence[Any]], today: date) -> list[Entry]:
    entries = [Entry._make((*row[:6], counts_from(*row[6:8]), *row[8:])) for row in rows if row[8] is not None]
    without = [UUID(row[0]) for row in rows if row[8] is None]
    for start in range(0, len(without), CARDS_A_COMMIT):
        for offering in providers.offerings_by_id(session, without[start : start + CARDS_A_COMMIT], today).values():
            candidate = candidate_of(offering, today)
            entries.append(entry_of(candidate, card_of(candidate, holds_until(offering, today))))
    return entries


def counts_from(as_of: datetime, silences: int) -> float:
    """From when on news ages; nearly all of it has no silences to count."""
    return (Capacity(as_of=as_of, silences=silences).counts_from if silences else as_of).timestamp()
