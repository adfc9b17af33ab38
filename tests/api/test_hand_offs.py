"""Hand-offs: people who carry their own referral, and show what they want to show."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.consents.models import Disclosure
from service.consents.terms import Basis
from service.outbox.models import Event
from service.referrals.models import HandOff
from tests.builders.referrals import WORDS, Street
from tests.houses import House, Key

pytestmark = pytest.mark.database

MINUTES = itertools.count(1)


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    # Wrong guesses are capped for everybody together, each second: every test has a minute of its own.
    house.clock.move(minutes=next(MINUTES))
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering()
    return built


def present(street: Street, referral: Any, *, key: Key | None = None, expect: int = 200, **body: Any) -> Any:
    """Show the token at a desk."""
    body = {"token": referral["hand_off"]["token"], **body}
    return street.post(key or street.clinic, "/v1/hand-offs/present", body, expect=expect)


def test_a_hand_off_needs_no_name_and_no_consent(street: Street) -> None:
    carried = street.carry(intake=street.take_in(name_to_use=None))

    assert carried["state"] == "carried"
    assert len(carried["hand_off"]["token"]) == 22
    assert carried["consent_id"] is None


def test_a_token_is_shown_once_and_kept_as_a_keyed_hash(street: Street) -> None:
    carried = street.carry()
    [kept] = street.kept(sa.select(HandOff))

    assert street.read(street.team, carried)["hand_off"]["token"] is None
    assert carried["hand_off"]["token"].encode() not in kept.token_hash


def test_the_provider_learns_nothing_before_it_is_shown(street: Street) -> None:
    carried = street.carry(shows=("name", "priorities"))

    street.read(street.clinic, carried, expect=404)
    street.move(street.clinic, carried, "accept", expect=404)
    assert street.client.get("/v1/referrals", headers=street.clinic.headers).get_json()["items"] == []
    assert street.kept(sa.select(Event).where(Event.audience_id == street.clinic.organization_id)) == []
    assert street.kept(sa.select(Disclosure)) == []


def test_it_shows_what_the_person_chose_and_nothing_else(street: Street) -> None:
    shown = present(street, street.carry(shows=("priorities",)))

    assert shown["state"] == "presented"
    assert shown["side"] == "provider"
    assert set(shown["shared"]) == {"priorities"}
    assert shown["shared"]["priorities"]["priorities"][0]["verbatim"] == WORDS
    assert "Ruby" not in str(shown)
    assert "accept" in shown["allowed_moves"]
    assert shown["redisclosure_notice"]["text"]


def test_nothing_chosen_shows_nothing(street: Street) -> None:
    assert present(street, street.carry())["shared"] == {}


def test_at_the_desk_the_person_can_show_less_but_not_more(street: Street) -> None:
    shown = present(street, street.carry(shows=("name", "priorities")), shows=["name", "substances"])

    assert set(shown["shared"]) == {"name"}


def test_what_was_shown_is_on_record_as_carried_by_the_person(street: Street) -> None:
    present(street, street.carry(shows=("priorities",)))
    [told] = street.kept(sa.select(Disclosure))

    assert told.basis == Basis.SELF_CARRIED
    assert told.field_groups == ["priorities"]
    assert told.consent_id is None


def test_it_opens_once(street: Street) -> None:
    carried = street.carry()
    present(street, carried)

    present(street, carried, expect=404)


def test_it_opens_for_nobody_else(street: Street, make_key: Any) -> None:
    carried = street.carry()
    present(street, carried, key=make_key(), expect=404)

    assert present(street, carried)["state"] == "presented"


def test_it_runs_out(street: Street) -> None:
    carried = street.carry()
    street.house.clock.move(days=15)

    present(street, carried, expect=404)


def test_who_thinks_again_takes_it_back(street: Street) -> None:
    carried = street.carry()
    street.move(street.team, carried, "withdraw")

    present(street, carried, expect=404)


def test_every_wrong_token_looks_the_same(street: Street) -> None:
    carried = street.carry()
    present(street, carried)
    used = present(street, carried, expect=404)
    unknown = present(street, {"hand_off": {"token": "A" * 22}}, expect=404)

    assert {**used, "instance": ""} == {**unknown, "instance": ""}
    assert used["type"] == "/problems/no-such-hand-off"


def test_guessing_is_stopped_after_a_few_tries(street: Street) -> None:
    path, headers = "/v1/hand-offs/present", street.clinic.headers
    answers = [street.client.post(path, json={"token": f"{n:022}"}, headers=headers) for n in range(6)]

    assert [answer.status_code for answer in answers] == [404] * 5 + [429]
    assert "Retry-After" in answers[-1].headers


def test_afterwards_it_goes_on_like_any_referral(street: Street) -> None:
    shown = present(street, street.carry(shows=("priorities",)))
    accepted = street.move(street.clinic, shown, "accept")
    met = street.move(street.clinic, accepted, "first_meeting")
    read = street.read(street.clinic, met)

    assert read["state"] == "met"
    assert set(read["shared"]) == {"priorities"}
    assert street.slots_of(street.offerings[0]) == 2


def test_the_team_hears_that_the_person_arrived(street: Street) -> None:
    carried = street.carry()
    present(street, carried)
    told = street.kept(sa.select(Event).where(Event.record_id == uuid.UUID(carried["id"])))

    assert {event.type.value for event in told} == {"referral.received"}
    assert street.team.organization_id in {event.audience_id for event in told}


def test_somebody_may_tell_their_team_that_they_met_without_showing_anything(street: Street) -> None:
    met = street.move(street.team, street.carry(), "first_meeting")

    assert met["state"] == "met"
    assert street.kept(sa.select(Disclosure)) == []


def test_the_two_routes_do_not_mix(street: Street) -> None:
    intake, offering = street.take_in(), street.offerings[0]
    body = street.referral_body(intake, offering, street.sign(intake, offering))

    street.post(street.team, "/v1/referrals", {**body, "route": "self_carried"}, expect=422)
    street.post(street.team, "/v1/referrals", {**body, "shows": ["name"]}, expect=422)
    without = {name: value for name, value in body.items() if name != "consent_id"}
    problem = street.post(street.team, "/v1/referrals", without, expect=422)
    assert problem["errors"][0]["pointer"] == "/consent_id"
