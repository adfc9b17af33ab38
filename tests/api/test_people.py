"""How things stand with somebody: never blamed, never closed off, contacted only as they said."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.ledger.models import Entry
from service.people.actions import fall_quiet
from tests.builders.intakes import an_intake_body
from tests.builders.people import Desk
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A street worker's app."""
    return Desk(client, outreach)


@pytest.fixture
def intake(desk: Desk) -> Any:
    """Somebody who came in."""
    return desk.take_in(an_intake_body())


def stand(desk: Desk, intake: Any, status: str) -> Any:
    """Write down how things stand."""
    return desk.post(f"/v1/people/{intake['person_id']}/status", {"status": status})


def test_a_person_is_a_standing_and_their_intakes(desk: Desk, intake: Any) -> None:
    person = desk.read(intake["links"]["person"])

    assert (person["id"], person["status"], person["intakes"]) == (intake["person_id"], "open", [intake["id"]])
    assert person["safe_contact"]["preference"] == "person_returns"
    assert "priorities" not in person


def test_no_safe_contact_reads_as_do_not_contact(desk: Desk) -> None:
    assert desk.read(desk.take_in()["links"]["person"])["safe_contact"] is None


def test_what_was_safe_last_time_is_not_taken_for_safe_now(desk: Desk, intake: Any) -> None:
    desk.take_in({"person_id": intake["person_id"]})

    assert desk.read(intake["links"]["person"])["safe_contact"] is None


def test_reading_somebody_is_written_down(desk: Desk, intake: Any, house: House) -> None:
    desk.read(intake["links"]["person"])

    with house.runtime.database.session(reading=True) as session:
        entry = session.execute(sa.select(Entry).where(Entry.action == "person_read")).scalar_one()
    assert str(entry.person_id) == intake["person_id"]


@pytest.mark.parametrize("status", ["quiet", "paused_by_person", "closed_by_person", "moved", "died"])
def test_whatever_was_written_down_whoever_comes_back_is_here(desk: Desk, intake: Any, status: str) -> None:
    assert stand(desk, intake, status).get_json()["status"] == status

    desk.take_in({"person_id": intake["person_id"]})

    assert desk.read(intake["links"]["person"])["status"] == "open"


def test_a_status_that_may_not_follow_names_those_that_may(desk: Desk, intake: Any) -> None:
    stand(desk, intake, "closed_by_person")

    answer = stand(desk, intake, "quiet")

    assert answer.status_code == 409
    assert answer.get_json()["allowed_statuses"] == ["died", "open"]


def test_no_status_means_that_somebody_failed(desk: Desk, intake: Any) -> None:
    assert stand(desk, intake, "discharged").status_code == 422
    assert stand(desk, intake, "non_compliant").status_code == 422


def test_ninety_days_of_silence_are_quiet_and_not_closed(
    desk: Desk, intake: Any, house: House, clock: FakeClock
) -> None:
    clock.move(days=91)

    with house.runtime.database.session() as session:
        assert fall_quiet(session, now=clock.now()) == 1

    person = desk.read(intake["links"]["person"])
    assert (person["status"], "open" in person["allowed_statuses"]) == ("quiet", True)


def test_a_person_is_known_to_one_organization(desk: Desk, intake: Any, make_key: Callable[..., Key]) -> None:
    neighbour = Desk(desk.client, make_key())

    answers = [
        neighbour.get(intake["links"]["person"]),
        neighbour.post(f"{intake['links']['person']}/status", {"status": "quiet"}),
        neighbour.post(f"{intake['links']['person']}/return-codes", {}),
        neighbour.post("/v1/intakes", {"person_id": intake["person_id"]}),
        neighbour.post("/v1/intakes", {"person_id": str(uuid.uuid4())}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert desk.read(intake["links"]["person"])["status"] == "open"
