"""Geography that people live in: near the library, far from everything, visited at home, signed with over distance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from service.access.models import Organization
from service.matching import actions as matching
from tests.api.test_matching import CORNER, ComeIn, Matches, Town, document, names
from tests.api.test_matching import come_in as come_in
from tests.api.test_matching import matches as matches
from tests.api.test_matching import town as town
from tests.builders.intakes import a_priority
from tests.contract.existence import counting
from tests.houses import House, Key

pytestmark = pytest.mark.database

# The library stands a street from the corner, in two parts of town; 180 miles and more from Lassen.
LIBRARY = {
    "name": "the library",
    "other_names": ["la biblioteca"],
    "latitude": 37.7613,
    "longitude": -122.4109,
    "jurisdiction": "US-CA",
    "areas": ["San Francisco County", "the Mission"],
}
LASSEN = {"latitude": 40.54, "longitude": -121.5, "jurisdiction": "US-CA"}
BY_VIDEO: dict[str, Any] = {"settings": ["video", "one_to_one"], "sites": []}
TALK = "someone_to_talk_to"


@pytest.fixture
def library(client: FlaskClient, outreach: Key) -> dict[str, Any]:
    """The library, as the team knows it."""
    return name_place(client, outreach, **LIBRARY)


def name_place(client: FlaskClient, key: Key, **place: Any) -> dict[str, Any]:
    """Name a place of a team."""
    answer = client.post("/v1/places", json=place, headers=key.headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = document(answer)
    return made


def almost(shown: dict[str, Any]) -> dict[str, str]:
    """What would change the one no of each offering that is almost there."""
    return {each["offering"]["name"]: each["unmet"][0]["would_change"] for each in shown["almost"]}


def nearness(shown: dict[str, Any]) -> str:
    """What the first match says about how near it is."""
    (says,) = [each["says"] for each in shown["items"][0]["because"] if each["component"] == "near"]
    return str(says)


def far_away(town: Town, name: str, **said: Any) -> dict[str, Any]:
    """A room some 42 km north of the corner."""
    return town.add(name, sites=[{"latitude": CORNER["latitude"] + 0.38, "longitude": CORNER["longitude"]}], **said)


# Near the library.


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("near", ["the library", "The  LIBRARY", "la Biblioteca"])
def test_near_the_library_is_where_the_team_says_it_is(
    town: Town, come_in: ComeIn, matches: Matches, near: str
) -> None:
    town.add("Corner Room")
    far_away(town, "Far Room")

    shown = matches(come_in(TALK, place={"near": near}, travel={"max_km": 2}))

    assert names(shown["items"]) == ["Corner Room"]
    assert shown["items"][0]["offering"]["distance_km"] == 0
    assert almost(shown) == {"Far Room": "Travel 41 km more."}


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("near", ["library", "the libary", "San Francisco Public Library", "the moon", " ", "x" * 500])
def test_what_is_called_otherwise_is_looked_up_nowhere_and_costs_nothing(
    town: Town, come_in: ComeIn, matches: Matches, near: str
) -> None:
    town.add("Corner Room")
    far_away(town, "Far Room")

    shown = matches(come_in(TALK, place={"near": near}, travel={"max_km": 2}))

    assert sorted(names(shown["items"])) == ["Corner Room", "Far Room"]
    assert {each["offering"]["distance_km"] for each in shown["items"]} == {None}


def test_another_teams_library_is_not_theirs(
    client: FlaskClient, coordinator: Key, town: Town, come_in: ComeIn, matches: Matches
) -> None:
    name_place(client, coordinator, **LIBRARY)
    far_away(town, "Far Room")

    shown = matches(come_in(TALK, place={"near": "the library"}, travel={"max_km": 2}))

    assert names(shown["items"]) == ["Far Room"]


@pytest.mark.usefixtures("library")
def test_where_somebody_says_they_are_outranks_what_they_are_near(
    town: Town, come_in: ComeIn, matches: Matches
) -> None:
    town.add("Corner Room")
    there = {"near": "the library", "latitude": CORNER["latitude"] + 0.38, "longitude": CORNER["longitude"]}

    shown = matches(come_in(TALK, place=there, travel={"max_km": 2}))

    assert shown["items"] == []
    assert almost(shown) == {"Corner Room": "Travel 41 km more."}


def test_a_place_counts_from_the_next_answer_on_and_no_longer_than_it_is_there(
    client: FlaskClient, outreach: Key, town: Town, come_in: ComeIn, matches: Matches
) -> None:
    far_away(town, "Far Room")
    intake = come_in(TALK, place={"near": "the library"}, travel={"max_km": 2})
    before = matches(intake)
    place = name_place(client, outreach, **LIBRARY)
    while_it_is_there = matches(intake)
    gone = client.delete(f"/v1/places/{place['id']}", headers={**outreach.headers, "If-Match": "*"})
    after = matches(intake)

    assert gone.status_code == 200
    assert [names(each["items"]) for each in (before, while_it_is_there, after)] == [["Far Room"], [], ["Far Room"]]


@pytest.mark.usefixtures("library")
def test_a_need_that_nobody_wrote_down_is_near_the_library_too(client: FlaskClient, outreach: Key, town: Town) -> None:
    town.add("Corner Room")
    far_away(town, "Far Room")
    need = {"priorities": [a_priority("talk", TALK)], "place": {"near": "the library"}, "travel": {"max_km": 2}}

    shown = document(client.post("/v1/match-queries", json=need, headers=outreach.headers))

    assert names(shown["items"]) == ["Corner Room"]
    assert shown["items"][0]["offering"]["distance_km"] == 0


@pytest.mark.usefixtures("library")
def test_what_is_shown_near_the_library_is_what_a_referral_is_judged_by(
    house: House, outreach: Key, town: Town, come_in: ComeIn
) -> None:
    near, far = town.add("Corner Room"), far_away(town, "Far Room")
    intake = come_in(TALK, place={"near": "the library"}, travel={"max_km": 2})
    reasons = []
    for offering in (UUID(near["id"]), UUID(far["id"])):
        with house.runtime.database.session() as session:
            unmet = matching.judge(
                session, outreach.organization_id, UUID(intake), offering, locale="en", now=house.clock.now()
            )  # fmt: skip
        reasons.append([each.rule for each in unmet])

    assert reasons == [[], ["reach"]]


def test_nobody_is_looked_up_for_who_is_near_nothing_or_whose_team_named_nothing(
    client: FlaskClient, outreach: Key, house: House, come_in: ComeIn, matches: Matches
) -> None:
    near, elsewhere = come_in(TALK, place={"near": "the library"}), come_in(TALK, place=CORNER)
    matches(elsewhere)  # The directory is in memory from here on.
    asked = []
    for intake, named in ((near, 0), (elsewhere, 0), (near, 1), (elsewhere, 1)):
        with house.runtime.database.session() as session:
            session.get_one(Organization, outreach.organization_id).named_places = named
        with counting(house.answering) as statements:
            matches(intake)
        asked.append(sum("place_name" in each for each in statements))

    assert asked == [0, 0, 1, 0]


# 180 miles from everything.


def test_far_from_everything_help_comes_by_licence_or_compact_and_nowhere_else(
    town: Town, come_in: ComeIn, matches: Matches
) -> None:
    town.add("Corner Room")
    town.add("Licensed Here", **BY_VIDEO, remote={"licensed_in": ["US-CA"]})
    town.add("Licensed There", **BY_VIDEO, remote={"licensed_in": ["US-NV"]})
    town.add("By Compact", **BY_VIDEO, remote={"compacts": ["PSYPACT"]})

    here = matches(come_in(TALK, place=LASSEN, travel={"max_km": 40}))
    over_the_border = matches(come_in(TALK, place={**LASSEN, "jurisdiction": "US-NV"}, travel={"max_km": 40}))

    assert names(here["items"]) == ["Licensed Here"]
    assert nearness(here) == "By video."
    assert sorted(names(over_the_border["items"])) == ["By Compact", "Licensed There"]


def test_where_there_is_nothing_the_answer_says_so_why_and_what_can_be_done_now(
    town: Town, come_in: ComeIn, matches: Matches
) -> None:
    town.add("Corner Room")
    town.add("Licensed There", **BY_VIDEO, remote={"licensed_in": ["US-NV"]})

    shown = matches(come_in(TALK, place=LASSEN, travel={"max_km": 40}))

    assert shown["items"] == []
    assert shown["nothing_yet"]["removed_most"] == [
        {"rule": "reach", "count": 2, "says": "2 of 2: too far, or not licensed where you are"}
    ]
    assert any("Help that needs no match" in each for each in shown["nothing_yet"]["what_now"])
    assert almost(shown) == {}
    assert [each["says"] for each in shown["would_add"]] == ["Travel 279 km more. That would add one place."]


def test_whoever_cannot_travel_at_all_is_helped_where_they_are(town: Town, come_in: ComeIn, matches: Matches) -> None:
    far_away(town, "Far Room")
    far_away(town, "Far Reaching", settings=["home_visit"], comes_to_you={"within_km": 60})

    assert names(matches(come_in(TALK, place=CORNER, travel={"max_km": 0}))["items"]) == ["Far Reaching"]


# Signed with, over distance.


def test_sign_language_is_found_over_distance(town: Town, come_in: ComeIn, matches: Matches) -> None:
    signs: dict[str, Any] = {"languages_spoken": [{"tag": "ase", "signed": True}], "access": ["asl"]}
    town.add("Speaks Only", **BY_VIDEO, remote={"licensed_in": ["US-CA"]})
    town.add("Signs By Video", **BY_VIDEO, **signs, remote={"licensed_in": ["US-CA"]})
    town.add("Signs Elsewhere", **BY_VIDEO, **signs, remote={"licensed_in": ["US-NV"]})
    deaf = {"languages": [{"tag": "ase", "signed": True}], "preferred_settings": ["video"], "access_needs": ["asl"]}

    shown = matches(come_in(TALK, place=LASSEN, travel={"max_km": 40}, **deaf))

    assert names(shown["items"]) == ["Signs By Video"]
    assert nearness(shown) == "By video, as you wanted."


# Visited at home; served by county.


@pytest.mark.usefixtures("library")
def test_home_visits_come_to_a_part_of_town_that_the_place_lies_in(
    town: Town, come_in: ComeIn, matches: Matches
) -> None:
    visiting: dict[str, Any] = {"settings": ["home_visit"]}
    far_away(town, "Visits The Mission", **visiting, comes_to_you={"areas": ["The Mission", "Bayview"]})
    far_away(town, "Visits Bayview", **visiting, comes_to_you={"areas": ["Bayview"]})

    shown = matches(come_in(TALK, place={"near": "the library"}, travel={"max_km": 2}))

    assert names(shown["items"]) == ["Visits The Mission"]
    assert nearness(shown) == "It comes to The Mission, where you are."
    # Which part of town somebody is in may be known to people and not to us: so a human may ask, or go the way.
    assert almost(shown) == {"Visits Bayview": "Travel 41 km more."}


@pytest.mark.usefixtures("library")
def test_a_county_takes_in_who_is_known_to_be_in_it(town: Town, come_in: ComeIn, matches: Matches) -> None:
    far_away(town, "Serves The County", service_area={"counties": ["San Francisco County"]})
    far_away(town, "Serves Another", service_area={"counties": ["Alameda County"]})
    somebody = {"travel": {"max_km": 2}, "locale": "en"}

    near = matches(come_in(TALK, place={"near": "la biblioteca"}, **somebody))
    unknown = matches(come_in(TALK, place=CORNER, **somebody))

    assert names(near["items"]) == ["Serves The County"]
    assert nearness(near) == "It serves San Francisco County, where you are. It is 42 km away."
    assert unknown["items"] == []


def test_a_state_takes_in_everybody_in_it_and_a_radius_whoever_is_within(
    town: Town, come_in: ComeIn, matches: Matches
) -> None:
    far_away(town, "Serves The State", service_area={"jurisdictions": ["US-CA"]})
    far_away(town, "Within Fifty", service_area={"radius_km": 50})
    far_away(town, "Within Twenty", service_area={"radius_km": 20})

    shown = matches(come_in(TALK, place={**CORNER, "jurisdiction": "US-CA"}, travel={"max_km": 2}))

    assert sorted(names(shown["items"])) == ["Serves The State", "Within Fifty"]


@pytest.mark.usefixtures("library")
def test_somebody_at_their_own_door_is_near_the_library_too(client: FlaskClient, outreach: Key, town: Town) -> None:
    town.add("Corner Room")
    far_away(town, "Far Room")
    said = {"priorities": [a_priority("talk", TALK)], "place": {"near": "the library"}, "travel": {"max_km": 2}}
    words = document(client.post("/v1/intakes", json=said, headers=outreach.headers))["return_code"]

    shown = document(client.get("/v1/mine/matches", headers={"Return-Code": words}))

    assert names(shown["items"]) == ["Corner Room"]


def test_an_intake_keeps_what_was_said_and_learns_nothing_from_the_list(
    client: FlaskClient, outreach: Key, library: dict[str, Any], come_in: ComeIn
) -> None:
    intake = come_in(TALK, place={"near": "the library"})

    kept = document(client.get(f"/v1/intakes/{intake}", headers=outreach.headers))

    assert kept["place"] == {"near": "the library"}
    assert library["latitude"] == LIBRARY["latitude"]
