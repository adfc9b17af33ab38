"""Being forgotten: at once, everywhere, for good."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.consents.models import ConsentRecord, ConsentVersion, Disclosure
from service.erasure.actions import finish_erasures
from service.http.kept_answers import forget_old_answers
from service.intakes.models import ChoiceRecord, IntakeRecord, IntakeVersion
from service.ledger.models import Entry
from service.outbox.models import Event
from service.outbox.rules import EventType
from service.people.models import PersonRecord, Tombstone
from service.referrals.models import HandOff, MoveRecord, ReferralRecord
from service.vault.models import Erased, PersonKey
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database


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


def erase(desk: Desk, person_id: Any, **headers: str) -> Any:
    return desk.post(f"/v1/people/{person_id}/erasures", **headers)


def count(house: House, record: Any, *where: Any) -> int:
    with house.runtime.database.session(reading=True) as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(record).where(*where)).scalar_one())


def has_key(house: House, person_id: Any) -> bool:
    with house.runtime.vault.opened(reading=True) as store:
        return store.get(PersonKey, uuid.UUID(str(person_id))) is not None


def forget_answers(house: House, clock: FakeClock) -> None:
    with house.runtime.database.session() as session:
        forget_old_answers(session, clock.now())


def said(answer: Any) -> tuple[int, Any]:
    """Status and body, apart from the request id."""
    return answer.status_code, {**answer.get_json(), "instance": ""}


def test_whoever_is_erased_is_told_so_and_told_what_stays(desk: Desk) -> None:
    person = desk.take_in()["person_id"]

    answer = desk.post(f"/v1/people/{person}/erasures", **{"Accept-Language": "es"})

    assert answer.status_code == 201
    assert set(answer.get_json()) == {"erased_at", "what_stays"}
    assert "borrado" in answer.get_json()["what_stays"][0]


def test_nothing_that_stood_about_somebody_stands_any_more(street: Street, house: House) -> None:
    referral = street.refer()
    street.carry(street.open_offering("Other Door"), intake=None)
    (person,) = street.kept(sa.select(ReferralRecord.person_id).where(ReferralRecord.id == uuid.UUID(referral["id"])))

    assert erase(Desk(street.client, street.team), person).status_code == 201

    for record in (PersonRecord, IntakeRecord, ConsentRecord, ChoiceRecord, ReferralRecord):
        mine = record.id == person if record is PersonRecord else record.person_id == person
        assert count(house, record, mine) == 0, record
    for child, parent in ((IntakeVersion, IntakeRecord), (ConsentVersion, ConsentRecord)):
        assert count(house, child) == count(house, parent)
    assert count(house, MoveRecord, MoveRecord.referral_id == uuid.UUID(referral["id"])) == 0
    assert count(house, HandOff) == 1, "the other person's hand-off stays"
    assert not has_key(house, person)
    assert count(house, Tombstone, Tombstone.person_id == person, Tombstone.key_destroyed_at.is_not(None)) == 1


def test_what_was_told_and_done_stays_on_record(street: Street, house: House) -> None:
    referral = street.refer()
    street.read(street.clinic, referral)
    (person,) = street.kept(sa.select(ReferralRecord.person_id))
    told = count(house, Disclosure, Disclosure.person_id == person)
    entries = count(house, Entry, Entry.person_id == person)

    erase(Desk(street.client, street.team), person)

    assert count(house, Disclosure, Disclosure.person_id == person) == told + 1, "and that it is over was told, too"
    assert count(house, Entry, Entry.person_id == person) > entries
    assert count(house, Entry, Entry.action == "person_erased", Entry.person_id == person) == 1


def test_every_address_of_an_erased_person_answers_as_if_they_had_never_been(street: Street) -> None:
    desk = Desk(street.client, street.team)
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0])
    referral = street.refer(intake=intake, consent=consent)
    erase(desk, intake.person_id)

    addresses = {
        f"/v1/intakes/{intake.id}": f"/v1/intakes/{uuid.uuid4()}",
        f"/v1/intakes/{intake.id}/choices": f"/v1/intakes/{uuid.uuid4()}/choices",
        f"/v1/intakes/{intake.id}/matches": f"/v1/intakes/{uuid.uuid4()}/matches",
        f"/v1/consents/{consent['id']}": f"/v1/consents/{uuid.uuid4()}",
        f"/v1/people/{intake.person_id}/consents": f"/v1/people/{uuid.uuid4()}/consents",
        f"/v1/referrals/{referral['id']}": f"/v1/referrals/{uuid.uuid4()}",
    }

    assert [said(desk.get(absent)) for absent in addresses.values()] == [said(desk.get(gone)) for gone in addresses]
    assert said(erase(desk, intake.person_id)) == said(erase(desk, uuid.uuid4()))
    assert said(desk.get(f"/v1/referrals/{referral['id']}"))[0] == 404
    assert street.read(street.clinic, referral, expect=404)


def test_return_code_of_an_erased_person_is_nobodys(desk: Desk) -> None:
    taken_in = desk.take_in()
    erase(desk, taken_in["person_id"])

    erased = desk.post("/v1/people/find-by-code", {"return_code": taken_in["return_code"]})
    unknown = desk.post("/v1/people/find-by-code", {"return_code": "anchor-ribbon-lemon-tablet-violin-meadow"})

    assert said(erased) == said(unknown)
    assert desk.take_in({"return_code": taken_in["return_code"]})["person_id"] != taken_in["person_id"]


def test_reserved_code_brings_nobody_back_while_its_key_is_still_there(desk: Desk, house: House) -> None:
    code = desk.post("/v1/return-codes", {"count": 1}).get_json()["return_codes"][0]
    person = desk.take_in({"return_code": code})["person_id"]
    with house.runtime.vault.opened(reading=True) as store:
        row = store.get_one(PersonKey, uuid.UUID(person))
    erase(desk, person)
    with house.runtime.vault.opened() as store:
        store.add(PersonKey(**{column.name: getattr(row, column.name) for column in PersonKey.__table__.columns}))

    assert desk.post("/v1/people/find-by-code", {"return_code": code}).status_code == 404
    assert desk.take_in({"return_code": code})["person_id"] != person


def test_places_are_given_back_and_the_recipient_learns_that_it_is_over(street: Street, house: House) -> None:
    referral = street.refer()
    street.move(street.clinic, referral, "accept")
    (person,) = street.kept(sa.select(ReferralRecord.person_id))

    erase(Desk(street.client, street.team), person)

    assert street.slots_of(street.offerings[0]) == 3
    waiting = street.kept(
        sa.select(Event).where(Event.cancelled_at.is_(None), Event.record_id == uuid.UUID(referral["id"]))
    )
    assert [(each.type, each.audience_id, each.about_person_id) for each in waiting] == [
        (EventType.REFERRAL_WITHDRAWN, street.clinic.organization_id, None)
    ]
    assert count(house, Event, Event.about_person_id == person, Event.cancelled_at.is_(None)) == 0


def test_whoever_was_never_told_is_not_told_now_either(street: Street, house: House) -> None:
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0])
    referral = street.refer(intake=intake, consent=consent)
    street.post(street.team, f"/v1/consents/{consent['id']}/revocations", {})

    erase(Desk(street.client, street.team), intake.person_id)

    assert count(house, Event, Event.type == EventType.REFERRAL_WITHDRAWN) == 0
    assert referral["state"] == "sent"


def test_another_organizations_person_is_not_there_to_be_erased(desk: Desk, client: FlaskClient, clinic: Key) -> None:
    person = desk.take_in()["person_id"]

    assert said(erase(Desk(client, clinic), person)) == said(erase(Desk(client, clinic), uuid.uuid4()))
    assert desk.get(f"/v1/people/{person}/consents").status_code == 200


def test_answer_that_was_kept_is_gone_at_every_age(desk: Desk, house: House, clock: FakeClock) -> None:
    once = {"Idempotency-Key": "k"}
    first = desk.post("/v1/intakes", {}, **once).get_json()
    erase(desk, first["person_id"])

    answers = []
    for days in (0, 2, 40):
        clock.move(days=days)
        forget_answers(house, clock)
        answers.append(desk.post("/v1/intakes", {}, **once))

    assert {410} == {answer.status_code for answer in answers}
    assert {"/problems/gone"} == {answer.get_json()["type"] for answer in answers}
    assert first["person_id"] not in "".join(answer.text for answer in answers)


def test_key_that_was_forgotten_but_for_its_hash_brings_nobody_back(desk: Desk, house: House, clock: FakeClock) -> None:
    once = {"Idempotency-Key": "k"}
    first = desk.post("/v1/intakes", {}, **once).get_json()
    clock.move(days=40)
    forget_answers(house, clock)

    before = desk.post("/v1/intakes", {}, **once).status_code
    erase(desk, first["person_id"])

    assert (before, desk.post("/v1/intakes", {}, **once).status_code) == (409, 410)


def test_erasing_can_be_sent_again_like_every_command(desk: Desk) -> None:
    person = desk.take_in()["person_id"]

    first, second = (erase(desk, person, **{"Idempotency-Key": "e"}) for _ in range(2))

    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert erase(desk, person).status_code == 404


def test_key_store_that_is_away_is_cleaned_as_soon_as_it_is_back(desk: Desk, house: House, clock: FakeClock) -> None:
    person = desk.take_in()["person_id"]
    holder = house.runtime.vault.store.engine.connect()
    holder.exec_driver_sql("SELECT 1")

    def answer_while_away() -> Any:
        try:
            return erase(desk, person)
        finally:
            holder.rollback()
            holder.close()

    answer = answer_while_away()
    unfinished = count(house, Tombstone, Tombstone.key_destroyed_at.is_(None))
    left = has_key(house, person)
    finish_erasures(house.runtime.database, house.runtime.vault, now=clock.now())

    assert (answer.status_code, unfinished, left) == (201, 1, True)
    assert desk.get(f"/v1/people/{person}/consents").status_code == 404
    assert count(house, Tombstone, Tombstone.key_destroyed_at.is_(None)) == 0
    assert not has_key(house, person)


def test_both_stores_know_who_was_erased(desk: Desk, house: House) -> None:
    person = desk.take_in()["person_id"]

    erase(desk, person)

    with house.runtime.vault.opened(reading=True) as store:
        assert store.get(Erased, uuid.UUID(person)) is not None
