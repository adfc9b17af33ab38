"""The directory in memory: never behind what was acknowledged, never ahead of what was."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.database import Database
from service.matching import index, lots, queries
from service.matching.finding import Finding
from service.matching.readings import DECLARED, FULL, ROOM, VERIFIED
from service.matching.rules import Applicant
from service.matching.shown import Moved, read_shown
from service.matching.standing import matched
from service.matching.store import Placed
from service.providers.actions import raise_version
from service.providers.capacity import hear_of_no_room
from service.providers.level import Level
from service.providers.models import OfferingRecord
from service.providers.records import offering_row
from tests.api.test_matching import Town
from tests.builders.referrals import an_open_offering
from tests.houses import House, Key

pytestmark = pytest.mark.database
LOOK = 50


@pytest.fixture
def town(client: FlaskClient, steward: Key, house: House) -> Town:
    """A town with two rooms."""
    town = Town(client, steward, house)
    town.add("Corner Room")
    town.add("Other Room")
    return town


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Count the questions that the database is asked."""
    asked: list[str] = []

    def listen(*event: object) -> None:
        asked.append(str(event[2]))

    sa.event.listen(database.engine, "before_cursor_execute", listen)
    yield asked
    sa.event.remove(database.engine, "before_cursor_execute", listen)


def the_only(session: Session, name: str) -> UUID:
    """The id of an offering by its name."""
    return session.scalars(sa.select(OfferingRecord.id).where(OfferingRecord.name == name)).one()


def held(known: index.Index) -> set[UUID]:
    """The offerings that an index holds."""
    return {part.store.id_of(int(row)) for part in known.parts for row in part.rows()}


def fact(known: index.Index, offering_id: UUID, name: str) -> Any:
    """What an index holds of an offering."""
    asked = np.array([lots.halves(offering_id)], dtype=np.uint64)
    for part in known.parts:
        rows = part.store.rows_of(asked)
        if len(rows) and rows[0] in part.rows():
            return part.store.arrays[name][rows[0]]
    raise LookupError(offering_id)


def everything(known: index.Index, house: House) -> list[Placed]:
    """Every offering that an index holds, as it is found for somebody who said nothing."""
    hits = Finding(Applicant(), known.parts, house.clock.now(), b"").first(matched, known.size)
    return [hit.placed for hit in hits]


def known_to(session: Session, house: House) -> index.Index:
    """The index as of today."""
    return index.current_index(session, house.clock.now().date())


def test_while_nothing_changes_one_tiny_question_is_all(town: Town, house: House) -> None:
    database = house.answering.database
    with database.session(reading=True) as session:
        first = known_to(session, house)
    with counted(database) as asked, database.session(reading=True) as session:
        second = known_to(session, house)

    assert second is first
    assert len([each for each in asked if each.lstrip().upper().startswith("SELECT")]) == 1


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_directory_of_several_looks_is_read_whole(
    town: Town, house: House, more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "ENTRIES_A_LOOK", LOOK)
    now = house.clock.now()
    with house.runtime.database.session() as session:
        known = session.scalars(sa.select(OfferingRecord)).all()
        new = an_open_offering(known[0].provider_id, "One of many", 3, now)
        version = raise_version(session)
        session.add_all(offering_row(new, version=version, now=now) for _ in range(2 * LOOK - len(known) + more))
    with house.runtime.database.session(reading=True) as session:
        kept = set(session.scalars(sa.select(OfferingRecord.id)))
        found = held(known_to(session, house))

    assert len(kept) == 2 * LOOK + more
    assert found == kept


def test_after_a_change_the_unchanged_rows_are_the_ones_that_were_known(town: Town, house: House) -> None:
    with house.runtime.database.session(reading=True) as session:
        before = known_to(session, house)
    town.add("Third Room")
    with house.runtime.database.session(reading=True) as session:
        after = known_to(session, house)

    assert after.version > before.version
    assert len(held(after)) == 3
    assert after.parts[0].store is before.parts[0].store


def test_what_was_never_committed_is_never_remembered(town: Town, house: House, steward: Key) -> None:
    database, now = house.runtime.database, house.clock.now()
    with database.session(reading=True) as session:
        known_to(session, house)
        corner = the_only(session, "Corner Room")

    with database.session() as session:
        hear_of_no_room(session, corner, waitlist=False, expected_wait_days=None, by=steward.caller, now=now)
        passing = index.passing_index(session, now.date())
        session.rollback()

    town.add("Third Room")
    with database.session(reading=True) as session:
        after = known_to(session, house)
    assert fact(passing, corner, "capacity") == FULL
    assert fact(after, corner, "capacity") == ROOM


def test_levels_belong_to_a_day(town: Town, house: House) -> None:
    today = house.clock.now().date()
    with house.runtime.database.session(reading=True) as session:
        now = index.current_index(session, today)
        later = index.current_index(session, today + timedelta(days=400))

    assert {fact(now, each, "level") for each in held(now)} == {VERIFIED}
    assert {fact(later, each, "level") for each in held(later)} == {DECLARED}


def test_nobody_attested_is_not_in_the_index(town: Town, house: House) -> None:
    town.housing("Nobody Knows", attested=False)

    with house.runtime.database.session(reading=True) as session:
        assert len(held(known_to(session, house))) == 2


def test_what_is_attested_no_longer_leaves_the_index_at_once(town: Town, house: House) -> None:
    with house.runtime.database.session(reading=True) as session:
        known_to(session, house)
        corner = the_only(session, "Corner Room")
    with house.runtime.database.session() as session:
        record = session.get_one(OfferingRecord, corner)
        record.policies, record.attested_on = None, None
        record.changed_in = raise_version(session)

    with house.runtime.database.session(reading=True) as session:
        after = known_to(session, house)
        other = the_only(session, "Other Room")

    assert held(after) == {other}
    assert after.size == 1


def test_requests_side_by_side_share_one_index(town: Town, house: House) -> None:
    house.runtime.database.remembered.clear()

    def ask(_: int) -> index.Index:
        with house.runtime.database.session(reading=True) as session:
            return known_to(session, house)

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(ask, range(24)))

    assert len({id(each) for each in found}) == 1


def test_what_is_shown_is_the_same_whether_its_evidence_was_known_or_had_to_be_read(town: Town, house: House) -> None:
    today = house.clock.now().date()
    with house.runtime.database.session(reading=True) as session:
        known = known_to(session, house)
        judged = {each.id: each for each in everything(known, house)}
        as_judged = queries.candidates_as_judged(session, judged, today)

        assert as_judged == queries.candidates_by_id(session, list(judged), today)
        assert {each.level for each in as_judged.values()} == {Level.HRP_VERIFIED}


def test_an_offering_that_changed_since_is_shown_as_it_is_now(town: Town, house: House) -> None:
    today = house.clock.now().date()
    with house.runtime.database.session(reading=True) as session:
        known = known_to(session, house)
        corner = the_only(session, "Corner Room")
    with house.runtime.database.session() as session:
        session.get_one(OfferingRecord, corner).changed_in = raise_version(session)
    with house.runtime.database.session(reading=True) as session:
        offerings = everything(known, house)
        shown = read_shown(session, known.today, offerings, exactly=False)

        assert shown == queries.candidates_by_id(session, [each.id for each in offerings], today)
        with pytest.raises(Moved):
            read_shown(session, known.today, offerings, exactly=True)


def test_whoever_waits_for_their_turn_to_search_too_long_goes_on(
    town: Town, outreach: Key, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "LONGEST_WAIT_FOR_A_TURN", 0.01)
    with house.answering.database.session(reading=True) as session, index.turn_to_search(session):
        asked = town.client.post("/v1/match-queries", json={}, headers=outreach.headers)

        assert asked.status_code == 200
    with house.answering.database.session(reading=True) as session, index.turn_to_search(session):
        pass
