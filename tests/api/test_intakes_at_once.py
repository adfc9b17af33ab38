"""Several apps at the same moment: nobody is written down twice, nothing is lost, nothing breaks."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from service.intakes.models import IntakeRecord, IntakeVersion
from service.people.models import PersonRecord
from tests.builders.intakes import an_intake_body
from tests.builders.people import Desk
from tests.houses import House, Key

pytestmark = pytest.mark.database

AT_ONCE = 8


def together(work: Callable[[int], Any]) -> list[Any]:
    """Do the same thing in several threads at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, range(AT_ONCE)))


def count(house: House, record: type[Any]) -> int:
    """How many rows there are."""
    with house.runtime.database.session(reading=True) as session:
        return session.execute(sa.select(sa.func.count()).select_from(record)).scalar_one()


def test_one_id_sent_by_eight_at_once_is_one_intake_of_one_person(house: House, outreach: Key) -> None:
    body = an_intake_body(id=str(uuid.uuid4()))

    statuses = together(lambda _: Desk(house.app.test_client(), outreach).post("/v1/intakes", body).status_code)

    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert (count(house, IntakeRecord), count(house, PersonRecord)) == (1, 1)


def test_one_key_sent_by_eight_at_once_is_one_intake(house: House, outreach: Key) -> None:
    key = {"Idempotency-Key": f'"{uuid.uuid4()}"'}

    answers = together(lambda _: Desk(house.app.test_client(), outreach).post("/v1/intakes", {}, **key))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.get_data() for answer in answers if answer.status_code == 201}) == 1
    assert count(house, IntakeRecord) == 1


def test_of_eight_amendments_of_one_version_one_is_written(house: House, outreach: Key) -> None:
    intake = Desk(house.app.test_client(), outreach).take_in(an_intake_body())

    def amend(number: int) -> int:
        desk = Desk(house.app.test_client(), outreach)
        patch = {"name_to_use": f"name {number}"}
        status: int = desk.patch(intake["links"]["self"], patch, **{"If-Match": '"1"'}).status_code
        return status

    assert Counter(together(amend)) == {200: 1, 412: AT_ONCE - 1}
    assert count(house, IntakeVersion) == 2


def test_eight_people_at_once_get_eight_codes(house: House, outreach: Key) -> None:
    answers = together(lambda _: Desk(house.app.test_client(), outreach).take_in())

    assert len({answer["return_code"] for answer in answers}) == AT_ONCE
    assert len({answer["person_id"] for answer in answers}) == AT_ONCE


def test_a_reserved_code_brought_twice_at_once_is_one_person(house: House, outreach: Key) -> None:
    desk = Desk(house.app.test_client(), outreach)
    code = desk.post("/v1/return-codes", {"count": 1}).get_json()["return_codes"][0]

    statuses = together(
        lambda _: Desk(house.app.test_client(), outreach).post("/v1/intakes", {"return_code": code}).status_code
    )

    assert set(statuses) <= {201, 409, 429}
    assert 201 in statuses
    assert count(house, PersonRecord) == 1
