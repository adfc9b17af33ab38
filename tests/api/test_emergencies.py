"""An ambulance asks, and the person cannot say yes: what is told, to whom, and who looks at it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from flask.testing import FlaskClient

from service.access.rules import Role
from service.consents.models import Disclosure
from service.consents.statements import SHORT_STATEMENT
from service.consents.terms import Basis
from service.http.logs import configure_logs
from service.law.models import EmergencyRecord
from service.outbox.models import Event
from service.outbox.rules import EventType
from service.people.models import PersonRecord
from tests.builders.law import an_emergency
from tests.builders.people import Desk
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database

SAID = {
    "name_to_use": "Ruby",
    "substances": [{"name_verbatim": "blues"}],
    "priorities": [{"verbatim": "somewhere dry n my dog safe"}],
    "safety": {"has_naloxone": "yes"},
}
PATH = "/v1/emergency-disclosures"


@pytest.fixture
def desk(client: FlaskClient, coordinator: Key) -> Desk:
    """A coordinator's screen."""
    return Desk(client, coordinator)


@pytest.fixture
def lead(client: FlaskClient, coordinator: Key, make_key: Callable[..., Key]) -> Desk:
    """The privacy lead of the same organization."""
    return Desk(client, make_key(Role.PRIVACY_LEAD, organization_id=coordinator.organization_id))


def tell(desk: Desk, **changes: Any) -> Any:
    """Take somebody in, and tell the ambulance about them."""
    person_id = desk.take_in(SAID)["person_id"]
    answer = desk.post(PATH, an_emergency(person_id, **changes), **{"Acting-Worker": "reyes"})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()


def test_exactly_what_was_named_is_told_with_the_notice(desk: Desk) -> None:
    told = tell(desk)

    assert told["shared"] == {"name": {"name_to_use": "Ruby"}, "substances": {"substances": SAID["substances"]}}
    assert told["notice"]["text"] == SHORT_STATEMENT
    assert told["recipient"] == {"name": "Dr. Okafor", "facility": "Bayline General"}
    assert told["discloser"] == {"name": "M. Reyes"}


def test_what_was_said_in_spring_is_told_though_autumn_said_nothing(desk: Desk) -> None:
    came = desk.take_in(SAID)
    desk.take_in({"person_id": came["person_id"], "name_to_use": "Rubi"})

    told = desk.post(PATH, an_emergency(came["person_id"])).get_json()

    assert told["shared"]["name"] == {"name_to_use": "Rubi"}
    assert told["shared"]["substances"] == {"substances": SAID["substances"]}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"recipient": None}, "/recipient"),
        ({"recipient": {"name": "Dr. Okafor"}}, "/recipient/facility"),
        ({"recipient": {"facility": "Bayline General"}}, "/recipient/name"),
        ({"discloser": {}}, "/discloser/name"),
        ({"nature": "  \n"}, "/nature"),
        ({"nature": "..."}, "/nature"),
        ({"field_groups": []}, "/field_groups"),
        ({"happened_at": "2999-01-01T00:00:00Z"}, "/happened_at"),
    ],
)
def test_a_missing_fact_is_named_and_nothing_is_told(
    desk: Desk, house: House, changes: dict[str, Any], pointer: str
) -> None:
    person_id = desk.take_in(SAID)["person_id"]

    answer = desk.post(PATH, an_emergency(person_id, **changes))

    assert answer.status_code == 422
    assert pointer in {each["pointer"] for each in answer.get_json()["errors"]}
    assert _count(house, Disclosure) == 0


def test_what_was_opened_closes_after_sixty_minutes(desk: Desk, clock: FakeClock) -> None:
    told = tell(desk)
    clock.move(minutes=59)
    before = desk.read(f"{PATH}/{told['id']}")
    clock.move(minutes=1, seconds=1)

    after = desk.read(f"{PATH}/{told['id']}")

    assert before["shared"] == told["shared"]
    assert (after["shared"], after["notice"]) == (None, None)
    assert after["nature"] == told["nature"]


def test_the_same_key_tells_once_and_opens_nothing_after_sixty_minutes(
    desk: Desk, house: House, clock: FakeClock
) -> None:
    body = an_emergency(desk.take_in(SAID)["person_id"])
    first = desk.post(PATH, body, **{"Idempotency-Key": '"ambulance"'})
    clock.move(minutes=30)
    again = desk.post(PATH, body, **{"Idempotency-Key": '"ambulance"'})
    clock.move(minutes=31)

    late = desk.post(PATH, body, **{"Idempotency-Key": '"ambulance"'})

    assert again.get_json() == first.get_json()
    assert (late.status_code, late.get_json()["type"]) == (409, "/problems/already-done")
    assert (_count(house, EmergencyRecord), _count(house, Disclosure)) == (1, 1)


def test_the_privacy_lead_is_alerted_in_the_same_transaction(desk: Desk, house: House) -> None:
    configure_logs("WARNING")
    try:
        with structlog.testing.capture_logs() as lines:
            told = tell(desk)
    finally:
        configure_logs(house.runtime.settings.log_level)

    with house.runtime.database.session(reading=True) as session:
        event = session.execute(sa.select(Event).where(Event.type == EventType.DISCLOSURE_EMERGENCY)).scalar_one()
        record = session.execute(sa.select(EmergencyRecord)).scalar_one()
    assert (event.audience_id, str(event.record_id)) == (desk.key.organization_id, told["id"])
    assert (event.at, event.about_person_id) == (record.made_at, None)
    (line,) = [each for each in lines if each["event"] == "emergency_disclosure"]
    assert line["log_level"] == "warning"
    assert told["person_id"] not in str(line)
    assert "Ruby" not in str(line)


def test_it_stands_in_the_accounting_on_its_own_basis(desk: Desk, house: House) -> None:
    told = tell(desk)

    with house.runtime.database.session(reading=True) as session:
        disclosure = session.execute(sa.select(Disclosure)).scalar_one()
    assert (disclosure.basis, str(disclosure.subject_id)) == (Basis.MEDICAL_EMERGENCY, told["id"])
    assert disclosure.field_groups == ["name", "substances"]


def test_the_facts_are_sealed_under_the_persons_key(desk: Desk, house: House) -> None:
    told = tell(desk)

    with house.runtime.database.session(reading=True) as session:
        record = session.execute(sa.select(EmergencyRecord)).scalar_one()
    assert b"Okafor" not in record.facts
    with house.runtime.vault.opened() as store:
        store.execute(sa.text("DELETE FROM person_key"))
    assert desk.get(f"{PATH}/{told['id']}").status_code == 404


def test_somebody_else_reviews_it(desk: Desk, lead: Desk) -> None:
    told = tell(desk)
    path = f"{PATH}/{told['id']}/reviews"

    nobody = lead.post(path)
    own = lead.post(path, **{"Acting-Worker": "reyes"})
    done = lead.post(path, **{"Acting-Worker": "achebe"})

    assert (nobody.status_code, own.status_code, done.status_code) == (422, 409, 201)
    assert done.get_json()["shared"] is None
    (line,) = lead.read(PATH)["items"]
    assert line["reviewed_at"] == done.get_json()["reviewed_at"]
    assert "recipient" not in line


def test_another_organization_finds_nothing(desk: Desk, client: FlaskClient, make_key: Callable[..., Key]) -> None:
    told = tell(desk)
    other = Desk(client, make_key(Role.COORDINATOR))
    foreign_lead = Desk(client, make_key(Role.PRIVACY_LEAD))

    assert other.get(f"{PATH}/{told['id']}").status_code == 404
    assert other.post(PATH, an_emergency(told["person_id"])).status_code == 404
    assert foreign_lead.post(f"{PATH}/{told['id']}/reviews", **{"Acting-Worker": "a"}).status_code == 404
    assert foreign_lead.read(PATH)["items"] == []


def test_an_outreach_app_does_not_hold_it_unless_it_was_given(client: FlaskClient, outreach: Key) -> None:
    desk = Desk(client, outreach)

    assert desk.post(PATH, an_emergency(desk.take_in()["person_id"])).status_code == 403


def _count(house: House, record: Any) -> int:
    with house.runtime.database.session(reading=True) as session:
        assert session.execute(sa.select(sa.func.count()).select_from(PersonRecord)).scalar_one() == 1
        return session.execute(sa.select(sa.func.count()).select_from(record)).scalar_one()
