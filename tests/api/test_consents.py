"""Consents, as an outreach team gives them and a person takes them back."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.consents import actions, gate
from service.consents.models import ConsentVersion, Disclosure
from service.consents.statements import SHORT_STATEMENT
from service.consents.terms import Consented, FieldGroup, Party, Purpose, Recipient, Telling, Told
from service.ledger.models import Entry
from service.outbox.actions import promise_event
from service.outbox.models import Event
from service.outbox.rules import EventType
from service.people.actions import welcome_person
from tests.builders.consents import a_consent_body
from tests.houses import House, Key

pytestmark = pytest.mark.database

P02, P15 = uuid.uuid4(), uuid.uuid4()
PRIORITIES = frozenset({FieldGroup.PRIORITIES})
NAME = frozenset({FieldGroup.NAME})


def ruby(desk: Desk) -> Caller:
    """The person themselves, at their own door."""
    return replace(desk.key.caller, application_id=None, scopes=frozenset(), person_id=desk.person_id)


class Desk:
    """A worker at a screen, with somebody beside them."""

    def __init__(self, house: House, client: FlaskClient, key: Key) -> None:
        self.house, self.client, self.key = house, client, key
        with house.runtime.database.session() as session:
            self.person_id = welcome_person(session, locale="en", by=key.caller, now=house.clock.now())[0]

    def sign(self, *providers: uuid.UUID, **changes: Any) -> Any:
        recipients = [{"provider_id": str(provider)} for provider in providers]
        body = a_consent_body(**{"recipients": recipients, **changes})
        answer = self.client.post(f"/v1/people/{self.person_id}/consents", json=body, headers=self.key.headers)
        assert answer.status_code == 201, answer.get_json()
        return answer.get_json()

    def take_back(self, consent: Any, **body: Any) -> Any:
        path = f"/v1/consents/{consent['id']}/revocations"
        answer = self.client.post(path, json=body, headers=self.key.headers)
        assert answer.status_code == 201, answer.get_json()
        return answer.get_json()

    def tell(self, consent: Any, provider: uuid.UUID, organization: uuid.UUID | None = None) -> frozenset[FieldGroup]:
        with self.house.runtime.database.session() as session:
            return self.tell_in(session, consent, provider, organization).field_groups

    def told(self, consent: Any, provider: uuid.UUID, groups: frozenset[FieldGroup] | None) -> Told:
        with self.house.runtime.database.session() as session:
            return self.tell_in(session, consent, provider, groups=groups)

    def tell_in(
        self,
        session: Session,
        consent: Any,
        provider: uuid.UUID,
        organization: uuid.UUID | None = None,
        groups: frozenset[FieldGroup] | None = PRIORITIES,
    ) -> Told:
        telling = Telling(
            organization_id=self.key.organization_id,
            person_id=self.person_id,
            party=Party(provider_id=provider, organization_id=organization),
            purpose=Purpose.REFERRAL,
            about=("referral", uuid.uuid4()),
        )
        ground = Consented(uuid.UUID(consent["id"]))
        return gate.disclose(session, telling, ground, groups, by=self.key.caller, now=self.house.clock.now())

    def hears(self, consent: Any, provider: uuid.UUID, groups: frozenset[FieldGroup] = PRIORITIES) -> bool:
        try:
            self.told(consent, provider, groups)
        except errors.NotThere:
            return False
        return True

    def promise(self, event: EventType, audience: uuid.UUID) -> None:
        with self.house.runtime.database.session() as session:
            promise_event(
                session,
                event,
                audience=audience,
                record_id=uuid.uuid4(),
                version=1,
                now=self.house.clock.now(),
                person_id=self.person_id,
            )

    def kept(self, statement: sa.Select[Any]) -> list[Any]:
        with self.house.runtime.database.session() as session:
            return list(session.scalars(statement))


@pytest.fixture
def desk(house: House, client: FlaskClient, outreach: Key) -> Desk:
    return Desk(house, client, outreach)


def test_a_signed_consent_has_effect_at_once(desk: Desk) -> None:
    consent = desk.sign(P02)

    assert consent["state"] == "active"
    assert consent["effective"] is True
    assert consent["missing"] == []
    assert consent["discloser"] == "A outreach team"
    assert consent["scope"] == ["language", "name", "priorities"]
    assert len(consent["statements"]) == 4


def test_an_empty_body_is_a_draft_without_effect(desk: Desk) -> None:
    answer = desk.client.post(f"/v1/people/{desk.person_id}/consents", json={}, headers=desk.key.headers)

    assert answer.status_code == 201
    assert answer.get_json()["state"] == "draft"
    assert answer.get_json()["effective"] is False
    assert answer.get_json()["missing"] == ["subject_name", "scope", "recipients", "purpose", "expires", "signature"]


def test_a_witnessed_word_allows_nothing_to_be_told(desk: Desk) -> None:
    consent = desk.sign(P02, signature={"method": "verbal_witnessed", "witness": "w-7"})

    assert consent["missing"] == ["signature"]
    assert not desk.hears(consent, P02)


def test_who_is_named_hears_and_nobody_else(desk: Desk) -> None:
    consent = desk.sign(P02)

    assert desk.tell(consent, P02) == PRIORITIES
    assert not desk.hears(consent, P15)


def test_everything_told_is_on_record_with_its_notice(desk: Desk) -> None:
    consent = desk.sign(P02)
    desk.tell(consent, P02)
    [disclosure] = desk.kept(sa.select(Disclosure))
    [entry] = desk.kept(sa.select(Entry).where(Entry.action == "disclosed"))

    assert disclosure.recipient_provider_id == P02
    assert disclosure.field_groups == ["priorities"]
    assert str(disclosure.consent_id) == consent["id"]
    assert disclosure.consent_version == 1
    assert entry.consent_id == disclosure.consent_id
    assert "prohibits" in SHORT_STATEMENT


def test_what_was_refused_leaves_no_disclosure(desk: Desk) -> None:
    consent = desk.sign(P02)
    desk.hears(consent, P15)

    assert desk.kept(sa.select(Disclosure)) == []


def test_one_recipient_is_cut_off_and_the_other_is_not(desk: Desk) -> None:
    consent = desk.sign(P02, P15)
    after = desk.take_back(consent, recipient={"provider_id": str(P15)})

    assert after["state"] == "narrowed"
    assert after["version"] == 2
    assert [each["provider_id"] for each in after["recipients"]] == [str(P02)]
    assert desk.hears(consent, P02)
    assert not desk.hears(consent, P15)


def test_history_is_kept_when_one_recipient_leaves(desk: Desk) -> None:
    consent = desk.sign(P02, P15)
    desk.take_back(consent, recipient={"provider_id": str(P15)})
    versions = desk.kept(sa.select(ConsentVersion).order_by(ConsentVersion.version))

    assert [version.version for version in versions] == [1, 2]
    assert len(versions[0].terms["recipients"]) == 2


def test_everything_can_be_taken_back_without_a_reason(desk: Desk) -> None:
    consent = desk.sign(P02, P15)
    after = desk.take_back(consent)

    assert after["state"] == "revoked"
    assert after["effective"] is False
    assert not desk.hears(consent, P02)
    assert not desk.hears(consent, P15)


def test_the_last_recipient_takes_the_consent_along(desk: Desk) -> None:
    consent = desk.sign(P02)

    assert desk.take_back(consent, recipient={"provider_id": str(P02)})["state"] == "revoked"


def test_a_field_group_is_taken_back_from_one_and_the_other_keeps_it(desk: Desk) -> None:
    consent = desk.sign(P02, P15)
    after = desk.take_back(consent, recipient={"provider_id": str(P15)}, field_groups=["priorities"])

    assert (after["state"], after["version"]) == ("narrowed", 2)
    assert [each["withheld"] for each in after["recipients"]] == [[], ["priorities"]]
    assert after["scope"] == ["language", "name", "priorities"]
    assert desk.hears(consent, P02)
    assert not desk.hears(consent, P15)
    assert desk.hears(consent, P15, NAME)


def test_who_is_told_less_cannot_see_that_there_is_more(desk: Desk) -> None:
    consent = desk.sign(P15)
    desk.take_back(consent, field_groups=["priorities"], recipient={"provider_id": str(P15)})
    told = desk.told(consent, P15, None)

    assert told.field_groups == {FieldGroup.NAME, FieldGroup.LANGUAGE}
    assert told.scope is not None
    assert told.scope.field_groups == (FieldGroup.LANGUAGE, FieldGroup.NAME)


def test_a_field_group_is_taken_back_from_everybody(desk: Desk) -> None:
    consent = desk.sign(P02, P15)
    after = desk.take_back(consent, field_groups=["priorities"])

    assert after["scope"] == ["language", "name"]
    assert not desk.hears(consent, P02)
    assert desk.hears(consent, P02, NAME)


def test_whoever_loses_the_last_group_leaves_and_the_last_of_all_takes_the_consent_along(desk: Desk) -> None:
    consent = desk.sign(P02, P15)
    every = ["language", "name", "priorities"]
    once = desk.take_back(consent, recipient={"provider_id": str(P15)}, field_groups=every)
    twice = desk.take_back(consent, field_groups=every)

    assert [each["provider_id"] for each in once["recipients"]] == [str(P02)]
    assert twice["state"] == "revoked"


def test_to_take_back_what_was_never_named_makes_no_version(desk: Desk) -> None:
    consent = desk.sign(P02)

    assert desk.take_back(consent, field_groups=["safety"]) == consent
    assert desk.take_back(consent, field_groups=[]) == consent


def test_everything_a_person_ever_allowed_is_taken_back_at_once(desk: Desk) -> None:
    consents = [desk.sign(P02), desk.sign(P15)]
    path = f"/v1/people/{desk.person_id}/revocations"
    taken = desk.client.post(path, headers=desk.key.headers)
    again = desk.client.post(path, headers=desk.key.headers)

    assert taken.status_code == 201
    assert {each["id"] for each in taken.get_json()["revoked"]} == {each["id"] for each in consents}
    assert again.get_json()["revoked"] == []
    assert not desk.hears(consents[0], P02)
    assert not desk.hears(consents[1], P15)


def test_a_person_takes_back_what_is_theirs_by_their_own_hand_and_nothing_else(desk: Desk) -> None:
    consent, other = desk.sign(P02, P15), Desk(desk.house, desk.client, desk.key)
    theirs, stranger = ruby(desk), ruby(other)
    runtime, now = desk.house.runtime, desk.house.clock.now()
    with pytest.raises(errors.NotThere), runtime.database.session() as session:
        actions.revoke_consent(session, uuid.UUID(consent["id"]), by=stranger, now=now)
    with pytest.raises(errors.NotThere), runtime.database.session() as session:
        actions.revoke_all(session, desk.person_id, by=stranger, now=now)
    with runtime.database.session() as session:
        actions.revoke_consent(session, uuid.UUID(consent["id"]), Recipient(provider_id=P15), by=theirs, now=now)
    with runtime.database.session() as session:
        [after] = actions.revoke_all(session, desk.person_id, by=theirs, now=now)

    assert after.state == "revoked"
    assert [entry.hand for entry in desk.kept(sa.select(Entry).where(Entry.action == "consent_revoked"))] == [
        "person",
        "person",
    ]


def test_taking_back_twice_is_as_good_as_once(desk: Desk) -> None:
    consent = desk.sign(P02)
    once = desk.take_back(consent)

    assert desk.take_back(consent) == once


def test_who_was_never_named_cannot_be_taken_off(desk: Desk) -> None:
    consent = desk.sign(P02)
    answer = desk.client.post(
        f"/v1/consents/{consent['id']}/revocations",
        json={"recipient": {"provider_id": str(P15)}},
        headers=desk.key.headers,
    )

    assert answer.status_code == 409
    assert answer.get_json()["type"].endswith("recipient-not-named")


def test_who_was_told_something_learns_that_it_is_over_and_what_waited_is_cancelled(desk: Desk, clinic: Key) -> None:
    consent = desk.sign(P02, P15)
    desk.tell(consent, P02, clinic.organization_id)
    desk.promise(EventType.REFERRAL_SENT, clinic.organization_id)
    desk.take_back(consent)
    events = desk.kept(sa.select(Event).where(Event.audience_id == clinic.organization_id).order_by(Event.at, Event.id))

    assert [(event.type, event.cancelled_at is None) for event in events] == [
        (EventType.REFERRAL_SENT, False),
        (EventType.CONSENT_REVOKED, True),
    ]
    assert events[1].about_person_id is None


def test_who_was_told_on_a_replaced_consent_learns_that_it_is_over_too(desk: Desk, clinic: Key) -> None:
    old = desk.sign(P02)
    desk.tell(old, P02, clinic.organization_id)
    desk.take_back(desk.sign(P02, replaces=old["id"]))
    events = desk.kept(sa.select(Event).where(Event.audience_id == clinic.organization_id))

    assert [event.type for event in events] == [EventType.CONSENT_REVOKED]


def test_who_never_heard_of_the_person_does_not_hear_that_it_is_over(desk: Desk, clinic: Key) -> None:
    desk.take_back(desk.sign(P02, recipients=[{"organization_id": str(clinic.organization_id)}]))

    assert desk.kept(sa.select(Event).where(Event.audience_id == clinic.organization_id)) == []


def test_a_revocation_waits_for_what_is_just_being_told_and_nothing_is_told_after_it(desk: Desk) -> None:
    consent = desk.sign(P02)
    with desk.house.runtime.database.session() as session:
        desk.tell_in(session, consent, P02)
        revoking = threading.Thread(target=desk.take_back, args=(consent,))
        revoking.start()
        revoking.join(0.3)
        waited = revoking.is_alive()
    revoking.join(10)

    assert waited
    assert not desk.hears(consent, P02)
    assert [told.consent_version for told in desk.kept(sa.select(Disclosure))] == [1]


def test_it_runs_out_at_its_hour(desk: Desk) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    consent = desk.sign(P02, expires={"at": soon})
    desk.house.clock.move(days=2)
    read = desk.client.get(f"/v1/consents/{consent['id']}", headers=desk.key.headers).get_json()

    assert read["state"] == "expired"
    assert not desk.hears(consent, P02)


def test_a_new_consent_replaces_an_old_one(desk: Desk) -> None:
    old = desk.sign(P02)
    new = desk.sign(P15, replaces=old["id"])
    read = desk.client.get(f"/v1/consents/{old['id']}", headers=desk.key.headers).get_json()

    assert read["state"] == "superseded"
    assert read["superseded_by"] == new["id"]
    assert not desk.hears(old, P02)
    assert desk.hears(old, P15)


def test_a_draft_replaces_nothing_that_has_effect(desk: Desk) -> None:
    old = desk.sign(P02)
    desk.sign(P15, replaces=old["id"], signature={"method": "verbal_witnessed"})

    assert desk.hears(old, P02)


def test_what_was_replaced_says_which_one_to_take_back(desk: Desk) -> None:
    old = desk.sign(P02)
    desk.sign(P02, replaces=old["id"])
    answer = desk.client.post(f"/v1/consents/{old['id']}/revocations", json={}, headers=desk.key.headers)

    assert answer.status_code == 409
    assert "superseded_by" in answer.get_json()["detail"]


def test_a_persons_consents_are_listed_newest_first(desk: Desk) -> None:
    first, second = desk.sign(P02), desk.sign(P15)
    path = f"/v1/people/{desk.person_id}/consents"
    page = desk.client.get(f"{path}?limit=1", headers=desk.key.headers).get_json()
    rest = desk.client.get(f"{path}?limit=1&cursor={page['next']}", headers=desk.key.headers).get_json()

    assert [each["id"] for each in page["items"] + rest["items"]] == [second["id"], first["id"]]
    assert rest["next"] is None


def test_a_name_is_kept_byte_for_byte_and_under_the_persons_key(desk: Desk) -> None:
    name = "  Ru\u0301by  "
    consent = desk.sign(P02, subject_name={"text": name})
    [kept] = desk.kept(sa.select(ConsentVersion))

    assert consent["subject_name"] == {"text": name, "basis": "name_used"}
    assert name.encode() not in kept.paper
    assert "Ru" not in str(kept.terms)


def test_another_organization_finds_nothing(desk: Desk, coordinator: Key) -> None:
    consent = desk.sign(P02)
    paths = [f"/v1/consents/{consent['id']}", f"/v1/consents/{uuid.uuid4()}", f"/v1/people/{desk.person_id}/consents"]
    answers = [desk.client.get(path, headers=coordinator.headers) for path in paths]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.get_json()["detail"] for answer in answers}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"recipients": [{}]},
        {"recipients": [{"provider_id": str(P02), "organization_id": str(P15)}]},
        {"recipients": "everybody"},
        {"scope": ["everything"]},
        {"purpose": "curiosity"},
        {"expires": {"at": "tomorrow"}},
        {"signature": {"method": "nod"}},
        {"subject_name": {"text": "\x00"}},
        {"color": "blue"},
    ],
)
def test_what_cannot_be_read_is_refused_clearly(desk: Desk, changes: dict[str, Any]) -> None:
    body = a_consent_body(**changes)
    answer = desk.client.post(f"/v1/people/{desk.person_id}/consents", json=body, headers=desk.key.headers)

    assert answer.status_code == 422
    assert answer.get_json()["errors"]
