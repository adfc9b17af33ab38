"""Whoever was told something hears that it is over, says so, and hears not a word more; events stop at once."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.consents import delivering
from service.consents.models import Disclosure, RevocationNotice
from service.consents.notices import unacknowledged_notices
from service.outbox.models import Event
from service.outbox.rules import EventType
from tests.builders.referrals import Street
from tests.houses import House, Key

pytestmark = pytest.mark.database


class Square(Street):
    """A street on which people take things back."""

    def take_back(self, consent: Any, **body: Any) -> Any:
        return self.post(self.team, f"/v1/consents/{consent['id']}/revocations", body)

    def notices(self, key: Key | None = None, path: str = "/v1/revocation-notices") -> Any:
        answer = self.client.get(path, headers=(key or self.clinic).headers)
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()["items"]

    def delivered(self, key: Key) -> list[EventType]:
        """Deliver whatever may be told now, as a courier does: ask, tell, write down, in one unit of work."""
        now = self.house.clock.now()
        with self.house.runtime.database.session() as session:
            events = delivering.next_deliveries(session, key.organization_id, now=now, count=100)
            delivering.mark_delivered(session, [event.id for event in events], now=now)
        return [event.type for event in events]


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Square:
    built = Square(house, client, outreach, clinic, steward)
    built.open_offering("Corner Room")
    return built


def told_somebody(street: Square, **changes: Any) -> tuple[Any, Any, Any]:
    """Somebody is on the way to Corner Room, which read what they shared."""
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0], **changes)
    referral = street.refer(intake=intake, consent=consent)
    street.read(street.clinic, referral)
    return intake, consent, referral


def test_who_was_told_gets_a_notice_without_a_word_about_the_person(street: Square) -> None:
    intake, consent, referral = told_somebody(street)
    street.take_back(consent)
    [notice] = street.notices()
    [event] = street.kept(
        sa.select(Event).where(
            Event.audience_id == street.clinic.organization_id, Event.type == EventType.CONSENT_REVOKED
        )
    )

    assert set(notice) == {"id", "made_at", "extent", "referral_ids", "acknowledged_at"}
    assert (notice["extent"], notice["referral_ids"]) == ("everything", [referral["id"]])
    assert str(intake.person_id) not in str(notice)
    assert (str(event.record_id), event.about_person_id) == (notice["id"], None)


def test_a_notice_is_acknowledged_once_and_leaves_the_worklist(street: Square) -> None:
    intake, consent, _ = told_somebody(street)
    street.take_back(consent)
    [notice] = street.notices()
    path = f"/v1/revocation-notices/{notice['id']}/acknowledgements"
    first = street.post(street.clinic, path, {})
    street.house.clock.move(days=1)
    second = street.post(street.clinic, path, {})
    [seen] = street.notices(street.team, f"/v1/people/{intake.person_id}/revocation-notices")

    assert first["acknowledged_at"] is not None
    assert second == first
    assert street.notices() == []
    assert seen["acknowledged_at"] == first["acknowledged_at"]
    assert seen["organization_id"] == str(street.clinic.organization_id)


def test_the_person_sees_who_has_not_said_that_they_heard_it(street: Square) -> None:
    intake, consent, _ = told_somebody(street)
    street.take_back(consent)
    with street.house.runtime.database.session() as session:
        [before] = unacknowledged_notices(session, street.team.organization_id, intake.person_id)
    street.post(street.clinic, f"/v1/revocation-notices/{before.id}/acknowledgements", {})
    with street.house.runtime.database.session() as session:
        after = unacknowledged_notices(session, street.team.organization_id, intake.person_id)

    assert before.organization_id == street.clinic.organization_id
    assert after == []


def test_only_whose_notice_it_is_can_acknowledge(street: Square, coordinator: Key) -> None:
    _, consent, _ = told_somebody(street)
    street.take_back(consent)
    path = f"/v1/revocation-notices/{street.notices()[0]['id']}/acknowledgements"

    street.post(coordinator, path, {}, expect=404)
    street.post(street.team, path, {}, expect=404)
    assert street.notices(coordinator) == []


def test_the_team_writes_down_that_somebody_without_an_organization_here_heard_it(street: Square) -> None:
    away = street.open_offering("Far Door", here=False)
    intake = street.take_in()
    consent = street.sign(intake, away)
    street.refer(away, intake=intake, consent=consent)
    street.take_back(consent)
    path = f"/v1/people/{intake.person_id}/revocation-notices"
    [notice] = street.notices(street.team, path)
    written = street.post(street.team, f"{path}/{notice['id']}/acknowledgements", {})

    assert notice["organization_id"] is None
    assert written["acknowledged_at"] is not None


def test_the_team_does_not_acknowledge_for_somebody_who_is_here(street: Square) -> None:
    intake, consent, _ = told_somebody(street)
    street.take_back(consent)
    path = f"/v1/people/{intake.person_id}/revocation-notices"
    [notice] = street.notices(street.team, path)

    street.post(street.team, f"{path}/{notice['id']}/acknowledgements", {}, expect=409)


def test_who_loses_some_of_what_they_had_hears_so_and_sees_the_rest(street: Square) -> None:
    _, consent, referral = told_somebody(street)
    street.take_back(consent, field_groups=["name"])
    read = street.read(street.clinic, referral)

    assert [notice["extent"] for notice in street.notices()] == ["part"]
    assert set(read["shared"]) == {"language", "priorities"}
    assert read["consent_scope"]["scope"] == ["language", "priorities"]


def test_nobody_hears_that_something_was_taken_back_which_they_never_had(street: Square) -> None:
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0])
    street.refer(intake=intake, consent=consent)
    street.take_back(consent, field_groups=["name"])

    assert street.notices() == []


def test_who_is_dropped_by_a_new_consent_hears_it_too(street: Square) -> None:
    other = street.open_offering("Open Hands")
    intake, consent, referral = told_somebody(street)
    street.sign(intake, other, replaces=consent["id"])

    street.read(street.clinic, referral, expect=404)
    assert [notice["extent"] for notice in street.notices()] == ["everything"]


def test_events_are_told_while_the_consent_lives(street: Square) -> None:
    told_somebody(street)

    assert street.delivered(street.clinic) == [EventType.REFERRAL_SENT]
    assert street.delivered(street.clinic) == []


def test_what_was_not_told_yet_is_never_told_after_a_revocation(street: Square) -> None:
    _, consent, _ = told_somebody(street)
    street.take_back(consent)

    assert street.delivered(street.clinic) == [EventType.CONSENT_REVOKED]


def test_what_waits_is_not_told_once_the_consent_ran_out(street: Square) -> None:
    soon = street.house.clock.now().replace(microsecond=0).isoformat().replace("+00:00", "Z")
    told_somebody(street, expires={"at": soon.replace("2026", "2027")})
    street.house.clock.move(days=400)

    assert street.delivered(street.clinic) == []
    assert [event.cancelled_at is None for event in waiting(street)] == [False]


def test_an_event_without_a_ground_is_never_told_to_somebody_else(street: Square) -> None:
    told_somebody(street)
    with street.house.runtime.database.session() as session:
        session.execute(sa.update(Event).values(ground=None))

    assert street.delivered(street.clinic) == []
    assert EventType.REFERRAL_SENT in street.delivered(street.team)


def test_a_revocation_waits_for_a_delivery_and_nothing_is_delivered_after_it(street: Square) -> None:
    _, consent, referral = told_somebody(street)
    now = street.house.clock.now()
    with street.house.runtime.database.session() as session:
        events = delivering.next_deliveries(session, street.clinic.organization_id, now=now, count=10)
        revoking = threading.Thread(target=street.take_back, args=(consent,))
        revoking.start()
        revoking.join(0.3)
        waited = revoking.is_alive()
        delivering.mark_delivered(session, [event.id for event in events], now=now)
    revoking.join(10)

    assert waited
    assert [event.type for event in events] == [EventType.REFERRAL_SENT]
    assert street.delivered(street.clinic) == [EventType.CONSENT_REVOKED]
    street.read(street.clinic, referral, expect=404)


def test_of_readers_and_a_revocation_at_once_nobody_reads_what_came_after(street: Square) -> None:
    _, consent, referral = told_somebody(street)
    began = threading.Barrier(5)
    codes: list[int] = []

    def read() -> None:
        began.wait()
        path = f"/v1/referrals/{referral['id']}"
        for _ in range(4):
            codes.append(street.house.app.test_client().get(path, headers=street.clinic.headers).status_code)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    began.wait()
    street.take_back(consent, recipient={"provider_id": str(street.provider_of(street.offerings[0]))})
    for reader in readers:
        reader.join(20)
    [notice] = street.kept(sa.select(RevocationNotice))
    told = street.kept(sa.select(Disclosure.consent_version).where(Disclosure.consent_id == UUID(consent["id"])))

    assert set(codes) <= {200, 404}
    assert set(told) == {1}
    assert len(told) == codes.count(200) + 2
    assert notice.extent == "everything"
    street.read(street.clinic, referral, expect=404)


def waiting(street: Square) -> list[Event]:
    return street.kept(
        sa.select(Event).where(Event.audience_id == street.clinic.organization_id, Event.about_person_id.is_not(None))
    )
