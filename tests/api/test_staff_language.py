"""Whoever writes a label is told another word, kindly; nothing is refused, nothing is rewritten."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.intakes.schemas.forms import IntakeForm
from tests.builders.intakes import EVERYTHING
from tests.builders.referrals import Street
from tests.contract.test_staff_language import TERMS, with_words
from tests.houses import House, Key

pytestmark = pytest.mark.database


def test_provider_is_told_another_word_where_each_stands(client: FlaskClient, steward: Key) -> None:
    provider = client.post("/v1/providers", json={"name": "A place for addicts"}, headers=steward.headers).get_json()
    limits = [{"scope": "service", "kind": "not_offered", "text": {"en": "No drug abuse.", "es": "No borrachos."}}]
    body = {"provider_id": provider["id"], "name": "Room", "kind": "other", "limits": limits}
    offering = client.post("/v1/offerings", json=body, headers=steward.headers).get_json()

    assert provider["name"] == "A place for addicts"
    assert [(each["pointer"], each["term"]) for each in provider["language_findings"]] == [("/name", "addicts")]
    assert [(each["pointer"], each["term"]) for each in offering["language_findings"]] == [
        ("/limits/0/text/en", "drug abuse"),
        ("/limits/0/text/es", "borrachos"),
    ]
    read = client.get(f"/v1/offerings/{offering['id']}", headers=steward.headers).get_json()
    assert "language_findings" not in read


def test_words_of_a_person_come_back_byte_for_byte_with_no_finding(client: FlaskClient, outreach: Key) -> None:
    """Every term there is, in every text of a person, however deep."""
    words = " / ".join(TERMS)
    for start in range(0, len(words), 180):
        said = {**with_words(IntakeForm(), words[start : start + 180])}
        said.pop("return_code", None)
        made = client.post("/v1/intakes", json=said, headers=outreach.headers)
        kept = client.get(made.headers["Location"], headers=outreach.headers).get_json()

        assert made.status_code == 201, made.get_json()
        assert [] == made.get_json()["language_findings"] == kept["language_findings"]
        assert _texts(said) == _texts({name: kept[name] for name in said})


def _texts(document: Any) -> list[str]:
    if isinstance(document, dict):
        return sorted(text for each in document.values() for text in _texts(each))
    if isinstance(document, list):
        return sorted(text for each in document for text in _texts(each))
    return [document] if isinstance(document, str) and len(document) > 40 else []


def test_notes_reasons_and_names_on_papers_are_answered(
    house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key
) -> None:
    street = Street(house, client, outreach, clinic, steward)
    offering = street.open_offering()
    intake = street.take_in()
    consent = street.sign(intake, offering, discloser="Help for junkies")
    referral = street.refer(offering, intake=intake, consent=consent, note="Refused detox.")

    assert [each["pointer"] for each in consent["language_findings"]] == ["/discloser"]
    assert [(each["pointer"], each["term"]) for each in referral["language_findings"]] == [("/note", "Refused")]


def test_given_items_and_notes_of_an_intake_are_answered(client: FlaskClient, outreach: Key) -> None:
    body = {**EVERYTHING, "worker_note": "Non-compliant.", "safety": {"given": [{"item": "kit for junkies"}]}}
    answer = client.post("/v1/intakes", json=body, headers=outreach.headers).get_json()

    assert [each["pointer"] for each in answer["language_findings"]] == ["/worker_note", "/safety/given/0/item"]
    assert answer["worker_note"] == "Non-compliant."


def test_name_of_a_place_is_answered_and_kept(client: FlaskClient, outreach: Key) -> None:
    said = {"name": "where the addicts wait", "areas": ["Skid Row"], "latitude": 37.78, "longitude": -122.42}
    place = client.post("/v1/places", json=said, headers=outreach.headers).get_json()
    read = client.get(f"/v1/places/{place['id']}", headers=outreach.headers).get_json()

    assert [(each["pointer"], each["term"]) for each in place["language_findings"]] == [("/name", "addicts")]
    assert read["name"] == said["name"]
    assert "language_findings" not in read
