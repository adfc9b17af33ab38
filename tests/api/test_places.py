"""Named places over HTTP: a team's own list of where people are met, and nobody else's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.access.models import Organization
from service.access.rules import Role, Scope
from service.ledger.models import Entry
from service.places.models import PlaceName, PlaceRecord
from service.places.rules import MOST_PLACES
from tests.builders.people import Desk
from tests.houses import House, Key

pytestmark = pytest.mark.database

LIBRARY = {
    "name": "the library",
    "other_names": ["Main Library", "la biblioteca"],
    "latitude": 37.7793,
    "longitude": -122.4158,
    "jurisdiction": "US-CA",
    "areas": ["San Francisco County", "Civic Center"],
}


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A street team's app."""
    return Desk(client, outreach)


def named(desk: Desk, *, expect: int = 201, **changes: Any) -> Any:
    """Name a place."""
    answer = desk.post("/v1/places", {**LIBRARY, **changes})
    assert answer.status_code == expect, answer.get_data(as_text=True)
    return answer.get_json()


def changed(desk: Desk, method: str, place: Any, body: Any = None, if_match: str | None = "*") -> Any:
    """Change or delete a place."""
    headers = {**desk.key.headers, **({} if if_match is None else {"If-Match": if_match})}
    return desk.client.open(f"/v1/places/{place['id']}", method=method, json=body, headers=headers)


def counted(house: House, desk: Desk) -> tuple[int, int]:
    """How many places an organization is said to have, and how many it has."""
    here = desk.key.organization_id
    with house.runtime.database.session() as session:
        rows = sa.select(sa.func.count()).select_from(PlaceRecord).where(PlaceRecord.organization_id == here)
        return session.get_one(Organization, here).named_places, session.execute(rows).scalar_one()


def test_a_place_is_named_read_listed_changed_and_deleted(desk: Desk, house: House) -> None:
    place = named(desk)
    read = desk.get(f"/v1/places/{place['id']}")
    moved = changed(desk, "PUT", place, {**LIBRARY, "name": "the new library", "other_names": []}, read.headers["ETag"])
    listed = desk.read("/v1/places")
    deleted = changed(desk, "DELETE", place, if_match='"2"')

    assert {name: place[name] for name in LIBRARY} == LIBRARY
    assert place["organization_id"] == str(desk.key.organization_id)
    assert read.headers["ETag"] == '"1"'
    assert (moved.status_code, moved.get_json()["version"]) == (200, 2)
    assert [each["name"] for each in listed["items"]] == ["the new library"]
    assert deleted.get_json()["name"] == "the new library"
    assert desk.get(f"/v1/places/{place['id']}").status_code == 404
    assert counted(house, desk) == (0, 0)


def test_a_place_needs_no_more_than_a_name_and_where_it_is(desk: Desk) -> None:
    answer = desk.post("/v1/places", {"name": "the steps", "latitude": 37.5, "longitude": -122})

    assert answer.status_code == 201
    place = answer.get_json()
    assert (place["other_names"], place["areas"]) == ([], [])
    assert "jurisdiction" not in place


def test_the_list_comes_in_pages_in_the_order_in_which_places_were_named(desk: Desk) -> None:
    names = [f"corner {number}" for number in range(5)]
    for name in names:
        named(desk, name=name, other_names=[])
    first = desk.read("/v1/places?limit=3")
    second = desk.read(f"/v1/places?limit=3&cursor={first['next']}")

    assert [each["name"] for page in (first, second) for each in page["items"]] == names
    assert second["next"] is None


@pytest.mark.parametrize("taken", ["THE  Library", "main library", "La Biblioteca", "ｌａ biblioteca"])
def test_one_name_means_one_place(desk: Desk, house: House, taken: str) -> None:
    named(desk)
    first = named(desk, expect=409, name=taken, other_names=[])
    second = named(desk, expect=409, name="the branch", other_names=["the bus stop", taken])
    branch = named(desk, name="the branch", other_names=[])
    third = changed(desk, "PUT", branch, {**LIBRARY, "name": taken})

    assert first["type"] == second["type"] == third.get_json()["type"] == "/problems/name-taken"
    assert counted(house, desk) == (2, 2)
    assert desk.read(f"/v1/places/{branch['id']}")["name"] == "the branch"


def test_a_place_may_go_by_one_name_in_several_spellings_and_keep_it(desk: Desk) -> None:
    place = named(desk, other_names=["The Library", "THE LIBRARY"])

    again = changed(desk, "PUT", place, {**LIBRARY, "other_names": ["Main Library"]})
    freed = named(desk, name="la biblioteca", other_names=[])

    assert again.status_code == 200
    assert freed["version"] == 1


def test_another_team_may_use_the_same_names_and_sees_nobodys(
    desk: Desk, client: FlaskClient, make_key: Callable[..., Key]
) -> None:
    other = Desk(client, make_key(Role.OUTREACH))
    mine, theirs = named(desk), named(other)
    absent = {"id": str(uuid.uuid4())}

    assert [each["id"] for each in desk.read("/v1/places")["items"]] == [mine["id"]]
    for method in ("PUT", "DELETE"):
        body = LIBRARY if method == "PUT" else None
        answers = [changed(desk, method, each, body) for each in (theirs, absent)]
        assert [answer.status_code for answer in answers] == [404, 404]
        told = [{**answer.get_json(), "instance": ""} for answer in answers]
        assert told[0] == told[1]
    assert desk.get(f"/v1/places/{theirs['id']}").status_code == 404
    assert other.read(f"/v1/places/{theirs['id']}") == {
        name: each for name, each in theirs.items() if name != "language_findings"
    }


def test_a_change_needs_the_version_that_was_read(desk: Desk) -> None:
    place = named(desk)
    answers = [
        changed(desk, method, place, LIBRARY if method == "PUT" else None, if_match)
        for method in ("PUT", "DELETE")
        for if_match in (None, '"9"', "7")
    ]

    assert [answer.status_code for answer in answers] == [428, 412, 400] * 2
    assert desk.read(f"/v1/places/{place['id']}")["version"] == 1


def test_places_end_at_a_thousand_and_go_on_when_one_goes(desk: Desk, house: House) -> None:
    place = named(desk)
    _say_there_are(house, desk, MOST_PLACES)
    refused = named(desk, expect=409, name="one more", other_names=[])
    kept = changed(desk, "PUT", place, LIBRARY)
    changed(desk, "DELETE", place)
    taken = named(desk, name="one more", other_names=[])

    assert refused["type"] == "/problems/too-many-places"
    assert kept.status_code == 200
    assert taken["version"] == 1
    assert counted(house, desk) == (MOST_PLACES, 1)


def _say_there_are(house: House, desk: Desk, count: int) -> None:
    with house.runtime.database.session() as session:
        session.get_one(Organization, desk.key.organization_id).named_places = count


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None), ("name", ""), ("name", "   "), ("name", "\u00a0"), ("name", "x" * 201), ("name", "a\x07b"),
        ("name", 7), ("other_names", ["fine", " "]), ("other_names", ["x"] * 21), ("other_names", "the steps"),
        ("latitude", None), ("latitude", 90.01), ("latitude", "37.7"), ("latitude", 1e308), ("latitude", True),
        ("longitude", -181), ("longitude", [1]), ("jurisdiction", "California"), ("jurisdiction", "us-ca"),
        ("areas", ["\t"]), ("areas", ["x" * 201]), ("areas", ["x"] * 51), ("areas", {"a": 1}),
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused_by_name(desk: Desk, house: House, field: str, value: Any) -> None:
    answer = desk.post("/v1/places", {**LIBRARY, field: value})

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"].startswith(f"/{field}")
    assert counted(house, desk) == (0, 0)


def test_whoever_may_read_intakes_reads_places_and_whoever_may_write_them_names_them(
    client: FlaskClient, make_key: Callable[..., Key]
) -> None:
    reader = Desk(client, make_key(scopes={Scope.INTAKES_READ}))
    writer = Desk(client, make_key(scopes={Scope.INTAKES_WRITE}, organization_id=reader.key.organization_id))
    steward = Desk(client, make_key(Role.STEWARD))
    place = named(writer)

    assert reader.read(f"/v1/places/{place['id']}")["name"] == "the library"
    assert writer.get("/v1/places").status_code == 403
    assert reader.post("/v1/places", LIBRARY).status_code == 403
    assert steward.get("/v1/places").status_code == 403


def test_everything_that_is_done_with_a_place_is_on_record(desk: Desk, house: House) -> None:
    place = named(desk)
    desk.read("/v1/places")
    desk.read(f"/v1/places/{place['id']}")
    changed(desk, "PUT", place, LIBRARY)
    changed(desk, "DELETE", place)
    with house.runtime.database.session() as session:
        entries = list(session.scalars(sa.select(Entry).order_by(Entry.id)))

    assert [each.action for each in entries] == [
        "place_named", "places_listed", "place_read", "place_amended", "place_deleted",
    ]  # fmt: skip
    assert {str(each.subject_id) for each in entries if each.subject == "place"} == {place["id"]}
    assert entries[1].also == [place["id"]]
    assert all(each.person_id is None for each in entries)


def test_a_copy_of_the_database_does_not_say_where_people_are_met(desk: Desk, house: House) -> None:
    named(desk)
    with house.runtime.database.session() as session:
        [kept] = session.scalars(sa.select(PlaceRecord))
        hashes = [each.name_hash for each in session.scalars(sa.select(PlaceName))]
        columns = {column.name for table in (PlaceRecord, PlaceName) for column in table.__table__.columns}

    assert columns == {"organization_id", "id", "sealed", "version", "changed_at", "name_hash", "place_id"}
    assert len(hashes) == 3
    for written in (kept.sealed, *hashes):
        assert b"library" not in written.lower()
        assert b"37.77" not in written
