"""Places that cannot be, and circles that hold nothing or more than the Earth: a clear no, and nothing is changed."""

from __future__ import annotations

import csv
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.providers.importing import Quiet, import_directory
from service.providers.lists import read_csv, read_json
from service.providers.schemas.entries import read_entry
from tests.api.test_intakes_rubbish import rows
from tests.api.test_providers import an_offering, made
from tests.houses import House, Key

pytestmark = pytest.mark.database

CORNER: dict[str, Any] = {"latitude": 37.77, "longitude": -122.41}
# Each is JSON; what JSON has no word for (NaN, infinity) is below.
NO_LATITUDE = ["91", "-90.0001", "1e308", "-1e308", '"37.77"', '"NaN"', "true", "[37.77]", "{}"]
NO_LONGITUDE = ["-181", "180.0001", "1e308", '"-122.41"', '"Infinity"', "false", "[]"]
NO_RADIUS = ["-1", "0", "-0.0", "20038.1", "1e9", "1e308", '"5"', "true"]
NO_JSON = ["NaN", "Infinity", "-Infinity", "1e400", "nan"]
UNKNOWN = ['"California"', '"us-ca"', '"US-CALI"', '"U"', '"US_CA"', '""', '"US-CA "']


def with_raw(body: Any, raw: str) -> bytes:
    """A body as JSON, with something raw in the place of its one "HERE"."""
    return json.dumps(body).replace('"HERE"', raw).encode()


def sent(client: FlaskClient, key: Key, path: str, body: bytes, method: str = "POST") -> Any:
    """Send raw JSON."""
    headers = {**key.headers, "Content-Type": "application/json", **({"If-Match": "*"} if method == "PUT" else {})}
    return client.open(path, method=method, data=body, headers=headers)


def refused(answer: Any, pointer: str) -> bool:
    """Whether it is a clear no, that names the place and repeats nothing."""
    problem = answer.get_json()
    named = [each["pointer"] for each in problem["errors"]]
    assert (answer.status_code, named) == (422, [pointer]), problem
    assert all(each["detail"].startswith("This must be") for each in problem["errors"])
    return True


CASES = [
    *[("latitude", raw) for raw in NO_LATITUDE],
    *[("longitude", raw) for raw in NO_LONGITUDE],
]


@pytest.mark.parametrize(("half", "raw"), CASES)
def test_a_place_that_is_nowhere_on_earth_is_refused_everywhere(
    client: FlaskClient, steward: Key, outreach: Key, house: House, *, half: str, raw: str
) -> None:
    provider = made(client, steward, "/v1/providers", {"name": "Corner Room"})
    before = rows(house)
    place = {**CORNER, half: "HERE"}
    offering = {"provider_id": provider["id"], "name": "Room", "kind": "therapy", "sites": [CORNER, place]}

    assert refused(sent(client, outreach, "/v1/intakes", with_raw({"place": place}, raw)), f"/place/{half}")
    assert refused(sent(client, outreach, "/v1/match-queries", with_raw({"place": place}, raw)), f"/place/{half}")
    assert refused(sent(client, steward, "/v1/offerings", with_raw(offering, raw)), f"/sites/1/{half}")
    assert refused(sent(client, outreach, "/v1/offerings/search", with_raw({"place": place}, raw)), f"/place/{half}")
    assert refused(sent(client, outreach, "/v1/places", with_raw({"name": "here", **place}, raw)), f"/{half}")
    assert _imported(house, with_raw({"providers": [_entry(sites=[place])]}, raw)) == [
        f"/providers/0/offerings/0/sites/0/{half}"
    ]
    assert rows(house) == before


@pytest.mark.parametrize("raw", NO_JSON)
def test_what_json_has_no_number_for_cannot_be_read_at_all(
    client: FlaskClient, steward: Key, outreach: Key, house: House, raw: str
) -> None:
    provider = made(client, steward, "/v1/providers", {"name": "Corner Room"})
    before = rows(house)
    place = {**CORNER, "latitude": "HERE"}
    offering = {"provider_id": provider["id"], "name": "Room", "kind": "therapy", "sites": [place]}
    answers = [
        sent(client, outreach, "/v1/intakes", with_raw({"place": place}, raw)),
        sent(client, outreach, "/v1/match-queries", with_raw({"place": place}, raw)),
        sent(client, steward, "/v1/offerings", with_raw(offering, raw)),
        sent(client, outreach, "/v1/offerings/search", with_raw({"place": place}, raw)),
        sent(client, outreach, "/v1/places", with_raw({"name": "here", **place}, raw)),
    ]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert all("ordinary numbers" in answer.get_json()["detail"] for answer in answers)
    assert rows(house) == before


@pytest.mark.parametrize("raw", NO_RADIUS)
def test_a_circle_holds_more_than_nothing_and_no_more_than_the_earth(
    client: FlaskClient, steward: Key, outreach: Key, house: House, raw: str
) -> None:
    offering = made(client, steward, "/v1/offerings", _offering(client, steward))
    path = f"/v1/offerings/{offering['id']}"
    before, shown = rows(house), client.get(path, headers=steward.headers).get_json()
    for name, field in (("comes_to_you", "within_km"), ("service_area", "radius_km")):
        body = {"name": "Room", "kind": "therapy", name: {field: "HERE"}}
        new = with_raw({**body, "provider_id": offering["provider_id"]}, raw)

        assert refused(sent(client, steward, "/v1/offerings", new), f"/{name}/{field}")
        assert refused(sent(client, steward, path, with_raw(body, raw), "PUT"), f"/{name}/{field}")
        assert _imported(house, with_raw({"providers": [_entry(**{name: {field: "HERE"}})]}, raw)) == [
            f"/providers/0/offerings/0/{name}/{field}"
        ]
    asked = with_raw({"place": {**CORNER, "within_km": "HERE"}}, raw)
    assert refused(sent(client, outreach, "/v1/offerings/search", asked), "/place/within_km")

    assert rows(house) == before
    assert client.get(path, headers=steward.headers).get_json() == shown


@pytest.mark.parametrize("raw", [raw for raw in NO_RADIUS if raw not in {"0", "-0.0"}])
def test_how_far_somebody_goes_is_no_more_than_there_is_and_nothing_is_an_answer(
    client: FlaskClient, outreach: Key, house: House, raw: str
) -> None:
    body = with_raw({"travel": {"max_km": "HERE"}}, raw)

    assert refused(sent(client, outreach, "/v1/intakes", body), "/travel/max_km")
    assert refused(sent(client, outreach, "/v1/match-queries", body), "/travel/max_km")
    assert rows(house)["intake"] == 0
    assert sent(client, outreach, "/v1/intakes", with_raw({"travel": {"max_km": "HERE"}}, "0")).status_code == 201


@pytest.mark.parametrize("most", ["20038", "20015.115", "0.001"])
def test_what_reaches_the_other_side_of_the_earth_is_far_enough(client: FlaskClient, steward: Key, most: str) -> None:
    body = {**_offering(client, steward), "service_area": {"radius_km": "HERE"}}
    antipode = {"latitude": -37.77, "longitude": 57.59, "within_km": "HERE"}

    written = sent(client, steward, "/v1/offerings", with_raw(body, most))
    found = sent(client, steward, "/v1/offerings/search", with_raw({"place": antipode}, most))

    assert (written.status_code, found.status_code) == (201, 200)
    assert len(found.get_json()["items"]) == (0 if most == "0.001" else 1)


@pytest.mark.parametrize("raw", UNKNOWN)
def test_a_jurisdiction_that_is_none_is_refused_to_staff_and_dropped_by_name_where_somebody_comes_in(
    client: FlaskClient, steward: Key, outreach: Key, house: House, raw: str
) -> None:
    body = _offering(client, steward)
    before = rows(house)
    for name, field in (
        ("service_area", "jurisdictions"),
        ("remote", "licensed_in"),
    ):
        new = with_raw({**body, name: {field: ["US-NV", "HERE"]}}, raw)
        answer = sent(client, steward, "/v1/offerings", new)
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["pointer"] == f"/{name}/{field}/1"
    place = sent(client, outreach, "/v1/places", with_raw({"name": "here", **CORNER, "jurisdiction": "HERE"}, raw))
    assert place.status_code == 422
    assert rows(house) == before

    # Nobody who comes in is turned away for a word that we do not know; small letters are letters, too.
    taken_in = sent(client, outreach, "/v1/intakes", with_raw({"place": {"jurisdiction": "HERE"}}, raw))
    asked = sent(client, outreach, "/v1/match-queries", with_raw({"place": {"jurisdiction": "HERE"}}, raw))
    assert (taken_in.status_code, asked.status_code) == (201, 200)
    dropped = [each["path"] for each in taken_in.get_json()["not_kept"]]
    assert dropped == ([] if raw == '"us-ca"' else ["/place/jurisdiction"])


@pytest.mark.parametrize("written", ["north of here", "nan", "inf", "1e999", "91"])
def test_a_row_of_a_foreign_list_that_is_nowhere_is_refused_by_itself(
    house: House, tmp_path: Path, written: str
) -> None:
    file = tmp_path / "list.csv"
    with file.open("w", newline="") as lines:
        csv.writer(lines).writerows(
            [["id", "name", "lat", "lon"], ["1", "Fine", "37.77", "-122.41"], ["2", "Nowhere", written, "-122.41"],
             ["3", "Unplaced", "", ""], ["4", "Half", "37.77", ""]]
        )  # fmt: skip
    columns = {ours: {"from": [theirs]} for ours, theirs in
               (("external_id", "id"), ("name", "name"), ("latitude", "lat"), ("longitude", "lon"))}  # fmt: skip
    heard = Quiet()
    with file.open("rb") as stream:
        entries = read_csv(stream, {"source": "list", "columns": columns, "offering": {"kind": "other"}})
        counts = import_directory(house.runtime.database, entries, read_entry, now=house.clock.now(), listener=heard)

    assert counts.made == 4
    assert [each.where for each in heard.refused] == [
        "/providers/1/offerings/0/sites/0/latitude",
        "/providers/3/offerings/0/sites/0/longitude",
    ]
    assert all(written not in each.why for each in heard.refused)
    assert rows(house)["offering_site"] == 1


def _offering(client: FlaskClient, steward: Key) -> dict[str, Any]:
    provider = made(client, steward, "/v1/providers", {"name": "Corner Room"})
    return {name: each for name, each in an_offering(provider["id"]).items() if name != "limits"}


def _entry(**facts: Any) -> dict[str, Any]:
    offering = {"external_id": "X1", "name": "Room", "kind": "therapy", **facts}
    return {"external_id": "X1", "name": "Corner Room", "offerings": [offering]}


def _imported(house: House, text: bytes) -> list[str]:
    """Bring a file in; answer where it was refused."""
    heard = Quiet()
    entries = read_json(BytesIO(text))
    counts = import_directory(house.runtime.database, entries, read_entry, now=house.clock.now(), listener=heard)
    assert (counts.made, counts.changed) == (0, 0)
    return [each.where for each in heard.refused]
