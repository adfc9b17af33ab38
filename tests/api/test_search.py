"""Searching by place: every site is found, and a confidential one no nearer than it is shown."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.test_providers import an_offering, made
from tests.houses import Key

pytestmark = pytest.mark.database

DOOR = {"latitude": 10.77123, "longitude": 20.41117}
SHOWN = {"latitude": 10.8, "longitude": 20.4}


def found(client: FlaskClient, key: Key, **place: float) -> list[dict[str, Any]]:
    """What a search around a place finds."""
    answer = client.post("/v1/offerings/search", json={"place": place}, headers=key.headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


@pytest.fixture
def offering(client: FlaskClient, steward: Key) -> dict[str, Any]:
    """An offering with a confidential site, and two that everybody may know."""
    provider = made(client, steward, "/v1/providers", {"name": "Three Doors"})
    sites = [
        {**DOOR, "confidential": True, "address": "1 Hidden Lane"},
        {"latitude": -10.0, "longitude": 20.0},
        {"latitude": -40.0, "longitude": 20.0},
    ]
    return made(client, steward, "/v1/offerings", an_offering(provider["id"], sites=sites))


@pytest.mark.parametrize("latitude", [-10.0, -40.0])
def test_every_site_is_found(client: FlaskClient, steward: Key, offering: dict[str, Any], latitude: float) -> None:
    (one,) = found(client, steward, latitude=latitude, longitude=20.01)

    assert one["id"] == offering["id"]
    assert one["distance_km"] == pytest.approx(1.0, abs=0.2)


def test_an_offering_with_two_sites_near_is_found_once(
    client: FlaskClient, steward: Key, offering: dict[str, Any]
) -> None:
    items = found(client, steward, latitude=-25.0, longitude=20.0, within_km=5000)

    assert [item["id"] for item in items] == [offering["id"]]
    assert items[0]["distance_km"] == pytest.approx(1667.9, abs=1)


@pytest.mark.usefixtures("offering")
def test_no_search_comes_nearer_to_a_confidential_site_than_what_is_shown(client: FlaskClient, steward: Key) -> None:
    (at_the_door,) = found(client, steward, **DOOR, within_km=50)
    (at_what_is_shown,) = found(client, steward, **SHOWN, within_km=50)

    assert at_what_is_shown["distance_km"] == 0
    assert at_the_door["distance_km"] > 3
    assert found(client, steward, **DOOR, within_km=1) == []


def test_a_site_that_moved_is_found_where_it_is_now(
    client: FlaskClient, steward: Key, offering: dict[str, Any]
) -> None:
    moved = an_offering(offering["provider_id"], sites=[{"latitude": 50.0, "longitude": 10.0}])
    answer = client.put(
        f"/v1/offerings/{offering['id']}",
        json={name: each for name, each in moved.items() if name != "provider_id"},
        headers={**steward.headers, "If-Match": "*"},
    )

    assert answer.status_code == 200, answer.text
    assert len(found(client, steward, latitude=50.0, longitude=10.0)) == 1
    assert found(client, steward, latitude=-40.0, longitude=20.0) == []
