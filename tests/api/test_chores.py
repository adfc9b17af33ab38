"""What a worker tidies up."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.chores import Chores
from service.people.models import PersonRecord
from service.people.rules import Status
from service.vault.models import PersonKey
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database


def test_a_return_code_opens_the_door_before_and_after_it_is_hardened(
    client: FlaskClient, outreach: Key, house: House
) -> None:
    code = client.post("/v1/intakes", json={}, headers=outreach.headers).get_json()["return_code"]

    def found() -> int:
        asked = {"return_code": code}
        return client.post("/v1/people/find-by-code", json=asked, headers=outreach.headers).status_code

    before = found()
    with house.runtime.vault.opened() as store:
        store.execute(sa.update(PersonKey).values(hardened=True))
        store.execute(sa.update(PersonKey).where(PersonKey.person_id.in_(_people(house))).values(hardened=False))
    Chores(house.runtime).do()

    assert (before, found()) == (200, 200)
    with house.runtime.vault.opened(reading=True) as store:
        assert not store.execute(sa.select(PersonKey.person_id).where(~PersonKey.hardened)).all()


def test_keys_that_nobody_came_for_are_dropped_and_those_of_people_stay(
    client: FlaskClient, outreach: Key, house: House, clock: FakeClock
) -> None:
    client.post("/v1/intakes", json={}, headers=outreach.headers)
    people = _people(house)
    clock.move(hours=30)

    Chores(house.runtime).do()

    with house.runtime.vault.opened(reading=True) as store:
        day_old = PersonKey.made_at < clock.now().replace(microsecond=0)
        kept = set(store.execute(sa.select(PersonKey.person_id).where(day_old)).scalars())
    assert people <= kept
    assert house.runtime.vault.key_of(next(iter(people)))


def test_somebody_not_heard_of_for_90_days_is_quiet_and_just_as_welcome(
    client: FlaskClient, outreach: Key, house: House, clock: FakeClock
) -> None:
    taken_in = client.post("/v1/intakes", json={}, headers=outreach.headers).get_json()
    clock.move(days=91)

    Chores(house.runtime).do()

    with house.runtime.database.session(reading=True) as session:
        assert session.execute(sa.select(PersonRecord.status)).scalar_one() is Status.QUIET
    back = client.post("/v1/intakes", json={"return_code": taken_in["return_code"]}, headers=outreach.headers)
    assert back.get_json()["person_id"] == taken_in["person_id"]


def _people(house: House) -> set[UUID]:
    with house.runtime.database.session(reading=True) as session:
        return set(session.execute(sa.select(PersonRecord.id)).scalars())
