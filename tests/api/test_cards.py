"""Cards: an index that is read from them is the one that the directory itself would give, or they are not believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.chores import Chores
from service.matching import pages, queries
from service.matching.keeping import Cards
from service.matching.keyed import Vocabularies
from service.matching.models import CardRecord
from service.matching.sheets import sheet_of
from service.matching.store import Gathering, Store, store_of
from service.providers.actions import raise_version
from service.providers.codes import CapacityStatus
from service.providers.models import OfferingRecord
from tests.api.test_matching import Town
from tests.houses import House, Key

pytestmark = pytest.mark.database


@pytest.fixture
def town(client: FlaskClient, steward: Key, house: House) -> Town:
    """A town with a room that says much of itself, and one that says little."""
    town = Town(client, steward, house)
    town.add(
        "Corner Room",
        settings=["street", "video"],
        comes_to_you={"within_km": 7.5, "areas": ["US-CA", "the harbour"]},
        service_area={"jurisdictions": ["US-NV"], "radius_km": 12.3},
        remote={"licensed_in": ["US-OR"], "compacts": ["psypact"]},
        languages_spoken=[{"tag": "es"}, {"tag": "ase", "signed": True}],
        interpretation={"available": True, "languages": ["zh"]},
        sites=[
            {"latitude": 37.7599, "longitude": -122.4148, "timezone": "America/Los_Angeles",
             "hours": [{"days": ["mon", "fri"], "from": "22:00", "to": "02:00", "walk_in": True}]},
            {"latitude": 37.8044, "longitude": -122.2712, "timezone": "America/Los_Angeles", "confidential": True},
        ],
    )  # fmt: skip
    town.add("Quiet Room", settings=[], sites=[], languages_spoken=[])
    return town


def read(session: Session, house: House, vocabularies: Vocabularies | None = None, **later: float) -> Store:
    """The directory offering by offering, now or some days later, in the order of their ids."""
    today = (house.clock.now() + timedelta(**later)).date()
    entries = [entry for some in queries.attested_entries(session, today) for entry in some]
    return store_of(sheet_of(sorted(entries)), vocabularies or Vocabularies())


def read_whole(session: Session, house: House, vocabularies: Vocabularies) -> Store:
    """The same as an index reads it that knows nothing of it yet: in sheets."""
    gathering = Gathering(vocabularies)
    for sheet in pages.attested_sheets(session, house.clock.now().date()):
        gathering.add(sheet)
    store = gathering.store()
    high, low = store.arrays["ids"].T
    return store.some(np.lexsort((low, high)))


def arrays_of(store: Store) -> dict[str, Any]:
    """All that a store holds."""
    return {**{name: array.tolist() for name, array in store.arrays.items()}, "sites": store.sites.tolist()}


def kept(session: Session) -> int:
    """How many cards there are."""
    return int(session.scalar(sa.select(sa.func.count()).select_from(CardRecord)) or 0)


def test_what_cards_say_is_what_the_directory_says(town: Town, house: House) -> None:
    with house.runtime.database.session(reading=True) as session:
        without = arrays_of(read(session, house))
    Chores(house.runtime).do()
    with house.runtime.database.session(reading=True) as session:
        count, with_cards = kept(session), arrays_of(read(session, house))

    assert count == 2
    assert with_cards == without


def test_sheets_say_what_entries_say(town: Town, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ENTRIES_A_LOOK", 2)
    vocabularies = Vocabularies()
    rooms: list[dict[str, Any]] = [
        {"capacity_status": CapacityStatus.WAITLIST, "expected_wait_days": None, "open_slots": 7},
        {"capacity_status": CapacityStatus.CAPACITY, "expected_wait_days": 90_000, "open_slots": 0, "silences": 3},
        {"capacity_status": CapacityStatus.CAPACITY, "expected_wait_days": 3, "open_slots": 90_000, "silences": 60},
        {"capacity_status": CapacityStatus.NO_CAPACITY, "capacity_as_of": datetime(1, 1, 2, tzinfo=UTC), "silences": 9},
        {"capacity_status": CapacityStatus.UNKNOWN, "capacity_as_of": datetime(2031, 7, 1, 3, 4, 5, 678901, UTC)},
    ]
    for number in range(len(rooms) - 2):
        town.add(f"Room {number}", comes_to_you={"within_km": 1, "areas": ["two\nlines"]})
    with house.runtime.database.session() as session:
        ids = list(session.scalars(sa.select(OfferingRecord.id).order_by(OfferingRecord.id)))
        for offering_id, room in zip(ids, rooms, strict=True):
            session.execute(sa.update(OfferingRecord).where(OfferingRecord.id == offering_id).values(**room))
    with house.runtime.database.session(reading=True) as session:
        without = read_whole(session, house, vocabularies)
    Chores(house.runtime).do()
    with house.runtime.database.session() as session:
        one_by_one, with_cards = read(session, house, vocabularies), read_whole(session, house, vocabularies)
        session.execute(sa.delete(CardRecord).where(CardRecord.offering_id == ids[1]))
        with_some = read_whole(session, house, vocabularies)

    assert one_by_one.size == len(ids)
    for whole in (without, with_cards, with_some):
        assert arrays_of(whole) == arrays_of(one_by_one)


def test_an_older_card_or_one_of_another_format_is_not_believed(town: Town, house: House) -> None:
    Chores(house.runtime).do()
    with house.runtime.database.session() as session:
        expected = arrays_of(read(session, house))
        untrue = {"fields": bytes(42), "tongues": "[]"}
        session.execute(sa.update(CardRecord).values(format=CardRecord.format + 1, **untrue))
        other_format = arrays_of(read(session, house))
        session.execute(sa.update(CardRecord).values(format=CardRecord.format - 1, described_in=0))
        older = arrays_of(read(session, house))

    assert other_format == expected
    assert older == expected


def test_cards_are_made_anew_when_facts_change_and_not_when_room_does(town: Town, house: House, steward: Key) -> None:
    cards = Cards(house.runtime.database)
    today = house.clock.now().date()
    at_first = cards.keep(today)
    while_nothing_changed = cards.keep(today)
    with house.runtime.database.session() as session:
        offering = session.scalars(sa.select(OfferingRecord).where(OfferingRecord.name == "Quiet Room")).one()
        offering.open_slots, offering.changed_in = 3, raise_version(session)
    after_news_of_room = cards.keep(today)
    town.add("Third Room")
    after_a_third = cards.keep(today)

    assert (at_first, while_nothing_changed, after_news_of_room, after_a_third) == (2, 0, 0, 1)


def test_a_day_on_which_something_lapses_is_not_read_from_the_card(town: Town, house: House) -> None:
    Chores(house.runtime).do()
    with house.runtime.database.session(reading=True) as session:
        now, later = read(session, house), read(session, house, days=400)
        ids = list(session.scalars(sa.select(OfferingRecord.id)))
        by_hand = queries.candidates_by_id(session, ids, (house.clock.now() + timedelta(days=400)).date())

    assert {each.level.value for each in by_hand.values()} == {"hrp_declared"}
    assert not np.array_equal(now.arrays["level"], later.arrays["level"])
    assert len(set(later.arrays["level"].tolist())) == 1
