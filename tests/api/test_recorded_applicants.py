"""What people look for is recorded only where their team allows it, with ten others, and without them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service import vault
from service.access import actions as access
from service.chores import Chores
from service.guidance.rules import Category
from service.matching.models import RecordedApplicant
from service.matching.recorded import KEPT_MONTHS, REMEMBERED_AS, forget_recorded, list_recorded
from tests.builders.people import Desk
from tests.houses import FakeClock, House, Key
from tests.houses import make_key as make_key_of

pytestmark = pytest.mark.database

NEEDS = {
    "priorities": [{"verbatim": "a door", "rank": 1, "categories": [{"code": "housing", "assigned_by": "person"}]}],
    "place": {"latitude": 37.76, "longitude": -122.44, "jurisdiction": "US-CA"},
    "languages": [{"tag": "es-MX"}],
}


@pytest.fixture
def desk(client: FlaskClient, outreach: Key) -> Desk:
    """A street worker's app."""
    return Desk(client, outreach)


@pytest.fixture
def allowed(house: House, outreach: Key) -> None:
    """Their team lets applicants be recorded."""
    with house.runtime.database.session() as session:
        access.let_applicants_be_recorded(session, outreach.organization_id, allowed=True)


def match(desk: Desk, body: Any = NEEDS) -> Any:
    """Take somebody in and match them."""
    intake = desk.take_in(body)
    desk.read(f"/v1/intakes/{intake['id']}/matches")
    return intake


def rows(house: House) -> list[RecordedApplicant]:
    """All that is recorded, as the house at work sees it."""
    with house.runtime.database.session() as session:
        return list(session.scalars(sa.select(RecordedApplicant)))


def waiting(house: House) -> int:
    """How many wait for others in the process that answers."""
    pool = house.answering.database.remembered.get(REMEMBERED_AS)
    return len(pool.applicants) if pool else 0


def test_nobody_is_recorded_unless_their_team_allowed_it(desk: Desk, house: House) -> None:
    for _ in range(11):
        match(desk)

    assert (rows(house), waiting(house)) == ([], 0)


@pytest.mark.usefixtures("allowed")
def test_eleven_are_written_down_together_and_ten_are_not(desk: Desk, house: House) -> None:
    for _ in range(10):
        match(desk)
    before = (len(rows(house)), waiting(house))
    match(desk)

    assert before == (0, 10)
    assert (len(rows(house)), waiting(house)) == (11, 0)


@pytest.mark.usefixtures("allowed")
def test_what_is_written_down_is_what_they_look_for_and_nothing_that_is_theirs(desk: Desk, house: House) -> None:
    people = [match(desk) for _ in range(11)]
    with house.runtime.database.session() as session:
        (first, *_) = recorded = list_recorded(session, 100)

    assert len(recorded) == 11
    assert first.applicant.confirmed == {Category.HOUSING}
    assert (first.applicant.latitude, first.applicant.longitude, first.applicant.jurisdiction) == (
        37.8,
        -122.4,
        "US-CA",
    )
    assert [tongue.tag for tongue in first.applicant.languages] == ["es"]
    assert first.applicant.needs[0].priority_id is None
    known = {each[name] for each in people for name in ("id", "person_id")}
    assert not known & {str(each.id) for each in rows(house)}
    assert {each.month for each in rows(house)} == {house.clock.now().date().replace(day=1)}


@pytest.mark.usefixtures("allowed")
def test_the_order_of_coming_is_not_the_order_of_rows(desk: Desk, house: House) -> None:
    came = [(5.0, 10.0, 25.0, 50.0, 100.0, 250.0)[number % 6] for number in range(22)]
    for km in came:
        match(desk, {"travel": {"max_km": km}, **NEEDS})
    with house.runtime.database.session() as session:
        statement = sa.select(RecordedApplicant.id, RecordedApplicant.sealed)
        opened = [
            vault.open_for_house(session, sealed, about=("recorded_applicant", row_id, 1))["max_km"]
            for row_id, sealed in session.execute(statement)
        ]

    # Of the orders that eleven and eleven can be shuffled into, fewer than one in 10^10 looks like that of coming.
    assert sorted(opened) == sorted(came)
    assert opened != came


@pytest.mark.usefixtures("allowed")
def test_an_intake_is_recorded_at_most_once(desk: Desk, house: House) -> None:
    intake = match(desk)
    for _ in range(3):
        desk.read(f"/v1/intakes/{intake['id']}/matches")

    assert waiting(house) == 1


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    "body",
    [
        {"age_band": "16_17"}, {"age_band": "under_12", **NEEDS},
        {"recorded_by": "third_party", **NEEDS},
    ],
)  # fmt: skip
def test_nobody_under_eighteen_and_nobodys_relative_is_recorded(desk: Desk, house: House, body: Any) -> None:
    match(desk, body)

    assert waiting(house) == 0


@pytest.mark.usefixtures("allowed")
def test_nobody_is_recorded_at_their_own_door(desk: Desk, house: House, client: FlaskClient) -> None:
    code = desk.take_in(NEEDS)["return_code"]
    seen = client.get("/v1/mine/matches", headers={"Return-Code": code})

    assert seen.status_code == 200
    assert waiting(house) == 0


@pytest.mark.usefixtures("allowed")
def test_a_need_that_somebody_describes_is_kept_nowhere(desk: Desk, house: House) -> None:
    asked = desk.post("/v1/match-queries", NEEDS)

    assert asked.status_code == 200
    assert waiting(house) == 0


@pytest.mark.usefixtures("allowed")
def test_a_request_that_failed_records_nobody(desk: Desk, house: House) -> None:
    intake = desk.take_in(NEEDS)
    refused = desk.get(f"/v1/intakes/{intake['id']}/matches?limit=99")

    assert refused.status_code == 422
    assert waiting(house) == 0


def test_taking_permission_back_holds_from_the_next_request_on(
    desk: Desk, house: House, outreach: Key, allowed: None
) -> None:
    match(desk)
    with house.runtime.database.session() as session:
        access.let_applicants_be_recorded(session, outreach.organization_id, allowed=False)
    match(desk)

    assert waiting(house) == 1


@pytest.mark.usefixtures("allowed")
def test_who_was_recorded_goes_after_twelve_months(desk: Desk, house: House, clock: FakeClock) -> None:
    for _ in range(11):
        match(desk)
    clock.move(days=KEPT_MONTHS * 30)
    with house.runtime.database.session() as session:
        early = forget_recorded(session, clock.now())
    clock.move(days=40)
    Chores(house.runtime).do()

    assert early == 0
    assert rows(house) == []


@pytest.mark.parametrize(
    ("day", "kept"), [(date(2026, 12, 31), True), (date(2027, 1, 1), True), (date(2027, 2, 1), False)]
)
def test_months_are_counted_as_calendars_do(house: House, day: date, kept: bool) -> None:
    with house.runtime.database.session() as session:
        session.add(RecordedApplicant(id=uuid.uuid4(), month=date(2026, 1, 1), sealed=b"x"))
        session.flush()
        now = house.clock.now().replace(year=day.year, month=day.month, day=day.day)
        gone = forget_recorded(session, now)

    assert (gone == 0) is kept


@pytest.fixture
def web(houses: Callable[[str], House]) -> House:
    """A wiped house on PostgreSQL, whose web processes stand before a wall."""
    if not os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("no PostgreSQL was found")
    built = houses("postgresql")
    built.wipe()
    return built


def test_whoever_answers_requests_adds_and_never_reads_changes_or_removes(web: House) -> None:
    row = {"id": uuid.uuid4(), "month": date(2026, 11, 1), "sealed": b"x"}
    with web.answering.database.session() as session:
        session.execute(sa.insert(RecordedApplicant).values(row))
    with web.answering.database.session() as session:
        seen = session.scalars(sa.select(RecordedApplicant)).all()
        changed: Any = session.execute(sa.update(RecordedApplicant).values(sealed=b"y"))
        gone: Any = session.execute(sa.delete(RecordedApplicant))

    assert (seen, changed.rowcount, gone.rowcount) == ([], 0, 0)
    assert [each.sealed for each in rows(web)] == [b"x"]


def test_no_number_of_a_transaction_leads_from_a_row_to_an_entry(web: House) -> None:
    """PostgreSQL keeps beside each row which transaction wrote it; the entry that names a person has the same."""
    key = make_key_of(web)
    desk = Desk(web.app.test_client(), key)
    with web.runtime.database.session() as session:
        access.let_applicants_be_recorded(session, key.organization_id, allowed=True)
    for _ in range(11):
        match(desk)
    same = "SELECT count(*) FROM recorded_applicant AS row JOIN ledger_entry AS entry ON row.xmin = entry.xmin"
    with web.runtime.database.session() as session:
        together = session.execute(sa.text("SELECT count(DISTINCT xmin::text) FROM recorded_applicant")).scalar_one()

        assert session.execute(sa.text(same)).scalar_one() == 0
    assert together == 1
