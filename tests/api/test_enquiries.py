"""A mother calls: there is help for her, no record of her son, and after 90 days nothing of the question is left."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.chores import Chores
from service.intakes.models import IntakeRecord, IntakeVersion
from service.ledger.models import Entry
from service.people.models import PersonRecord
from service.vault.models import PersonKey
from tests.api.test_legal_demands import statements
from tests.builders.people import Desk
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database

QUESTION = {
    "mode": "family_or_friend",
    "recorded_by": "third_party",
    "name_to_use": "Danny",
    "priorities": [{"verbatim": "my son uses and I am scared"}],
}


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A worker at the phone."""
    return Desk(client, outreach)


def test_a_question_has_a_key_of_its_own_that_is_nobodys(desk: Desk, house: House) -> None:
    asked = desk.take_in(QUESTION)

    record = _rows(house, IntakeRecord)[0]
    assert record.key_id is not None
    assert _rows(house, PersonRecord) == []
    assert desk.read(f"/v1/intakes/{asked['id']}")["priorities"][0]["verbatim"] == "my son uses and I am scared"
    assert desk.get(f"/v1/people/{record.key_id}").status_code == 404


def test_its_key_outlives_those_that_nobody_came_for(desk: Desk, house: House, clock: FakeClock) -> None:
    asked = desk.take_in(QUESTION)
    clock.move(hours=30)

    Chores(house.runtime).do()

    assert desk.read(f"/v1/intakes/{asked['id']}")["status"] == "enquiry"


def test_after_90_days_key_and_question_are_gone_for_good(desk: Desk, house: House, clock: FakeClock) -> None:
    asked, came = desk.take_in(QUESTION), desk.take_in()
    key_id = next(each.key_id for each in _rows(house, IntakeRecord) if each.key_id)
    clock.move(days=89)
    Chores(house.runtime).do()
    kept = desk.get(f"/v1/intakes/{asked['id']}").status_code
    clock.move(days=2)

    Chores(house.runtime).do()

    assert (kept, desk.get(f"/v1/intakes/{asked['id']}").status_code) == (200, 404)
    assert [str(each.id) for each in _rows(house, IntakeRecord)] == [came["id"]]
    assert [str(each.intake_id) for each in _rows(house, IntakeVersion)] == [came["id"]]
    assert key_id not in _keys(house)
    assert "enquiry_forgotten" in {each.action for each in _rows(house, Entry)}
    assert desk.read(f"/v1/intakes/{came['id']}")["status"] == "open"


def test_whether_we_know_who_is_asked_about_changes_neither_bytes_nor_statements(desk: Desk, house: House) -> None:
    known = desk.take_in({"name_to_use": "Danny"})
    desk.take_in(QUESTION)
    answers, asked = [], []

    for about in (
        {},
        {"person_id": known["person_id"]},
        {"return_code": known["return_code"]},
        {"person_id": "0192f0c1-0000-7000-8000-000000000099"},
        {"name_to_use": "Nobody"},
    ):
        with statements(house) as seen:
            answer = desk.take_in({**QUESTION, **about})
        answers.append(_without_ids(answer))
        asked.append(seen)

    assert all({**each, "name_to_use": None} == {**answers[0], "name_to_use": None} for each in answers)
    assert all(each == asked[0] for each in asked)
    assert not [each for each in asked[0] if " person " in f"{each} " or "INTO person (" in each]


def test_a_question_never_becomes_the_record_of_whom_it_is_about(desk: Desk, house: House) -> None:
    known = desk.take_in({"name_to_use": "Danny"})
    asked = desk.take_in(QUESTION)
    path = f"/v1/intakes/{asked['id']}"

    amended = desk.patch(path, {"recorded_by": "person", "name_to_use": "Danny"}, **{"If-Match": '"1"'})
    chosen = desk.post(f"{path}/choices", {"offering_id": known["id"], "choice": "interested"})
    consented = desk.post(f"/v1/people/{asked['id']}/consents", {})

    assert (amended.status_code, chosen.status_code, consented.status_code) == (200, 409, 404)
    assert "person_id" not in amended.get_json()
    assert [str(each.id) for each in _rows(house, PersonRecord)] == [known["person_id"]]
    assert desk.read(f"/v1/people/{known['person_id']}")["intakes"] == [known["id"]]


def _without_ids(answer: dict[str, Any]) -> dict[str, Any]:
    own = {"id", "received_at", "changed_at", "links", "priorities"}
    return {name: value for name, value in answer.items() if name not in own}


def _rows(house: House, record: Any) -> list[Any]:
    with house.runtime.database.session(reading=True) as session:
        return list(session.execute(sa.select(record)).scalars())


def _keys(house: House) -> set[UUID]:
    with house.runtime.vault.opened(reading=True) as store:
        return set(store.execute(sa.select(PersonKey.person_id)).scalars())
