"""The ledger as requests write it: one entry each, none without, and no data when it cannot be written."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from service.app import create_app
from service.ledger.actions import Housekeeper, write_entry
from service.ledger.models import Entry
from service.ledger.queries import entries_about
from tests.builders.ledgers import Watching, ledger_held, live_through, write_entries
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import House, Key

pytestmark = pytest.mark.database


@pytest.fixture
def street(house: House, outreach: Key, clinic: Key, steward: Key) -> Street:
    built = Street(house, Watching(house.app), outreach, clinic, steward)
    built.open_offering()
    return built


def entries(house: House, *where: Any) -> list[Entry]:
    """What the ledger holds, the oldest first."""
    with house.runtime.database.session(reading=True) as session:
        return list(session.scalars(sa.select(Entry).where(*where).order_by(Entry.id)))


def test_every_answer_that_carried_data_has_exactly_one_entry(street: Street, house: House) -> None:
    live_through(street)

    heard = street.client.heard  # type: ignore[attr-defined]
    assert [each for each in heard if each[3] >= 300] == []
    assert len(heard) > 30
    written = Counter(each.request_id for each in entries(house, Entry.request_id != "test"))
    assert written == Counter(request_id for request_id, *_ in heard)
    assert not entries(house, Entry.action.like("%_answered")), "An action forgot its entry, and the door wrote it."


def test_a_turning_away_names_all_that_came_about(street: Street, house: House) -> None:
    referral = street.refer()
    street.move(street.clinic, referral, "decline", reason={"code": "medication"})

    [entry] = entries(house, Entry.action == "referral_move_decline")
    assert str(entry.subject_id) == referral["id"]
    assert {"disclosed", "provider_flagged"} <= {each["action"] for each in entry.besides or ()}
    assert [each["subject_id"] for each in entry.besides or () if each["action"] == "provider_flagged"] == [
        str(street.provider_of(street.offerings[0]))
    ]


def test_all_that_one_request_does_has_one_id(house: House, outreach: Key) -> None:
    now, person_id = house.clock.now(), uuid.uuid4()
    with house.runtime.database.session() as session:
        told = write_entry(session, "disclosed", by=outreach.caller, now=now, field_groups=["name"])
        done = write_entry(session, "referral_sent", by=outreach.caller, now=now, person_id=person_id)

    [entry] = entries(house)
    assert (told, done) == (entry.id, entry.id)
    assert (entry.action, entry.person_id) == ("referral_sent", person_id)
    assert entry.besides == [{"action": "disclosed", "field_groups": ["name"]}]


def test_the_house_at_its_chores_writes_an_entry_for_each(house: House, outreach: Key) -> None:
    with house.runtime.database.session() as session:
        for _ in range(3):
            write_entry(session, "person_fell_quiet", by=Housekeeper(outreach.organization_id), now=house.clock.now())

    assert len(entries(house)) == 3


def test_two_requests_in_one_unit_of_work_are_two_entries(house: House, outreach: Key) -> None:
    with house.runtime.database.session() as session:
        for request_id in ("one", "two"):
            caller = replace(outreach.caller, request_id=request_id)
            write_entry(session, "intake_read", by=caller, now=house.clock.now())

    assert {each.request_id for each in entries(house)} == {"one", "two"}


def test_a_replayed_answer_has_an_entry_of_its_own(street: Street, house: House) -> None:
    desk = Desk(street.client, street.team)
    for _ in range(2):
        answer = desk.post("/v1/intakes", {}, **{"Idempotency-Key": "k"})

    assert answer.headers["Idempotency-Replayed"] == "true"
    assert [each.action for each in entries(house, Entry.request_id != "test")] == [
        "intake_submitted", "answer_replayed",
    ]  # fmt: skip


def test_no_data_leaves_while_the_ledger_cannot_be_written(street: Street, house: House) -> None:
    desk = Desk(street.client, street.team)
    intake = desk.take_in({"priorities": [{"verbatim": "somewhere dry", "rank": 1}]})

    began = time.monotonic()
    with ledger_held(house):
        answer = desk.get(f"/v1/intakes/{intake['id']}")
        waited = time.monotonic() - began

    assert answer.status_code == 503
    assert b"somewhere dry" not in answer.get_data()
    assert answer.headers["Retry-After"]
    assert waited < (7 if house.runtime.database.is_sqlite else 2)
    assert desk.get(f"/v1/intakes/{intake['id']}").status_code == 200


def test_what_is_not_there_leaves_the_same_entry_whatever_the_cause(
    street: Street, house: House, make_key: Any
) -> None:
    intake = Desk(street.client, street.team).take_in()
    stranger = Desk(street.client, make_key())
    foreign, absent = f"/v1/intakes/{intake['id']}", f"/v1/intakes/{uuid.uuid4()}"

    statuses = [stranger.get(path).status_code for path in (foreign, absent, absent)]

    assert statuses == [404, 404, 404]
    first, second, third = entries(house, Entry.decision == "denied")
    assert [shape(each) for each in (first, second, third)] == [shape(first)] * 3
    assert (first.action, first.subject, first.person_id, first.subject_id) == ("not_there", "read_intake", None, None)
    assert first.asked != second.asked == third.asked
    assert intake["id"] not in str(vars(first))


def shape(entry: Entry) -> dict[str, str]:
    """What an entry says beside who, when and which."""
    told = {name for name, column in Entry.__table__.columns.items() if getattr(entry, name) is not None}
    return {name: type(getattr(entry, name)).__name__ for name in sorted(told)} | {"says": entry.action}


def test_a_flood_of_guesses_fills_no_ledger(house: House, outreach: Key) -> None:
    settings = replace(house.runtime.settings, not_there_limit="3 per minute", web_concurrency=1)
    client = create_app(runtime=replace(house.runtime, settings=settings)).test_client()
    desk = Desk(client, outreach)
    known = desk.take_in()["id"]

    statuses = [desk.get(f"/v1/intakes/{uuid.uuid4()}").status_code for _ in range(5)]

    assert statuses == [404, 404, 404, 429, 429]
    assert len(entries(house, Entry.decision == "denied")) == 3
    assert desk.get(f"/v1/intakes/{known}").status_code == 200


def test_not_there_is_not_said_while_the_ledger_cannot_be_written(street: Street, house: House) -> None:
    with ledger_held(house):
        answer = Desk(street.client, street.team).get(f"/v1/intakes/{uuid.uuid4()}")

    assert answer.status_code == 503


def test_what_is_open_to_all_leaves_no_entry(street: Street, house: House) -> None:
    before = len(entries(house))

    assert street.client.get("/v1/vocabularies/nothing").status_code == 404
    assert len(entries(house)) == before


def test_a_person_finds_who_saw_what_the_newest_first(street: Street, house: House) -> None:
    referral = street.refer()
    street.read(street.clinic, referral)
    person = entries(house, Entry.action == "intake_submitted")[0].person_id
    assert person is not None
    lines, after = [], None
    with house.runtime.database.session(reading=True) as session:
        while page := entries_about(session, street.team.organization_id, person, after=after, count=2):
            lines += page
            after = page[-1].place

    assert lines[-1].action == "intake_submitted"
    assert lines == sorted(lines, key=lambda line: line.place, reverse=True)
    assert len(lines) == len({line.id for line in lines})
    # What the clinic did stands under the clinic's own name; that it was told stands in the accounting.
    assert {line.organization_id for line in lines} == {street.team.organization_id}


def test_who_saw_what_is_found_quickly_among_ten_thousand(house: House) -> None:
    person, organization = uuid.uuid4(), uuid.uuid4()
    write_entries(house, 10_000, person_id=person, organization_id=organization)
    began = time.process_time()
    with house.runtime.database.session(reading=True) as session:
        lines = entries_about(session, organization, person, after=None, count=50)

    assert len(lines) == 50
    assert time.process_time() - began < 1
