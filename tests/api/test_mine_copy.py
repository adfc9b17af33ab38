"""The copy that a person takes along holds all that the inventory says they can read."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.inventory.reading import read_inventory
from tests.builders.law import an_emergency
from tests.builders.mine import Own
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import House, Key
from tests.stories.player import at

pytestmark = pytest.mark.database

# Where each table that a person can read stands in their copy.
IN_THE_COPY = {
    "person": "/mine/status",
    "intake": "/mine/intakes/0/id",
    "intake_version": "/versions/0/priorities/0/verbatim",
    "choice": "/mine/choices/0/choice",
    "consent": "/mine/consents/0/state",
    "consent_version": "/mine/consents/0/recipients/0/name",
    "disclosure": "/account/told/0/to/name",
    "revocation_notice": "/notices/0/over_since",
    "referral": "/mine/referrals/0/offering",
    "referral_move": "/mine/referrals/0/history/0/move",
    "hand_off": "/mine/referrals/0/would_be_told",
    "emergency_disclosure": "/account/told/0/to/name",
    "ledger_entry": "/account/looked/0/says",
}


@pytest.fixture
def copy(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Any:
    """The copy of somebody who was referred, told about in an emergency, and took something back."""
    street = Street(house, client, outreach, clinic, steward)
    street.open_offering()
    referral = street.refer(note="Likes to meet outside.")
    street.read(clinic, referral)
    team, person = Desk(client, outreach), referral["person_id"]
    words = team.post(f"/v1/people/{person}/return-codes").get_json()["return_code"]
    Own(client, words).post("/revocations", {"consent_id": referral["consent_id"], "field_groups": ["language"]})
    return Own(client, words).read("/export")


def test_the_copy_has_a_place_for_every_table_that_a_person_can_read(copy: Any) -> None:
    held = [each for each in read_inventory().held if each.store == "main" and "person" in each.read_by]
    theirs = {each.place.partition(".")[0] for each in held}

    assert theirs == set(IN_THE_COPY), "Say in IN_THE_COPY where the person finds it, and put it into mine.record.Copy."
    for table, pointer in IN_THE_COPY.items():
        assert at(copy, pointer, None) not in (None, ""), f"{table} is not in the copy, at {pointer}"


def test_the_copy_tells_every_step_with_its_note(copy: Any) -> None:
    [way] = copy["mine"]["referrals"]

    assert way["note"] == "Likes to meet outside."
    assert [step["move"] for step in way["history"]] == ["send"]


def test_whom_an_emergency_told_is_named(house: House, client: FlaskClient, clinic: Key) -> None:
    desk = Desk(client, clinic)
    came = desk.take_in()
    emergency = an_emergency(came["person_id"])
    assert desk.post("/v1/emergency-disclosures", emergency).status_code == 201

    told = Own(client, came["return_code"]).read("/disclosures")["told"]

    assert told[0]["basis"] == "medical_emergency"
    assert emergency["recipient"]["facility"] in told[0]["to"]["name"]
