"""Rubbish of every kind: a clear problem document, never a 5xx, and nothing half-written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.database import Record
from service.people.schemas import LEFT_OUT
from tests.builders.intakes import EVERYTHING, an_intake_body
from tests.builders.people import Desk
from tests.houses import House, Key

pytestmark = pytest.mark.database

SECRET = "Zyxwvut"
WRONG: list[Any] = [SECRET, 7, 7.5, True, [], {}, [SECRET], {SECRET: SECRET}, [[]], [None], [7]]


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A street worker's app."""
    return Desk(client, outreach)


def rows(house: House) -> dict[str, int]:
    """How many rows every table of the house has."""
    with house.runtime.database.session(reading=True) as session:
        return {
            table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in Record.metadata.sorted_tables
        }


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a body."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in below:
        yield (*path, key)
        yield from places(inner, (*path, key))


def put(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A body with another value in one place."""
    key, *rest = path
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[key] = put(body[key], tuple(rest), value) if rest else value
    return copy


@pytest.mark.parametrize("field", EVERYTHING)
def test_a_wrong_type_anywhere_is_a_clear_no_or_harmless(desk: Desk, house: House, field: str) -> None:
    refused = 0
    for path in [(field,), *places(EVERYTHING[field], (field,))]:
        for wrong in WRONG:
            answer = desk.post("/v1/intakes", put(EVERYTHING, path, wrong))
            if answer.status_code != 201:
                refused += 1
                assert_clear_no(answer, field)

    assert refused
    kept = rows(house)
    assert kept["intake"] == kept["intake_version"] == kept["person"]


def assert_clear_no(answer: Any, field: str) -> None:
    """It names the field, says that it may be left out, and repeats nothing."""
    problem = answer.get_json()
    assert answer.status_code == 422, problem
    assert answer.content_type == "application/problem+json"
    assert problem["errors"]
    assert all(each["pointer"].startswith(f"/{field}") for each in problem["errors"])
    assert all(LEFT_OUT in each["detail"] for each in problem["errors"])
    assert SECRET not in "".join(each["detail"] for each in problem["errors"])


def test_null_is_the_same_as_left_out(desk: Desk) -> None:
    named = [path for path in places(EVERYTHING) if isinstance(path[-1], str)]

    answers = {path: desk.post("/v1/intakes", put(EVERYTHING, path, None)).status_code for path in named}

    assert set(answers.values()) == {201}, answers


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_to_use", "a\x00b"),
        ("name_to_use", "x" * 501),
        ("name_to_use", ""),
        ("worker_note", "a\x00b"),
        ("worker_note", "\x07"),
        ("priorities", [{"verbatim": "x" * 4001}]),
        ("priorities", [{"verbatim": "a\x00"}]),
        ("priorities", [{}] * 101),
        ("priorities", [{"rank": 1.5}]),
        ("priorities", [{"rank": "1"}]),
        ("priorities", [{"rank": True}]),
        ("priorities", [{"rank": 10**15}]),
        ("priorities", [{"id": "1"}]),
        ("place", {"latitude": 91}),
        ("place", {"longitude": -1e308}),
        ("travel", {"max_km": -1}),
        ("observed_at", "yesterday"),
        ("observed_at", "2026-11-20T21:15:00"),
        ("observed_at", "0001-01-01T00:00:00+14:00"),
        ("id", "not-a-uuid"),
        ("id", "0192F0C1-0000-7000-8000-000000000003"),
        ("person_id", 7),
        ("return_code", "x" * 201),
        ("return_code", {"a": 1}),
        ("safe_contact", {"channels": [{"confirmed_on": "2026-02-30"}]}),
        ("safe_contact", {"channels": [{"recheck_after_days": 0}]}),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(desk: Desk, house: House, field: str, value: Any) -> None:
    answer = desk.post("/v1/intakes", {field: value})

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"].startswith(f"/{field}")
    assert rows(house)["person"] == 0


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 201),
        (b"{", 400),
        (b"{}x", 400),
        (b"nope", 400),
        (b'{"name_to_use": NaN}', 400),
        (b'{"place": {"latitude": 1e400}}', 400),
        (b'{"name_to_use": "\\ud800"}', 400),
        (b'{"name_to_use": "\xff\xfe"}', 400),
        (b"\xef\xbb\xbf{}", 400),
        (b"[" * 100_000, 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
        (b'{"priorities": ' + b"[" * 40 + b"]" * 40 + b"}", 400),
        (b'{"name_to_use": "' + b"x" * 20_000 + b'"}', 422),
        (b'{"name_to_use": "' + b"x" * 5_000_000 + b'"}', 413),
        (orjson.dumps({f"key_{number}": 1 for number in range(300)}), 422),
        (orjson.dumps({"can_pay": ["free"] * 1001}), 422),
        (b'{"name_to_use": "a", "name_to_use": "b"}', 201),
        (b'{"place": {"latitude": ' + b"9" * 400 + b"}}", 400),
        (b'{"place": {"latitude": ' + b"9" * 30 + b"}}", 422),
        (b"null", 422),
        (b"7", 422),
        (b'"words"', 422),
        (b"[]", 422),
    ],
    ids=lambda value: f"{value[:24]!r}" if isinstance(value, bytes) else str(value),
)
def test_what_is_no_json_is_a_no_and_nothing_is_written(desk: Desk, house: House, raw: bytes, status: int) -> None:
    answer = desk.client.post("/v1/intakes", data=raw, headers={**desk.key.headers, "Content-Type": "application/json"})

    assert answer.status_code == status, answer.get_data(as_text=True)
    assert rows(house)["intake"] == (1 if status == 201 else 0)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x", ""])
def test_another_type_of_body_is_not_taken_for_an_empty_one(desk: Desk, house: House, kind: str) -> None:
    answer = desk.client.post(
        "/v1/intakes", data=b'{"mode": "phone"}', headers={**desk.key.headers, "Content-Type": kind}
    )

    assert answer.status_code == 415
    assert rows(house)["intake"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "colour=blue",
        "limit=0",
        "limit=101",
        "limit=99999999999999999999",
        "limit=ten",
        "limit=1&limit=2",
        "status=discharged",
        "mode=spaceship",
        "received_after=yesterday",
        "received_after=2026-11-20T21:15:00",
        "name_to_use=Ruby",
    ],
)
def test_a_worklist_refuses_what_it_does_not_know(desk: Desk, query: str) -> None:
    answer = desk.get(f"/v1/intakes?{query}")

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["parameter"] is not None


@pytest.mark.parametrize("cursor", ["x", "", "AAAA", "🙂", "a" * 1001, "../../etc/passwd", "%00"])
def test_a_forged_cursor_goes_nowhere(desk: Desk, cursor: str) -> None:
    assert desk.client.get("/v1/intakes", query_string={"cursor": cursor}, headers=desk.key.headers).status_code in {
        400,
        422,
    }


def test_a_cursor_is_good_for_its_own_search_and_organization(desk: Desk, make_key: Callable[..., Key]) -> None:
    for _ in range(2):
        desk.take_in()
    cursor = desk.read("/v1/intakes?limit=1")["next"]
    neighbour = Desk(desk.client, make_key())

    assert desk.get(f"/v1/intakes?cursor={cursor}&mode=phone").status_code == 400
    assert neighbour.get(f"/v1/intakes?cursor={cursor}").status_code == 400


@pytest.mark.parametrize("intake_id", ["1", "x", "..%2f", "00000000-0000-0000-0000-000000000000", "🙂", "%00"])
def test_an_address_that_is_nobodys_is_not_there(desk: Desk, intake_id: str) -> None:
    for path in (f"/v1/intakes/{intake_id}", f"/v1/people/{intake_id}", f"/v1/intakes/{intake_id}/versions"):
        assert desk.get(path).status_code == 404


def test_without_a_key_nobody_learns_anything(client: FlaskClient, desk: Desk) -> None:
    intake = desk.take_in()

    answers = [
        client.post("/v1/intakes", json={}),
        client.post("/v1/intakes", data=b"{", content_type="application/json"),
        client.get("/v1/intakes?colour=blue"),
        client.get(intake["links"]["self"]),
        client.get("/v1/intakes/00000000-0000-0000-0000-000000000000"),
        client.patch(intake["links"]["self"], json={}),
        client.post("/v1/people/find-by-code", json={"return_code": intake["return_code"]}),
        client.post("/v1/return-codes", json={}),
        client.get(intake["links"]["self"], headers={"Authorization": "Bearer mr_x_y"}),
        client.get(intake["links"]["self"], headers={"Authorization": "Basic eDp5"}),
    ]

    assert {answer.status_code for answer in answers} == {401}


def test_a_patch_that_cannot_be_read_changes_nothing(desk: Desk) -> None:
    intake = desk.take_in(an_intake_body())
    here = intake["links"]["self"]

    patches: list[Any] = [
        {"priorities": "all"}, {"name_to_use": 7}, {"safe_contact": []}, {"place": {"latitude": "north"}}
    ]  # fmt: skip
    for patch in patches:
        assert desk.patch(here, patch, **{"If-Match": "*"}).status_code == 422

    assert desk.read(here)["version"] == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*EVERYTHING]) | st.text(max_size=8), inner)
    ),
    max_leaves=20,
)


@given(body=st.dictionaries(st.sampled_from([*EVERYTHING]) | st.text(max_size=8), _JSON, max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_sent_breaks_anything(desk: Desk, body: Any) -> None:
    answer = desk.client.post(
        "/v1/intakes",
        data=orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_SUBCLASS, default=str) if _fits(body) else b"{}",
        headers={**desk.key.headers, "Content-Type": "application/json"},
    )

    assert answer.status_code in {201, 422}


def _fits(body: Any) -> bool:
    try:
        orjson.dumps(body)
    except (TypeError, ValueError):
        return False
    return True
