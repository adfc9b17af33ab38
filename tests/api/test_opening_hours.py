"""Whether somebody is there now: what matches and offerings say of opening hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.guidance.rules import Weekday
from service.providers.rules import Hours, Site
from tests.builders.referrals import Street
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering()
    return built


def matched(street: Street) -> dict[str, Any]:
    """What somebody who comes in now is shown."""
    path = f"/v1/intakes/{street.take_in().id}/matches"
    answer = street.client.get(path, headers=street.team.headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def test_a_match_and_an_offering_say_whether_the_doors_are_open(street: Street, clock: FakeClock) -> None:
    next_day = clock.now() + timedelta(days=1)
    tomorrow = tuple(Weekday)[next_day.weekday()]
    always = Hours(days=tuple(Weekday), from_="00:00", until="24:00")
    morning = Hours(days=(tomorrow,), from_="09:00", until="10:00")
    for name, zone, hours in (
        ("Always", "Asia/Kathmandu", (always,)),
        ("Tomorrow", "Etc/GMT", (morning,)),
        ("Somewhere", None, (always,)),
    ):
        street.open_offering(name, sites=(Site(latitude=1.0, longitude=2.0, timezone=zone, hours=hours),))
    nine = next_day.strftime("%Y-%m-%dT09:00:00+00:00")

    items = {each["offering"]["name"]: each for each in matched(street)["items"]}
    listed = street.client.get("/v1/offerings", headers=street.team.headers).get_json()["items"]
    found = street.client.post("/v1/offerings/search", json={}, headers=street.team.headers).get_json()["items"]
    expected = {
        "Open Door": (None, None),
        "Always": (True, None),
        "Tomorrow": (False, nine),
        "Somewhere": (None, None),
    }
    assert {name: (each["open_now"], each["next_open"]) for name, each in items.items()} == expected
    assert {each["name"]: (each["open_now"], each["next_open"]) for each in listed} == expected
    assert {each["name"]: (each["open_now"], each["next_open"]) for each in found} == expected
    assert items["Always"]["hours_say"] == "Open now."


def test_a_zone_that_nobody_said_is_not_made_up(street: Street) -> None:
    body = {
        "name": "Somewhere", "kind": "housing", "sites": [{"latitude": 1, "longitude": 2}],
        "provider_id": str(street.provider_of(street.offerings[0])),
    }  # fmt: skip
    made = street.post(street.clinic, "/v1/offerings", body)
    wrong = {**body, "sites": [{"latitude": 1, "longitude": 2, "timezone": "Mars/Olympus"}]}
    problem = street.post(street.clinic, "/v1/offerings", wrong, expect=422)

    assert "timezone" not in made["sites"][0]
    assert problem["errors"][0]["pointer"] == "/sites/0/timezone"
