"""One key over a year: what is answered when the same command comes again, later and later."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.http.kept_answers import forget_old_answers
from service.ledger.models import Entry
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database
ONCE = {"Idempotency-Key": '"k"'}


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A worker's app."""
    return Desk(client, outreach)


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    """A team and a clinic that has an offering."""
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering()
    return built


def forget(house: House, clock: FakeClock) -> None:
    with house.runtime.database.session() as session:
        forget_old_answers(session, clock.now())


def move_once(street: Street, referral: Any, move: str = "accept") -> Any:
    headers = {**street.clinic.headers, **ONCE, "If-Match": f'"{referral["version"]}"'}
    return street.client.post(f"/v1/referrals/{referral['id']}/moves", json={"move": move}, headers=headers)


def revoke(street: Street, consent: Any) -> None:
    street.post(street.team, f"/v1/consents/{consent['id']}/revocations", {})


def test_every_replay_is_on_record(desk: Desk, house: House) -> None:
    person = uuid.UUID(desk.take_in(**ONCE)["person_id"])

    desk.post("/v1/intakes", **ONCE)

    with house.runtime.database.session(reading=True) as session:
        replayed = session.scalars(sa.select(Entry.person_id).where(Entry.action == "answer_replayed")).all()
    assert [person] == list(replayed)


@pytest.mark.parametrize("tidied_up", [False, True])
def test_after_a_day_the_answer_says_where_and_not_a_word_more(
    desk: Desk, house: House, clock: FakeClock, *, tidied_up: bool
) -> None:
    first = desk.post("/v1/intakes", {}, **ONCE)
    clock.move(days=2)
    if tidied_up:
        forget(house, clock)

    again, other = desk.post("/v1/intakes", {}, **ONCE), desk.post("/v1/intakes", {"mode": "phone"}, **ONCE)

    assert (again.status_code, again.get_json()["type"]) == (409, "/problems/already-done")
    assert first.headers["Location"] == again.headers["Location"]
    assert first.get_json()["person_id"] not in again.text
    assert other.status_code == 422


@pytest.mark.parametrize("tidied_up", [False, True])
def test_after_a_month_it_is_only_known_that_it_was_done(
    desk: Desk, house: House, clock: FakeClock, *, tidied_up: bool
) -> None:
    desk.post("/v1/intakes", {}, **ONCE)
    clock.move(days=31)
    if tidied_up:
        forget(house, clock)

    again, other = desk.post("/v1/intakes", {}, **ONCE), desk.post("/v1/intakes", {"mode": "phone"}, **ONCE)

    assert [(each.status_code, each.headers.get("Location")) for each in (again, other)] == [(409, None), (409, None)]


def test_recipient_hears_again_what_they_may_know(street: Street) -> None:
    referral = street.refer()

    first, second = move_once(street, referral), move_once(street, referral)

    assert (201, first.data) == (second.status_code, second.data)


def test_recipient_hears_nothing_again_once_the_consent_is_taken_back(street: Street) -> None:
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0])
    referral = street.refer(intake=intake, consent=consent)
    first = move_once(street, referral)
    revoke(street, consent)

    again = move_once(street, referral)

    assert (first.status_code, again.status_code) == (201, 409)
    assert f"/v1/referrals/{referral['id']}" == again.headers["Location"]
    assert "accepted" not in again.text
    street.read(street.clinic, referral, expect=404)


def test_what_somebody_showed_is_not_shown_again_once_their_referral_is_over(street: Street) -> None:
    referral = street.carry(shows=("name",))
    headers = {**street.clinic.headers, **ONCE}
    body = {"token": referral["hand_off"]["token"]}

    def present() -> Any:
        return street.client.post("/v1/hand-offs/present", json=body, headers=headers)

    first, second = present(), present()
    street.move(street.team, referral, "withdraw", etag="*")
    third = present()

    assert [each.status_code for each in (first, second, third)] == [200, 200, 409]
    assert first.data == second.data
    assert "Ruby" in first.text
    assert "Ruby" not in third.text
