"""What the person says to a match: written down, told to nobody, and open to second thoughts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.consents.models import Disclosure
from service.intakes import queries
from service.ledger.models import Entry
from service.outbox.models import Event
from service.outbox.rules import EventType
from service.rulebook import shelf
from tests.builders.people import Desk
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database

CORNER_ROOM = uuid.uuid4()


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A street worker's app."""
    return Desk(client, outreach)


@pytest.fixture
def intake(desk: Desk) -> Any:
    """Somebody who came in."""
    return desk.take_in()


def say(desk: Desk, intake: Any, choice: str, offering: uuid.UUID = CORNER_ROOM, **more: Any) -> Any:
    """Write down what the person says to an offering."""
    return desk.post(f"/v1/intakes/{intake['id']}/choices", {"offering_id": str(offering), "choice": choice, **more})


@pytest.mark.parametrize("choice", ["interested", "tell_me_more", "not_now", "not_this_one", "let_me_think"])
def test_every_answer_is_an_answer(desk: Desk, intake: Any, choice: str) -> None:
    answer = say(desk, intake, choice)

    assert answer.status_code == 201
    assert answer.get_json()["choice"] == choice
    assert answer.headers["Location"] == f"/v1/intakes/{intake['id']}/choices"


def test_who_decided_and_whether_it_was_read_back_is_kept(desk: Desk, intake: Any) -> None:
    made = say(
        desk, intake, "interested", decided_by="worker_on_person_word", readback_confirmed=True, rules_version="1"
    ).get_json()

    assert (made["decided_by"], made["readback_confirmed"], made["rules_version"]) == (
        "worker_on_person_word", True, "1",
    )  # fmt: skip
    assert (made["intake_id"], made["person_id"]) == (intake["id"], intake["person_id"])


def test_a_choice_that_names_no_rules_was_found_by_those_in_force(desk: Desk, intake: Any) -> None:
    made = say(desk, intake, "interested").get_json()

    assert made["rules_version"] == shelf.in_force().version


@pytest.mark.parametrize("version", ["0", "01", "1 ", "99", "one"])
def test_rules_that_there_never_were_are_refused_and_nothing_is_written(desk: Desk, intake: Any, version: str) -> None:
    refused = say(desk, intake, "interested", rules_version=version)

    assert refused.status_code == 422
    assert [(each["code"], each["pointer"]) for each in refused.get_json()["errors"]] == [
        ("unknown_rules_version", "/rules_version")
    ]
    assert desk.read(f"/v1/intakes/{intake['id']}/choices")["items"] == []


def test_a_choice_sends_nothing_and_tells_nobody(desk: Desk, intake: Any, house: House) -> None:
    say(desk, intake, "interested")

    with house.runtime.database.session(reading=True) as session:
        told = [event.type for event in session.execute(sa.select(Event)).scalars()]
        disclosed = session.execute(sa.select(Disclosure)).all()
    assert told == [EventType.INTAKE_SUBMITTED]
    assert disclosed == []


def test_a_choice_is_written_down_once_in_the_ledger(desk: Desk, intake: Any, house: House) -> None:
    made = say(desk, intake, "not_now").get_json()

    with house.runtime.database.session(reading=True) as session:
        entry = session.execute(sa.select(Entry).where(Entry.action == "choice_recorded")).scalar_one()
    assert (str(entry.person_id), str(entry.subject_id)) == (intake["person_id"], made["id"])


def test_the_last_word_counts(desk: Desk, intake: Any, clock: FakeClock, house: House) -> None:
    for choice in ("interested", "not_this_one", "let_me_think"):
        say(desk, intake, choice)
        clock.move(seconds=1)

    listed = desk.read(f"/v1/intakes/{intake['id']}/choices")["items"]
    with house.runtime.database.session(reading=True) as session:
        last = queries.last_choice(session, desk.key.organization_id, uuid.UUID(intake["id"]), CORNER_ROOM)
    assert [each["choice"] for each in listed] == ["let_me_think", "not_this_one", "interested"]
    assert last is not None
    assert last.choice == "let_me_think"


def test_a_no_in_spring_need_not_be_said_again_in_autumn(desk: Desk, intake: Any, house: House) -> None:
    say(desk, intake, "not_this_one")

    back = desk.take_in({"person_id": intake["person_id"]})

    with house.runtime.database.session(reading=True) as session:
        said = queries.choices_of(session, desk.key.organization_id, uuid.UUID(back["id"]))
        here = queries.last_choice(session, desk.key.organization_id, uuid.UUID(back["id"]), CORNER_ROOM)
    assert [(each.offering_id, each.choice) for each in said] == [(CORNER_ROOM, "not_this_one")]
    assert here is None


def test_choices_come_in_pages(desk: Desk, intake: Any, clock: FakeClock) -> None:
    for _ in range(3):
        say(desk, intake, "not_now", uuid.uuid4())
        clock.move(seconds=1)
    path = f"/v1/intakes/{intake['id']}/choices?limit=2"

    first = desk.read(path)
    second = desk.read(f"{path}&cursor={first['next']}")

    assert len({each["id"] for each in first["items"] + second["items"]}) == 3
    assert second["next"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"choice": "interested"},
        {"offering_id": str(CORNER_ROOM)},
        {"offering_id": str(CORNER_ROOM), "choice": "yes"},
        {"offering_id": "P01", "choice": "interested"},
        {"offering_id": str(CORNER_ROOM), "choice": "interested", "readback_confirmed": "yes"},
        {"offering_id": str(CORNER_ROOM), "choice": "interested", "consent": True},
        [],
    ],
)
def test_a_choice_that_cannot_be_read_is_refused_and_not_kept(desk: Desk, intake: Any, body: Any) -> None:
    assert desk.post(f"/v1/intakes/{intake['id']}/choices", body).status_code == 422
    assert desk.read(f"/v1/intakes/{intake['id']}/choices")["items"] == []


def test_nobody_chooses_at_an_intake_of_others(desk: Desk, intake: Any, make_key: Callable[..., Key]) -> None:
    neighbour = Desk(desk.client, make_key())

    assert say(neighbour, intake, "interested").status_code == 404
    assert neighbour.get(f"/v1/intakes/{intake['id']}/choices").status_code == 404
    assert say(desk, {"id": uuid.uuid4()}, "interested").status_code == 404
