"""The directory over HTTP, told as what stewards and clinics do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.access.rules import Role
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database


def an_offering(provider_id: str, **more: Any) -> dict[str, Any]:
    return {
        "provider_id": provider_id,
        "name": "Street and drop-in therapy",
        "kind": "therapy",
        "categories": ["someone_to_talk_to"],
        "settings": ["street"],
        "sites": [
            {"latitude": 37.77, "longitude": -122.41, "timezone": "America/Los_Angeles", "address": "1 Corner St",
             "hours": [{"days": ["tue", "thu"], "from": "10:00", "to": "16:00", "walk_in": True}]}
        ],
        "limits": [{"scope": "service", "kind": "not_offered", "text": {"en": "No medication here."}}],
        **more,
    }  # fmt: skip


def policies(house: House, days_ago: int = 10, **more: Any) -> dict[str, Any]:
    return {
        "requires_abstinence_to_start": False,
        "requires_abstinence_to_continue": False,
        "discharges_for_use": False,
        "accepts_people_on_moud": "all",
        "attested_by": "The clinical lead",
        "attested_on": str((house.clock.now() - timedelta(days=days_ago)).date()),
        **more,
    }


def made(client: FlaskClient, key: Key, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(path, json=body, headers=key.headers)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.get_json()
    return document


def make_verified_offering(client: FlaskClient, steward: Key, house: House) -> dict[str, Any]:
    provider = made(client, steward, "/v1/providers", {"name": "Corner Room"})
    practitioner = made(client, steward, "/v1/practitioners", {"provider_id": provider["id"], "name": "R. Alvarez"})
    credential = made(
        client, steward, "/v1/credentials",
        {"practitioner_id": practitioner["id"], "credential": {"kind": "certificate", "hours": 60}},
    )  # fmt: skip
    made(
        client, steward, f"/v1/credentials/{credential['id']}/verifications",
        {"status": "issuer_confirmed", "on": str(house.clock.now().date())},
    )  # fmt: skip
    return made(client, steward, "/v1/offerings", an_offering(provider["id"], policies=policies(house)))


def test_an_offering_with_verified_training_and_attested_policies_is_verified(
    client: FlaskClient, steward: Key, house: House
) -> None:
    offering = make_verified_offering(client, steward, house)

    assert offering["level"] == "hrp_verified"
    assert "issuer_confirmed_certificate" in offering["level_because"]


def test_an_attestation_that_grows_old_demotes_and_says_so(
    client: FlaskClient, steward: Key, house: House, clock: FakeClock
) -> None:
    offering = make_verified_offering(client, steward, house)
    clock.move(days=400)

    answer = client.get(f"/v1/offerings/{offering['id']}", headers=steward.headers).get_json()

    assert answer["level"] == "hrp_declared"
    assert "attestation_older_than_12_months" in answer["level_because"]


def test_nobody_attested_means_unattested(client: FlaskClient, steward: Key) -> None:
    provider = made(client, steward, "/v1/providers", {"name": "Somewhere"})

    offering = made(client, steward, "/v1/offerings", an_offering(provider["id"]))

    assert offering["level"] == "unattested"


def test_a_demand_for_abstinence_is_a_conflict_at_once(client: FlaskClient, steward: Key, house: House) -> None:
    offering = make_verified_offering(client, steward, house)

    attested = made(
        client, steward, f"/v1/offerings/{offering['id']}/attestations",
        policies(house, requires_abstinence_to_start=True),
    )  # fmt: skip

    assert attested["level"] == "conflicts"
    assert attested["level_because"] == ["requires_abstinence_to_start"]


def test_capacity_needs_the_version_that_was_read(client: FlaskClient, steward: Key, house: House) -> None:
    offering = make_verified_offering(client, steward, house)
    path = f"/v1/offerings/{offering['id']}/capacity"
    body = {"status": "capacity", "open_slots": 3, "as_of": house.clock.now().isoformat()}

    missing = client.put(path, json=body, headers=steward.headers)
    stale = client.put(path, json=body, headers={**steward.headers, "If-Match": '"99"'})
    told = client.put(path, json=body, headers={**steward.headers, "If-Match": f'"{offering["version"]}"'})

    assert (missing.status_code, stale.status_code, told.status_code) == (428, 412, 200)
    assert told.get_json()["capacity"]["open_slots"] == 3
    assert told.headers["ETag"] == f'"{offering["version"] + 1}"'


def test_a_clinic_writes_its_own_provider_and_no_other(client: FlaskClient, steward: Key, clinic: Key) -> None:
    own = made(client, clinic, "/v1/providers", {"name": "Bayline"})
    other = made(client, steward, "/v1/providers", {"name": "Elsewhere"})

    assert own["organization_id"] == str(clinic.organization_id)
    assert client.post("/v1/offerings", json=an_offering(own["id"]), headers=clinic.headers).status_code == 201
    assert client.post("/v1/offerings", json=an_offering(other["id"]), headers=clinic.headers).status_code == 422


def test_nobody_vouches_for_themselves(client: FlaskClient, clinic: Key) -> None:
    own = made(client, clinic, "/v1/providers", {"name": "Bayline"})
    person = made(client, clinic, "/v1/practitioners", {"provider_id": own["id"], "name": "A. Okafor"})
    credential = made(
        client, clinic, "/v1/credentials",
        {"practitioner_id": person["id"], "credential": {"kind": "course", "hours": 20}},
    )  # fmt: skip

    answer = client.post(
        f"/v1/credentials/{credential['id']}/verifications", json={"status": "document_seen"}, headers=clinic.headers
    )

    assert answer.status_code == 403


def test_an_external_id_belongs_to_one_offering(client: FlaskClient, steward: Key) -> None:
    provider = made(client, steward, "/v1/providers", {"name": "Corner Room"})
    made(client, steward, "/v1/offerings", an_offering(provider["id"], external_id="taken"))
    other = made(client, steward, "/v1/offerings", an_offering(provider["id"], external_id="free"))
    body = an_offering(provider["id"], external_id="taken", sites=[])

    made_twice = client.post("/v1/offerings", json=body, headers=steward.headers)
    del body["provider_id"]
    renamed = client.put(f"/v1/offerings/{other['id']}", json=body, headers={**steward.headers, "If-Match": "*"})

    assert [answer.status_code for answer in (made_twice, renamed)] == [409, 409]
    del other["language_findings"]  # They are for whoever wrote it, and for nobody who reads it.
    assert client.get(f"/v1/offerings/{other['id']}", headers=steward.headers).get_json() == other


def test_a_confidential_site_shows_its_area_only(client: FlaskClient, steward: Key) -> None:
    provider = made(client, steward, "/v1/providers", {"name": "Quiet House"})
    site = {"latitude": 37.7712, "longitude": -122.4111, "address": "Nobody's business", "confidential": True}

    offering = made(client, steward, "/v1/offerings", an_offering(provider["id"], sites=[site]))

    assert "address" not in offering["sites"][0]
    assert offering["sites"][0]["latitude"] == 37.8


def test_search_answers_the_nearest_first_and_goes_on_where_it_stopped(
    client: FlaskClient, steward: Key, outreach: Key
) -> None:
    provider = made(client, steward, "/v1/providers", {"name": "Many Rooms"})
    for number in range(5):
        site = {"latitude": 37.70 + number / 100, "longitude": -122.40}
        made(client, steward, "/v1/offerings", an_offering(provider["id"], name=f"Room {number}", sites=[site]))
    asked: dict[str, Any] = {"place": {"latitude": 37.70, "longitude": -122.40, "within_km": 20}, "limit": 2}

    def page(**more: Any) -> Any:
        answer = client.post("/v1/offerings/search", json={**asked, **more}, headers=outreach.headers)
        return answer.get_json()

    first = page()
    second = page(cursor=first["next"])
    third = page(cursor=second["next"])

    names = [item["name"] for page in (first, second, third) for item in page["items"]]
    assert names == [f"Room {number}" for number in range(5)]
    assert third["next"] is None
    assert first["items"][1]["distance_km"] == pytest.approx(1.11, abs=0.01)


def test_search_by_name_language_and_level(client: FlaskClient, steward: Key, house: House) -> None:
    make_verified_offering(client, steward, house)
    provider = made(client, steward, "/v1/providers", {"name": "Casa"})
    made(
        client, steward, "/v1/offerings",
        an_offering(provider["id"], name="Hablar", languages_spoken=[{"tag": "es"}]),
    )  # fmt: skip

    def names(**asked: Any) -> list[str]:
        found = client.post("/v1/offerings/search", json=asked, headers=steward.headers).get_json()
        return [item["name"] for item in found["items"]]

    assert names(text="hablar") == ["Hablar"]
    assert names(language="es-MX") == ["Hablar"]
    assert names(levels=["hrp_verified"]) == ["Street and drop-in therapy"]


def test_a_key_without_the_scope_writes_nothing(client: FlaskClient, make_key: Callable[..., Key]) -> None:
    reader = make_key(Role.OUTREACH)

    answer = client.post("/v1/providers", json={"name": "Mine"}, headers=reader.headers)

    assert answer.status_code == 403


def test_what_is_planned_is_not_attested_yet(client: FlaskClient, steward: Key, house: House) -> None:
    provider = made(client, steward, "/v1/providers", {"name": "Corner Room"})
    ahead = policies(house, days_ago=-3)
    offering = made(client, steward, "/v1/offerings", an_offering(provider["id"]))

    answers = [
        client.post("/v1/offerings", json=an_offering(provider["id"], policies=ahead), headers=steward.headers),
        client.post(f"/v1/offerings/{offering['id']}/attestations", json=ahead, headers=steward.headers),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert [answer.get_json()["errors"][0]["pointer"] for answer in answers] == [
        "/policies/attested_on",
        "/attested_on",
    ]
