"""Many processes at once: each silence about room is counted, and nobody is asked twice for the same news."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.outbox.models import Event
from service.outbox.rules import EventType
from service.providers.models import OfferingRecord
from tests.builders.referrals import Street
from tests.e2e.test_last_place import HEAD_START, RACERS, race, start
from tests.houses import House, Key

pytestmark = [pytest.mark.database, pytest.mark.processes]


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    return Street(house, client, outreach, clinic, steward)


def test_of_many_silences_at_once_each_is_counted(street: Street) -> None:
    offering = street.open_offering("Quiet Door")
    referrals = [street.refer(offering)["id"] for _ in range(12)]
    outcomes = race(street, [referrals[number::RACERS] for number in range(RACERS)], by=street.team, move="no_reply")

    assert Counter(each for outcome in outcomes for each in outcome.values()) == {"no_reply": 12}
    assert street.kept(sa.select(OfferingRecord.silences)) == [12]


def test_several_workers_at_once_ask_once_for_each_piece_of_news(street: Street) -> None:
    offerings = {street.open_offering(f"Old Door {number}") for number in range(30)}
    with street.house.runtime.database.session() as session:
        long_ago = street.house.clock.now() - timedelta(days=20)
        session.execute(sa.update(OfferingRecord).values(capacity_as_of=long_ago))
    begin = time.time() + HEAD_START
    nudgers = [start(street, "tests.e2e.nudger") for _ in range(RACERS)]
    for nudger in nudgers:
        assert nudger.stdin is not None
        nudger.stdin.write(str(begin))
        nudger.stdin.close()
        nudger.stdin = None
    ended = [(nudger.communicate(timeout=60), nudger.returncode)[1] for nudger in nudgers]
    told = street.kept(sa.select(Event.record_id).where(Event.type == EventType.CAPACITY_NEWS_OLD))

    assert ended == [0] * RACERS
    assert len(told) == 30
    assert set(told) == offerings
