"""The door: who is let in, what a no looks like, and what stands on every answer."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import g
from flask.testing import FlaskClient

from service.access import actions as access
from service.access.models import ApiKey
from service.access.rules import Role, Scope
from service.app import create_app
from service.errors import Refusal
from service.http import problems
from service.vault.models import PersonKey
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database
ALWAYS = ("X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security", "Content-Security-Policy",
          "Cache-Control", "X-Request-Id")  # fmt: skip


def test_without_a_key_nobody_learns_anything(client: FlaskClient) -> None:
    answer = client.get(f"/v1/intakes/{uuid.uuid4()}")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("key", ["", "nonsense", "mr_000000000000_" + "x" * 43, "mr_ñ_x", "Bearer"])
def test_a_key_that_is_none_opens_nothing(client: FlaskClient, key: str) -> None:
    answer = client.get("/v1/intakes", headers={"Authorization": f"Bearer {key}".encode().decode("latin-1")})

    assert answer.status_code == 401


def test_a_scope_that_is_missing_is_said_before_anything_is_looked_up(
    client: FlaskClient, make_key: Callable[..., Key]
) -> None:
    reader = make_key(Role.OUTREACH, scopes={Scope.DIRECTORY_READ})

    absent = client.get(f"/v1/intakes/{uuid.uuid4()}", headers=reader.headers)

    assert absent.status_code == 403


def test_a_revoked_key_is_dead_on_the_next_request(client: FlaskClient, outreach: Key, house: House) -> None:
    before = client.get("/v1/intakes", headers=outreach.headers).status_code
    with house.runtime.database.session() as session:
        access.revoke_key(session, outreach.api_key.split("_")[1], now=house.clock.now())

    assert (before, client.get("/v1/intakes", headers=outreach.headers).status_code) == (200, 401)


def test_a_key_ends_on_its_day(client: FlaskClient, outreach: Key, house: House, clock: FakeClock) -> None:
    with house.runtime.database.session() as session:
        ends = clock.now() + timedelta(days=1)
        key = access.issue_key(session, outreach.application_id, now=clock.now(), expires_at=ends)
    headers = {"Authorization": f"Bearer {key.text}"}
    before = client.get("/v1/intakes", headers=headers).status_code
    clock.move(days=2)

    assert (before, client.get("/v1/intakes", headers=headers).status_code) == (200, 401)


def test_of_a_key_only_its_hash_is_kept(outreach: Key, house: House) -> None:
    secret = outreach.api_key.split("_", 2)[2]
    with house.runtime.database.session(reading=True) as session:
        kept = session.execute(sa.select(ApiKey.secret_hash)).scalars().all()

    assert all(secret.encode() not in each and len(each) == 32 for each in kept)


def test_not_there_and_not_yours_are_the_same_bytes(
    client: FlaskClient, outreach: Key, make_key: Callable[..., Key]
) -> None:
    other = make_key(Role.OUTREACH)
    theirs = client.post("/v1/intakes", json={}, headers=other.headers).get_json()["id"]
    headers = {**outreach.headers, "X-Request-Id": "same"}

    foreign = client.get(f"/v1/intakes/{theirs}", headers=headers)
    absent = client.get(f"/v1/intakes/{uuid.uuid4()}", headers=headers)

    assert (foreign.status_code, foreign.data) == (absent.status_code, absent.data) == (404, absent.data)
    assert dict(foreign.headers) == dict(absent.headers)


def test_two_organizations_may_bring_the_same_id_and_learn_nothing(
    client: FlaskClient, outreach: Key, make_key: Callable[..., Key]
) -> None:
    mine, other = str(uuid.uuid4()), make_key(Role.OUTREACH)
    first = client.post("/v1/intakes", json={"id": mine}, headers=outreach.headers)
    second = client.post("/v1/intakes", json={"id": mine, "mode": "phone"}, headers=other.headers)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json()["person_id"] != second.get_json()["person_id"]


def test_every_answer_carries_the_same_safe_headers(client: FlaskClient, outreach: Key, house: House) -> None:
    large = b"x" * (1024 * 1024 + 1)
    answers = [
        client.get("/v1/intakes", headers=outreach.headers),
        client.get("/nowhere"),
        client.delete("/v1/intakes", headers=outreach.headers),
        client.post("/v1/intakes", data=large, content_type="application/json", headers=outreach.headers),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 405, 413]
    for answer in answers:
        assert all(name in answer.headers for name in ALWAYS)
        assert "Server" not in answer.headers


def test_405_names_the_methods_and_406_what_we_speak(client: FlaskClient, outreach: Key) -> None:
    wrong = client.delete("/v1/intakes", headers=outreach.headers)
    foreign = client.get("/v1/limits", headers={"Accept": "application/xml"})

    assert wrong.status_code == 405
    assert {"GET", "POST"} <= set(wrong.headers["Allow"].replace(" ", "").split(","))
    assert foreign.status_code == 406


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2_3", True), ("with blank", False), ("x" * 65, False)])
def test_a_request_id_is_kept_when_it_is_harmless(client: FlaskClient, given: str, kept: bool) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": given})

    assert (answer.headers["X-Request-Id"] == given) is kept


def test_two_requests_share_nothing(client: FlaskClient, house: House, outreach: Key) -> None:
    seen: list[object] = []
    house.app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(g.get("call")))
    client.get("/v1/intakes", headers=outreach.headers)
    client.get("/v1/intakes", headers=outreach.headers)
    house.app.before_request_funcs[None].pop()

    assert seen == [None, None]


def test_a_key_store_that_is_away_means_not_now(client: FlaskClient, outreach: Key, house: House) -> None:
    taken_in = client.post("/v1/intakes", json={}, headers=outreach.headers).get_json()
    store = house.runtime.vault.store.engine
    with store.begin() as connection:
        connection.execute(sa.text("ALTER TABLE person_key RENAME TO hidden"))
    try:
        answer = client.get(f"/v1/intakes/{taken_in['id']}", headers=outreach.headers)
    finally:
        with store.begin() as connection:
            connection.execute(sa.text("ALTER TABLE hidden RENAME TO person_key"))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "person_key" not in answer.text


def test_a_person_whose_key_is_gone_is_not_there(client: FlaskClient, outreach: Key, house: House) -> None:
    taken_in = client.post("/v1/intakes", json={}, headers=outreach.headers).get_json()
    with house.runtime.vault.opened() as store:
        store.execute(sa.delete(PersonKey).where(PersonKey.person_id == uuid.UUID(taken_in["person_id"])))

    assert client.get(f"/v1/intakes/{taken_in['id']}", headers=outreach.headers).status_code == 404


def test_too_many_requests_wait_as_long_as_they_are_told(
    house: House, outreach: Key, make_key: Callable[..., Key]
) -> None:
    strict = create_app(
        runtime=replace(house.runtime, settings=replace(house.runtime.settings, rate_limit="4 per hour"))
    )
    client, other = strict.test_client(), make_key(Role.OUTREACH)

    answers = [client.get("/v1/intakes", headers=outreach.headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "3600"
    assert answers[2].content_type == "application/problem+json"
    assert answers[2].get_json()["type"] == "/problems/too-many"
    assert set(ALWAYS) <= set(answers[2].headers.keys())
    assert client.get("/v1/intakes", headers=other.headers).status_code == 200


def test_a_credential_that_is_only_named_is_not_counted(house: House, outreach: Key) -> None:
    strict = create_app(
        runtime=replace(house.runtime, settings=replace(house.runtime.settings, rate_limit="4 per hour"))
    )
    client = strict.test_client()
    forged = {"Authorization": outreach.headers["Authorization"][:-4] + "AAAA"}

    guesses = [client.get("/v1/intakes", headers=forged).status_code for _ in range(4)]

    assert guesses == [401, 401, 429, 429]
    assert client.get("/v1/intakes", headers=outreach.headers).status_code == 200


def test_numbers_that_help_now_are_never_refused_for_being_asked_often(house: House) -> None:
    strict = create_app(
        runtime=replace(house.runtime, settings=replace(house.runtime.settings, rate_limit="4 per hour"))
    )
    client = strict.test_client()

    for page in ("/v1/help-now", "/healthz", "/docs"):
        assert [client.get(page).status_code for _ in range(6)] == [200] * 6


def test_something_broken_says_its_request_id_and_nothing_else(client: FlaskClient, house: House) -> None:
    def broken() -> None:
        raise RuntimeError("a word that somebody said")

    house.app.before_request_funcs.setdefault(None, []).append(broken)
    try:
        answer = client.get("/v1/limits")
    finally:
        house.app.before_request_funcs[None].pop()

    assert answer.status_code == 500
    assert "somebody said" not in answer.text
    assert answer.get_json()["instance"] == answer.headers["X-Request-Id"]


def test_log_lines_hold_no_path_no_query_and_no_words(
    client: FlaskClient, outreach: Key, capsys: pytest.CaptureFixture[str], house: House
) -> None:
    taken_in = client.post(
        "/v1/intakes", json={"priorities": [{"verbatim": "canary words"}]}, headers=outreach.headers
    ).get_json()
    client.get(f"/v1/intakes/{taken_in['id']}?nonsense=canary", headers=outreach.headers)

    told = capsys.readouterr().err
    assert "canary" not in told
    assert taken_in["id"] not in told


def test_every_problem_has_a_page(client: FlaskClient) -> None:
    for code in problems.all_refusals():
        page = client.get(f"/problems/{code.replace('_', '-')}")
        assert page.status_code == 200, code
    assert client.get("/problems/no-such-thing").status_code == 404


def test_a_slash_too_many_is_not_there_and_leads_nowhere(client: FlaskClient, outreach: Key) -> None:
    answers = [client.post(path, json={}, headers=outreach.headers) for path in ("/v1//intakes", "/v1/intakes/")]

    assert [(answer.status_code, answer.headers.get("Location")) for answer in answers] == [(404, None)] * 2


def test_a_read_asks_for_news_and_knows_no_if_match(client: FlaskClient, outreach: Key) -> None:
    here = client.post("/v1/intakes", json={}, headers=outreach.headers).headers["Location"]

    def read(**asked: str) -> int:
        return client.get(here, headers={**outreach.headers, **asked}).status_code

    assert read(**{"If-Match": '"9"'}) == 200
    assert [read(**{"If-None-Match": tag}) for tag in ('"1"', 'W/"1"', '"9", "1"', "*", '"9"')] == [304] * 4 + [200]


@pytest.mark.parametrize(("tag", "status"), [("1", 400), ('W/"1"', 400), ('"1", "2"', 400), ('"x"', 412), ('"1"', 200)])
def test_a_change_says_how_if_match_is_written(client: FlaskClient, outreach: Key, tag: str, status: int) -> None:
    here = client.post("/v1/intakes", json={}, headers=outreach.headers).headers["Location"]
    headers = {**outreach.headers, "Content-Type": "application/merge-patch+json", "If-Match": tag}

    answer = client.patch(here, data="{}", headers=headers)

    assert answer.status_code == status
    assert status != 400 or "double quotes" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        ({"priorities": [{}, {"verbatim": "a" * 10_001}]}, "/priorities/1/verbatim", "At most 10000 characters"),
        ({"priorities": [{}] * 1001}, "/priorities", "At most 1000 items"),
        ({f"a{number}": 1 for number in range(201)}, "", "At most 200 fields"),
        ({"priorities": [{"verbatim": "a" * 4001}]}, "/priorities/0/verbatim", "1 to 4000 characters"),
        ({"mode": 7}, "/mode", "This must be one of: "),
    ],
)
def test_what_does_not_fit_is_said_with_its_place_and_its_bound(
    client: FlaskClient, outreach: Key, body: Any, pointer: str, said: str
) -> None:
    answer = client.post("/v1/intakes", json=body, headers=outreach.headers)

    (reason,) = answer.get_json()["errors"]
    assert (answer.status_code, reason["pointer"]) == (422, pointer)
    assert reason["detail"].startswith(said)


def test_every_refusal_speaks_in_whole_sentences() -> None:
    for code, refusal in problems.all_refusals().items():
        assert refusal.message().endswith("."), code
        assert issubclass(refusal, Refusal)


def test_pages_walk_through_everything_once_and_cursors_are_bound(client: FlaskClient, outreach: Key) -> None:
    made = {client.post("/v1/intakes", json={}, headers=outreach.headers).get_json()["id"] for _ in range(5)}
    seen: list[str] = []
    path = "/v1/intakes?limit=2"
    cursor: Any = None
    while True:
        page = client.get(path + (f"&cursor={cursor}" if cursor else ""), headers=outreach.headers).get_json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]

    assert sorted(seen) == sorted(made)
    elsewhere = client.get(f"/v1/intakes?mode=phone&cursor={cursor}", headers=outreach.headers)
    forged = client.get(f"/v1/intakes?cursor={cursor[:-4]}AAAA", headers=outreach.headers)
    assert (elsewhere.status_code, forged.status_code) == (400, 400)


def test_the_documents_are_served(client: FlaskClient) -> None:
    document = client.get("/openapi.json")
    page = client.get("/docs")
    script = client.get("/static/init.js", buffered=True)

    assert json.loads(document.data)["openapi"] == "3.1.0"
    assert (page.status_code, script.status_code) == (200, 200)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "http" not in page.text.replace("http-equiv", "")


def test_healthy_and_ready(client: FlaskClient) -> None:
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)
