"""Who was told what: complete, newest first, and that somebody looked is on record too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.access.rules import Role
from service.consents.models import Disclosure
from service.ledger.models import Entry
from tests.builders.referrals import Street
from tests.houses import House, Key, make_key

pytestmark = pytest.mark.database


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering("Corner Room")
    return built


def account(street: Street, person_id: Any, key: Key | None = None, asked: str = "?limit=100") -> Any:
    path = f"/v1/people/{person_id}/disclosures{asked}"
    answer = street.client.get(path, headers=(key or street.team).headers)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_everything_that_was_told_is_accounted_for_newest_first(street: Street) -> None:
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0])
    street.read(street.clinic, street.refer(intake=intake, consent=consent))
    items = account(street, intake.person_id)["items"]
    kept = street.kept(sa.select(Disclosure).order_by(Disclosure.at.desc(), Disclosure.id.desc()))

    assert [item["id"] for item in items] == [str(told.id) for told in kept]
    assert [item["field_groups"] for item in items] == [["language", "name", "priorities"], []]
    assert items[0]["provider_name"] == "Corner Room Inc"
    assert items[0]["organization_name"] == "A clinic team"
    assert (items[0]["basis"], items[0]["purpose"]) == ("consent", "referral")
    assert (items[0]["consent_id"], items[0]["consent_version"]) == (consent["id"], 1)


def test_what_was_told_stays_listed_when_the_consent_is_over(street: Street) -> None:
    intake = street.take_in()
    street.read(street.clinic, street.refer(intake=intake))
    before = account(street, intake.person_id)["items"]
    street.post(street.team, f"/v1/people/{intake.person_id}/revocations", {})

    assert account(street, intake.person_id)["items"] == before


def test_each_line_names_its_entry_in_the_ledger(street: Street) -> None:
    intake = street.take_in()
    street.read(street.clinic, street.refer(intake=intake))
    entries = {str(entry.id) for entry in street.kept(sa.select(Entry))}

    assert {item["entry_id"] for item in account(street, intake.person_id)["items"]} <= entries


def test_an_accounting_comes_in_pages_and_from_an_instant_on(street: Street) -> None:
    intake = street.take_in()
    referral = street.refer(intake=intake)
    street.house.clock.move(days=400)
    since = (street.house.clock.now() - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    street.sign(intake, street.offerings[0])
    street.read(street.clinic, referral)
    first = account(street, intake.person_id, asked="?limit=1")
    rest = account(street, intake.person_id, asked=f"?limit=1&cursor={first['next']}")

    assert len({item["id"] for item in first["items"] + rest["items"]}) == 2
    assert rest["next"] is None
    assert len(account(street, intake.person_id, asked=f"?since={since}")["items"]) == 1


def test_that_somebody_looked_is_on_record(street: Street) -> None:
    intake = street.take_in()
    account(street, intake.person_id)
    [entry] = street.kept(sa.select(Entry).where(Entry.action == "disclosures_read"))

    assert entry.person_id == intake.person_id


def test_an_auditor_of_the_same_organization_reads_it_and_another_one_does_not(street: Street, auditor: Key) -> None:
    intake = street.take_in()
    street.refer(intake=intake)
    own = make_key(street.house, Role.AUDITOR, organization_id=street.team.organization_id)
    path = f"/v1/people/{intake.person_id}/disclosures"

    assert len(account(street, intake.person_id, own)["items"]) == 1
    assert street.client.get(path, headers=auditor.headers).status_code == 404
    assert street.client.get(path, headers=street.clinic.headers).status_code == 404
