"""Somebody under 18, by their own words: whose yes it needs, who looks when nobody knows. No parent is told."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.access.rules import Role, Scope
from service.outbox.rules import EventType
from tests.builders.consents import a_consent_body
from tests.builders.people import Desk
from tests.houses import Key

pytestmark = pytest.mark.database

DOCUMENT = json.loads((Path(__file__).resolve().parents[2] / "openapi" / "openapi.json").read_text())
PARENT = {"name": "R. Ortiz", "method": "paper_on_file", "at": "2026-11-20T10:00:00Z"}


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A worker with somebody beside them."""
    return Desk(client, outreach)


def take_in(desk: Desk, age_band: str | None = None, jurisdiction: str | None = None, **more: Any) -> Any:
    """Take somebody in who says that much about themselves."""
    place = {"place": {"jurisdiction": jurisdiction}} if jurisdiction else {}
    return desk.take_in({**({"age_band": age_band} if age_band else {}), **place, **more})


def sign(desk: Desk, person_id: str, **changes: Any) -> Any:
    """Have them sign a complete consent."""
    body = a_consent_body(recipients=[{"provider_id": str(uuid.uuid4())}], **changes)
    answer = desk.post(f"/v1/people/{person_id}/consents", body)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()


def test_an_adult_and_whoever_says_no_age_are_told_nothing_about_it(desk: Desk) -> None:
    assert "about_consent" not in take_in(desk, "18_24", "US-CA")
    assert "about_consent" not in take_in(desk)


@pytest.mark.parametrize(
    ("age_band", "jurisdiction", "consents", "says"),
    [
        ("16_17", "US-CA", "minor_alone", ("In California", "En California")),
        ("14_15", "US-NY", "minor_and_parent", ("In New York", "En Nueva York")),
        ("14_15", "US-XX", "unknown", ("A person, not a computer", "Una persona, no una computadora")),
        ("under_12", None, "unknown", ("A person, not a computer", "Una persona, no una computadora")),
    ],
)
def test_receipt_and_view_say_whose_yes_it_needs(
    desk: Desk, age_band: str, jurisdiction: str | None, consents: str, says: tuple[str, str]
) -> None:
    receipt = take_in(desk, age_band, jurisdiction)

    view = desk.read(f"/v1/intakes/{receipt['id']}")

    about = view["about_consent"]
    assert about == receipt["about_consent"]
    assert about["consents"] == consents
    assert all(words in about["text"][locale] for words, locale in zip(says, ("en", "es"), strict=True))


def test_in_california_a_consent_from_sixteen_holds_like_anybodys(desk: Desk) -> None:
    consent = sign(desk, take_in(desk, "16_17", "US-CA")["person_id"])

    assert (consent["effective"], consent["missing"], consent["who_consents"]) == (True, [], "minor_alone")


def test_where_both_say_yes_both_have_to_sign(desk: Desk) -> None:
    person_id = take_in(desk, "14_15", "US-NY")["person_id"]

    alone = sign(desk, person_id)
    parent_alone = sign(desk, person_id, signature={"method": "verbal_witnessed"}, parent_signature=PARENT)
    spoken = sign(desk, person_id, parent_signature={**PARENT, "method": "verbal_witnessed"})
    both = sign(desk, person_id, parent_signature=PARENT, replaces=alone["id"])

    assert (alone["state"], alone["missing"]) == ("draft", ["parent_signature"])
    assert parent_alone["missing"] == ["signature"]
    assert spoken["missing"] == ["parent_signature"]
    assert (both["state"], both["effective"], both["missing"]) == ("active", True, [])
    assert both["parent_signature"] == PARENT


def test_where_nobody_knows_a_named_human_being_looks(desk: Desk) -> None:
    consent = sign(desk, take_in(desk, "14_15", "US-XX")["person_id"])
    path = f"/v1/consents/{consent['id']}/reviews"

    nobody = desk.post(path, {"found": "minor_alone"})
    guess = desk.post(path, {"found": "unknown"}, **{"Acting-Worker": "reyes"})
    found = desk.post(path, {"found": "minor_alone"}, **{"Acting-Worker": "reyes"})
    again = desk.post(path, {"found": "minor_and_parent"}, **{"Acting-Worker": "reyes"})

    assert (consent["state"], consent["missing"]) == ("draft", ["human_review"])
    assert (nobody.status_code, guess.status_code, found.status_code, again.status_code) == (422, 422, 201, 409)
    assert (found.get_json()["state"], found.get_json()["effective"]) == ("active", True)
    assert found.get_json()["reviewed_by_human"]["found"] == "minor_alone"


def test_a_human_being_may_find_that_both_have_to_sign(desk: Desk) -> None:
    consent = sign(desk, take_in(desk, "14_15", "US-XX")["person_id"])

    found = desk.post(
        f"/v1/consents/{consent['id']}/reviews", {"found": "minor_and_parent"}, **{"Acting-Worker": "reyes"}
    ).get_json()

    assert (found["state"], found["missing"]) == ("draft", ["parent_signature"])


def test_what_was_taken_back_is_not_brought_back_by_a_review(desk: Desk) -> None:
    consent = sign(desk, take_in(desk, "14_15", "US-XX")["person_id"])
    desk.post(f"/v1/consents/{consent['id']}/revocations")

    late = desk.post(f"/v1/consents/{consent['id']}/reviews", {"found": "minor_alone"}, **{"Acting-Worker": "reyes"})

    assert late.status_code == 409


def test_whoever_says_nothing_anew_said_it_before(desk: Desk) -> None:
    came = take_in(desk, "14_15", "US-NY")
    take_in(desk, person_id=came["person_id"])

    assert sign(desk, came["person_id"])["missing"] == ["parent_signature"]


def test_what_they_say_last_counts(desk: Desk) -> None:
    came = take_in(desk, "16_17", "US-NY")
    take_in(desk, "18_24", person_id=came["person_id"])

    assert sign(desk, came["person_id"])["who_consents"] is None


def test_the_table_is_there_for_everybody_in_both_languages(client: FlaskClient) -> None:
    english = client.get("/v1/vocabularies/minor_rules", headers={"Accept-Language": "en"}).get_json()
    spanish = client.get("/v1/vocabularies/minor_rules", headers={"Accept-Language": "es"}).get_json()

    assert [each["code"] for each in english["codes"]] == [each["code"] for each in spanish["codes"]]
    assert "last read on 2026-11-25" in english["codes"][0]["more"]
    assert "En California" in spanish["codes"][0]["label"]


def test_there_is_no_way_to_tell_a_parent() -> None:
    """No path, no scope, no event, no kind of application, and no field but the signature on the paper."""
    names = {*DOCUMENT["paths"], *Scope, *Role, *EventType}
    fields = {
        f"{shape}.{field}"
        for shape, schema in DOCUMENT["components"]["schemas"].items()
        for field in schema.get("properties", {})
    }

    told = {name for name in names | fields if any(word in name.casefold() for word in ("parent", "guardian"))}

    assert {name for name in told if not name.startswith("ParentSignature")} == {
        "ConsentForm.parent_signature",
        "ConsentView.parent_signature",
        "ConsentWrittenView.parent_signature",
    }
