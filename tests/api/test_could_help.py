"""The question the other way round: a place is free; for whom of the people who wait could it be?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.access.rules import Role, Scope
from service.guidance.rules import Setting
from service.intakes.models import IntakeRecord
from service.ledger.models import Entry
from service.matching import actions as matching
from tests.builders.mine import Own
from tests.builders.mornings import Morning, an_absent_id
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database


@pytest.fixture
def morning(house: House, client: FlaskClient, coordinator: Key, clinic: Key, steward: Key) -> Morning:
    """A coordinating team, and nothing open yet."""
    return Morning(Street(house, client, coordinator, clinic, steward), Desk(client, coordinator))


def ids(items: list[Any]) -> list[str]:
    """Whose intakes are shown, in order."""
    return [each["intake_id"] for each in items]


def entries(house: House, action: str) -> list[Entry]:
    """What is on record under an action."""
    with house.runtime.database.session(reading=True) as session:
        return list(session.scalars(sa.select(Entry).where(Entry.action == action)))


def test_a_free_place_is_shown_for_whom_it_could_be_in_order_of_fit(morning: Morning) -> None:
    offering = morning.open("Open Door")
    second, first = morning.come_in("legal", "housing"), morning.come_in("housing")
    morning.come_in("food_water")

    shown = morning.could_help(offering)

    assert ids(shown["items"]) == [first["id"], second["id"]]
    assert [each["rank"] for each in shown["items"]] == [1, 2]
    assert [each["serves"][0]["place"] for each in shown["items"]] == [1, 2]
    assert shown["items"][0]["score"] > shown["items"][1]["score"]
    assert sum(each["contributes"] for each in shown["items"][0]["because"]) == pytest.approx(
        shown["items"][0]["score"], abs=1e-8
    )
    assert shown["considered"] == {
        "count": 3,
        "received_from": morning.desk.read(f"/v1/intakes/{second['id']}")["received_at"],
        "more": False,
    }
    assert shown["could_help"] == 2
    assert shown["offering"]["name"] == "Open Door"
    assert shown["offering"]["limits"][0]["text"] == "Weekdays only."
    assert shown["offering"]["capacity"]["status"] == "capacity"


def test_whoever_does_not_wait_is_left_out(morning: Morning) -> None:
    offering, elsewhere = morning.open("Open Door"), morning.open("Side Door")
    waits = morning.come_in("housing")
    for status in ("quiet", "paused_by_person", "closed_by_person", "moved", "died"):
        morning.set_status(morning.come_in("housing"), status)
    morning.refer(morning.come_in("housing"), elsewhere)
    erased = morning.come_in("housing")
    morning.desk.post(f"/v1/people/{erased['person_id']}/erasures")
    morning.desk.take_in({"recorded_by": "third_party", "priorities": []})

    shown = morning.could_help(offering)

    assert ids(shown["items"]) == [waits["id"]]
    assert shown["considered"]["count"] == 1


def test_whoever_was_turned_away_or_comes_back_waits_again(morning: Morning) -> None:
    offering, elsewhere = morning.open("Open Door"), morning.open("Side Door")
    withdrew, was_quiet = morning.come_in("housing"), morning.come_in("legal")
    referral = morning.refer(withdrew, elsewhere)
    morning.street.move(morning.desk.key, referral, "withdraw")
    morning.set_status(was_quiet, "quiet")
    back = morning.desk.take_in({"return_code": was_quiet["return_code"], "priorities": [], "asks_for": ["housing"]})

    shown = morning.could_help(offering)

    assert set(ids(shown["items"])) == {withdrew["id"], back["id"]}


def test_only_the_newest_intake_of_somebody_counts(morning: Morning) -> None:
    offering = morning.open("Open Door")
    before = morning.come_in("housing")
    morning.come_in("food_water", person_id=before["person_id"])

    shown = morning.could_help(offering)

    assert shown["items"] == []
    assert shown["considered"]["count"] == 1


def test_nothing_is_held_out_again_to_whoever_said_not_this_one(morning: Morning) -> None:
    offering = morning.open("Open Door")
    said_no, later_said_no, waits = (morning.come_in("housing") for _ in range(3))
    provider = morning.could_help(offering)["offering"]["provider"]["id"]
    morning.say_no(said_no, offering)
    morning.say_no(later_said_no, offering)
    morning.come_in("housing", person_id=later_said_no["person_id"])
    morning.come_in("housing", not_this_one=[{"provider_id": provider}])

    shown = morning.could_help(offering)

    assert ids(shown["items"]) == [waits["id"]]


def test_therapy_is_an_invitation_or_nothing_for_whoever_named_other_things(morning: Morning) -> None:
    offering = morning.therapy("Corner Room")
    wants, named_housing = morning.come_in("someone_to_talk_to"), morning.come_in("housing")
    morning.come_in("housing", wants_therapy="no")

    shown = morning.could_help(offering)

    assert ids(shown["items"]) == [wants["id"]]
    assert ids(shown["invitations"]) == [named_housing["id"]]
    assert (shown["could_help"], shown["considered"]["count"]) == (1, 3)


def test_it_is_judged_as_a_referral_would_be(morning: Morning, house: House, clock: FakeClock) -> None:
    offering = morning.open("Open Door", settings=(Setting.PHONE,), age_min=18, languages_spoken=(), slots=2)
    people = [
        morning.come_in("housing"),
        morning.come_in("housing", age_band="16_17"),
        morning.come_in("housing", languages=[{"tag": "es", "spoken": True}]),
        morning.come_in("housing", preferred_settings=["drop_in"]),
        morning.come_in("housing", can_pay=["medicaid"]),
        morning.come_in(),
    ]

    shown = ids(morning.could_help(offering)["items"])

    for each in people:
        with house.runtime.database.session() as session:
            noes = matching.judge(
                session, morning.desk.key.organization_id, UUID(each["id"]), UUID(offering), locale="en",
                now=clock.now(),
            )  # fmt: skip
        assert (each["id"] in shown) == (noes == ())
    assert 0 < len(shown) < len(people)


def test_nobody_is_shown_where_there_is_no_room(morning: Morning) -> None:
    offering = morning.open("Open Door", slots=0)
    morning.come_in("housing")

    shown = morning.could_help(offering)

    assert (shown["items"], shown["could_help"], shown["considered"]["count"]) == ([], 0, 1)
    assert shown["offering"]["capacity"]["status"] == "no_capacity"


def test_not_a_word_of_anybody_is_shown(morning: Morning) -> None:
    offering = morning.open("Open Door")
    morning.come_in("housing", name_to_use="Ruby", affirming_needs=["trans"], wishes=[{"code": "evenings"}])

    answer = morning.desk.post(f"/v1/offerings/{offering}/could-help").get_data(as_text=True)

    for word in ("Ruby", "in my own words", "trans", "evenings"):
        assert word not in answer


def test_everybody_who_is_shown_can_see_that_somebody_looked(morning: Morning, house: House) -> None:
    offering = morning.open("Open Door")
    first, second, third = morning.come_in("housing"), morning.come_in("housing"), morning.come_in("food_water")

    morning.could_help(offering)

    found = entries(house, "could_help_read")
    assert {str(each.person_id) for each in found} == {first["person_id"], second["person_id"]}
    assert {str(each.subject_id) for each in found} == {first["id"], second["id"]}
    assert [each.also for each in found] == [[offering]] * 2
    assert len({each.request_id for each in found}) == 1
    for each, times in ((first, 1), (second, 1), (third, 0)):
        looked = Own(morning.desk.client, each["return_code"]).read("/disclosures")["looked"]
        assert [line["says"] for line in looked].count("Looked whether one place could help you") == times


def test_who_is_beyond_the_limit_was_not_looked_at(morning: Morning, house: House) -> None:
    offering = morning.open("Open Door")
    for _ in range(3):
        morning.come_in("housing")

    shown = morning.could_help(offering, limit=2)

    assert (len(shown["items"]), shown["could_help"]) == (2, 3)
    assert len(entries(house, "could_help_read")) == 2


def test_a_question_that_shows_nobody_is_on_record_too(morning: Morning, house: House) -> None:
    morning.could_help(morning.open("Open Door"))

    [entry] = entries(house, "could_help_read")
    assert (entry.person_id, entry.subject_id) == (None, None)


def test_equals_are_drawn_by_lot_and_stay_in_that_order(morning: Morning) -> None:
    offering = morning.open("Open Door")
    people = [morning.come_in("housing")["id"] for _ in range(6)]

    first, again = (ids(morning.could_help(offering)["items"]) for _ in range(2))

    assert first == again
    assert sorted(first) == sorted(people)


def test_those_who_came_in_before_are_asked_for_by_instant(morning: Morning) -> None:
    offering = morning.open("Open Door")
    older, newer = morning.come_in("housing"), morning.come_in("housing")
    instant = morning.desk.read(f"/v1/intakes/{newer['id']}")["received_at"]

    shown = morning.could_help(offering, received_before=instant)

    assert ids(shown["items"]) == [older["id"]]


def test_only_people_of_ones_own_organization_are_shown(morning: Morning, make_key: Callable[..., Key]) -> None:
    offering = morning.open("Open Door")
    mine = morning.come_in("housing")
    neighbour = Morning(morning.street, Desk(morning.desk.client, make_key(Role.COORDINATOR)))
    theirs = neighbour.come_in("housing")

    assert ids(morning.could_help(offering)["items"]) == [mine["id"]]
    assert ids(neighbour.could_help(offering)["items"]) == [theirs["id"]]


def test_who_somebody_is_takes_the_scope_that_tells_elsewhere(morning: Morning, make_key: Callable[..., Key]) -> None:
    offering, somebody = morning.open("Open Door"), morning.come_in("housing")
    organization_id = morning.desk.key.organization_id
    only_matches = make_key(Role.COORDINATOR, organization_id=organization_id, scopes={Scope.MATCHES_READ})
    no_matches = make_key(Role.COORDINATOR, organization_id=organization_id, scopes={Scope.INTAKES_READ})
    path = f"/v1/offerings/{offering}/could-help"

    shown = Desk(morning.desk.client, only_matches).post(path).get_json()["items"]

    assert [(each["intake_id"], each["person_id"]) for each in shown] == [(somebody["id"], None)]
    assert morning.could_help(offering)["items"][0]["person_id"] == somebody["person_id"]
    assert Desk(morning.desk.client, no_matches).post(path).status_code == 403
    assert morning.desk.client.post(path).status_code == 401


def test_what_is_not_in_the_directory_is_not_there(morning: Morning) -> None:
    answer = morning.desk.post(f"/v1/offerings/{an_absent_id()}/could-help")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"limit": 0}, "/limit"),
        ({"limit": 101}, "/limit"),
        ({"limit": "5"}, "/limit"),
        ({"limit": None}, "/limit"),
        ({"received_before": "2026-11-23T07:30:00"}, "/received_before"),
        ({"received_before": 7}, "/received_before"),
        ({"who": "Zyxwvut"}, "/…"),
        ([], ""),
    ],
)
def test_what_cannot_be_asked_is_said_kindly(morning: Morning, body: Any, pointer: str) -> None:
    answer = morning.desk.post(f"/v1/offerings/{morning.open('Open Door')}/could-help", body)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.get_json()["errors"]] == [pointer]
    assert "Zyxwvut" not in answer.get_data(as_text=True)


def test_the_newest_of_two_intakes_of_one_instant_is_one_of_them(morning: Morning, house: House) -> None:
    offering = morning.open("Open Door")
    first = morning.come_in("housing")
    morning.come_in("housing", person_id=first["person_id"])
    with house.runtime.database.session() as session:
        session.execute(sa.update(IntakeRecord).values(received_at=morning.street.house.clock.now()))

    assert len(morning.could_help(offering)["items"]) == 1
