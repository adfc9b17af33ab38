"""Once is once: the same POST sent again has no second effect."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.http.models import IdempotencyKey
from service.intakes.models import IntakeRecord
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database


def send(client: FlaskClient, key: Key, once: str, body: dict[str, Any] | None = None) -> TestResponse:
    return client.post("/v1/intakes", json=body or {}, headers={**key.headers, "Idempotency-Key": once})


def count(house: House) -> int:
    with house.runtime.database.session(reading=True) as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(IntakeRecord)).scalar_one())


def test_a_lost_answer_can_be_fetched_again_return_code_included(
    client: FlaskClient, outreach: Key, house: House
) -> None:
    once = f'"{uuid.uuid4()}"'

    first, second = send(client, outreach, once), send(client, outreach, once)

    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert second.get_json()["return_code"]
    assert (first.headers["ETag"], first.headers["Location"]) == (second.headers["ETag"], second.headers["Location"])
    assert second.headers["Idempotency-Replayed"] == "true"
    assert count(house) == 1


def test_a_key_with_another_body_is_a_bug_in_the_app(client: FlaskClient, outreach: Key, house: House) -> None:
    send(client, outreach, "k")

    answer = send(client, outreach, "k", {"mode": "phone"})

    assert answer.status_code == 422
    assert answer.get_json()["type"] == "/problems/key-reused"
    assert count(house) == 1


def test_after_a_day_it_is_only_known_that_it_was_done(
    client: FlaskClient, outreach: Key, house: House, clock: FakeClock
) -> None:
    first = send(client, outreach, "k")
    clock.move(hours=25)

    answer = send(client, outreach, "k")

    assert answer.status_code == 409
    assert answer.get_json()["type"] == "/problems/already-done"
    assert first.get_json()["return_code"] not in answer.text
    assert count(house) == 1


@pytest.mark.parametrize("once", ['"unclosed', "", '""', "a,b", "x" * 300, '"tab\there"'])
def test_a_key_that_cannot_be_read_is_said(client: FlaskClient, outreach: Key, once: str) -> None:
    assert send(client, outreach, once).status_code == 400


def test_another_application_has_keys_of_its_own(
    client: FlaskClient, outreach: Key, coordinator: Key, house: House
) -> None:
    first, second = send(client, outreach, "k"), send(client, coordinator, "k")

    assert first.get_json()["id"] != second.get_json()["id"]
    assert count(house) == 2


def test_what_was_refused_is_not_kept(client: FlaskClient, outreach: Key, house: House) -> None:
    refused = send(client, outreach, "k", {"priorities": 7})
    mended = send(client, outreach, "k", {"priorities": []})

    assert (refused.status_code, mended.status_code) == (422, 201)


def test_the_kept_answer_is_sealed(client: FlaskClient, outreach: Key, house: House) -> None:
    answer = send(client, outreach, "k", {"priorities": [{"verbatim": "canary words"}]}).get_json()
    with house.runtime.database.session(reading=True) as session:
        row = session.execute(sa.select(IdempotencyKey)).scalar_one()

    assert row.answer is not None
    assert b"canary" not in row.answer
    assert answer["return_code"].encode() not in row.answer
    assert str(row.person_id) == answer["person_id"]
