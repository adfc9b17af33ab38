"""What somebody says later: another version beside the old ones, which stay as they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.outbox.models import Event
from service.outbox.rules import EventType
from tests.builders.intakes import an_intake_body
from tests.builders.people import Desk
from tests.houses import House, Key

pytestmark = pytest.mark.database


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A street worker's app."""
    return Desk(client, outreach)


@pytest.fixture
def intake(desk: Desk) -> Any:
    """Somebody who came in."""
    return desk.take_in(an_intake_body(name_to_use="Ruby", travel={"max_km": 3, "by": "foot"}))


def amend(desk: Desk, intake: Any, patch: Any, version: str = "*") -> Any:
    """Amend, and answer the intake as it then stands."""
    answer = desk.patch(f"/v1/intakes/{intake['id']}", patch, **{"If-Match": version})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def test_more_is_added_and_the_rest_stays(desk: Desk, intake: Any) -> None:
    after = amend(desk, intake, {"pronouns": "she/her", "travel": {"max_km": 5}})

    assert (after["version"], after["pronouns"], after["name_to_use"]) == (2, "she/her", "Ruby")
    assert after["travel"] == {"max_km": 5.0, "by": "foot"}
    assert after["priorities"] == intake["priorities"]


def test_null_takes_back(desk: Desk, intake: Any) -> None:
    after = amend(desk, intake, {"name_to_use": None, "travel": {"by": None}, "safe_contact": None})

    assert "name_to_use" not in after
    assert after["travel"] == {"max_km": 3.0}
    assert "safe_contact" not in after


def test_null_in_a_list_says_nothing(desk: Desk, intake: Any) -> None:
    told = {"verbatim": "a room with a door", "categories": None, "small_step": None}
    after = amend(desk, intake, {"priorities": [told], "wishes": [{"words": "quiet", "dealbreaker": None}]})

    assert [set(each) for each in after["priorities"]] == [{"id", "verbatim", "categories"}]
    assert after["priorities"][0]["categories"] == []
    assert after["wishes"] == [{"words": "quiet", "dealbreaker": False}]


def test_priorities_are_ranked_anew_and_stay_the_same_priorities(desk: Desk, intake: Any) -> None:
    first, second, third = intake["priorities"]

    after = amend(
        desk, intake, {"priorities": [{**third, "rank": 1}, {**first, "rank": 2}, {"verbatim": "my own key"}]}
    )

    assert [each["id"] for each in after["priorities"]][:2] == [third["id"], first["id"]]
    assert after["priorities"][2]["id"] not in {first["id"], second["id"], third["id"]}


def test_every_version_stays_as_it_was(desk: Desk, intake: Any) -> None:
    amend(desk, intake, {"name_to_use": "Rubí"})
    amend(desk, intake, {"name_to_use": None})

    here = intake["links"]["self"]
    assert [line["version"] for line in desk.read(f"{here}/versions")["items"]] == [3, 2, 1]
    names = [desk.read(f"{here}/versions/{number}").get("name_to_use") for number in (1, 2, 3)]
    assert names == ["Ruby", "Rubí", None]


def test_versions_come_in_pages(desk: Desk, intake: Any) -> None:
    for number in range(3):
        amend(desk, intake, {"name_to_use": f"name {number}"})

    first = desk.read(f"{intake['links']['self']}/versions?limit=3")
    second = desk.read(f"{intake['links']['self']}/versions?limit=3&cursor={first['next']}")

    assert [line["version"] for line in first["items"] + second["items"]] == [4, 3, 2, 1]


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "2147483648"])
def test_a_version_that_is_not_there_is_not_there(desk: Desk, intake: Any, number: str) -> None:
    assert desk.get(f"{intake['links']['self']}/versions/{number}").status_code == 404


def test_a_change_names_the_version_that_it_changes(desk: Desk, intake: Any) -> None:
    here = intake["links"]["self"]

    assert desk.patch(here, {"name_to_use": "R"}).status_code == 428
    assert desk.patch(here, {"name_to_use": "R"}, **{"If-Match": '"7"'}).status_code == 412
    assert desk.patch(here, {"name_to_use": "R"}, **{"If-Match": 'W/"1"'}).status_code == 400
    assert desk.patch(here, {"name_to_use": "R"}, **{"If-Match": '"1"'}).status_code == 200
    assert desk.patch(here, {"name_to_use": "S"}, **{"If-Match": '"1"'}).status_code == 412
    assert desk.read(here)["name_to_use"] == "R"


def test_a_patch_drops_and_names_what_is_not_kept(desk: Desk, intake: Any) -> None:
    after = amend(desk, intake, {"ssn": "x", "place": {"latitude": 1.23456, "longitude": 2}})

    assert {each["path"] for each in after["not_kept"]} == {"/ssn", "/place/latitude"}
    assert after["place"] == {"latitude": 1.23, "longitude": 2.0}


def test_the_id_and_the_person_of_an_intake_stay(desk: Desk, intake: Any) -> None:
    after = amend(desk, intake, {"id": "0192f0c1-0000-7000-8000-000000000001", "person_id": None, "version": 9})

    assert (after["id"], after["person_id"], after["version"]) == (intake["id"], intake["person_id"], 2)
    assert {each["path"] for each in after["not_kept"]} == {"/id", "/person_id", "/version"}


def test_saying_nothing_new_is_allowed(desk: Desk, intake: Any) -> None:
    assert amend(desk, intake, {})["version"] == 2


@pytest.mark.parametrize("body", ["[]", '"x"', "7", "null", '[{"name_to_use": "R"}]'])
def test_a_patch_is_an_object(desk: Desk, intake: Any, body: str) -> None:
    answer = desk.client.patch(
        intake["links"]["self"],
        data=body,
        headers={**desk.key.headers, "Content-Type": "application/merge-patch+json", "If-Match": "*"},
    )

    assert answer.status_code == 422
    assert desk.read(intake["links"]["self"])["version"] == 1


def test_the_mode_in_the_worklist_follows(desk: Desk, intake: Any) -> None:
    amend(desk, intake, {"mode": "drop_in"})

    assert desk.read("/v1/intakes?mode=drop_in")["items"][0]["version"] == 2


def test_an_amendment_is_told_to_those_who_listen(desk: Desk, intake: Any, house: House) -> None:
    amend(desk, intake, {"name_to_use": "R"})

    with house.runtime.database.session(reading=True) as session:
        told = [
            (event.type, event.record_version)
            for event in session.execute(sa.select(Event).order_by(Event.at)).scalars()
        ]
    assert told == [(EventType.INTAKE_SUBMITTED, 1), (EventType.INTAKE_AMENDED, 2)]


def test_nobody_amends_what_is_not_theirs(desk: Desk, intake: Any, make_key: Callable[..., Key]) -> None:
    neighbour = Desk(desk.client, make_key())

    answer = neighbour.patch(intake["links"]["self"], {"name_to_use": "x"}, **{"If-Match": "*"})

    assert answer.status_code == 404
    assert neighbour.get(f"{intake['links']['self']}/versions").status_code == 404
    assert neighbour.get(f"{intake['links']['self']}/versions/1").status_code == 404
    assert desk.read(intake["links"]["self"])["name_to_use"] == "Ruby"
