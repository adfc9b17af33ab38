"""What is known of room mends itself: answers are news, silence makes news old, and owners are asked for more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.access.rules import Role
from service.chores import Chores
from service.outbox.models import Event
from service.outbox.rules import EventType
from service.providers import nudges
from service.providers.importing import import_directory
from service.providers.models import OfferingRecord, Provider
from service.providers.runs import Counts
from service.providers.schemas.entries import read_entry
from tests.builders.referrals import Street
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database

SILENT = "Since then they did not answer when somebody asked for a place."


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering()
    return built


def matched(street: Street) -> dict[str, Any]:
    """What somebody who comes in now is shown."""
    path = f"/v1/intakes/{street.take_in().id}/matches"
    answer = street.client.get(path, headers=street.team.headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def room(street: Street) -> dict[str, Any]:
    """The room of the first match, as it is shown."""
    found: dict[str, Any] = matched(street)["items"][0]["capacity"]
    return found


def silence(street: Street) -> Any:
    """Somebody is referred to the offering, and nobody answers; the referral after that."""
    referral = street.refer()
    return {**referral, **street.move(street.team, referral, "no_reply")}


def viewed(street: Street) -> dict[str, Any]:
    """The offering, as anybody reads it."""
    answer = street.client.get(f"/v1/offerings/{street.offerings[0]}", headers=street.team.headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def tell(street: Street, **news: Any) -> None:
    """The clinic says how much room there is."""
    body = {"status": "capacity", "as_of": street.house.clock.now().isoformat(), **news}
    path, headers = f"/v1/offerings/{street.offerings[0]}/capacity", {**street.clinic.headers, "If-Match": "*"}
    answer = street.client.put(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text


def silences(street: Street) -> int:
    """How many silences are counted."""
    found: int = street.kept(sa.select(OfferingRecord.silences).where(OfferingRecord.id == street.offerings[0]))[0]
    return found


def asked(street: Street) -> list[tuple[UUID, UUID]]:
    """Who was asked for news, and about what."""
    events = street.kept(sa.select(Event).where(Event.type == EventType.CAPACITY_NEWS_OLD).order_by(Event.at))
    return [(event.audience_id, event.record_id) for event in events]


def test_one_silence_makes_the_news_a_week_older_in_the_very_next_answer(street: Street) -> None:
    before = matched(street)
    silence(street)
    after = matched(street)

    assert after["directory_version"] > before["directory_version"]
    known, then = (shown["items"][0]["capacity"] for shown in (before, after))
    assert then["probability_open"] == pytest.approx(known["probability_open"] / 2 + 0.25, abs=1e-3)
    assert then["as_of"] == known["as_of"]
    assert (then["status"], then["open_slots"], then["silences"]) == ("capacity", 3, 1)
    assert SILENT in after["items"][0]["because"][1]["says"]


def test_two_silences_and_nobody_knows_whether_there_is_room(street: Street) -> None:
    before = room(street)
    silence(street)
    silence(street)
    shown = matched(street)["items"][0]

    assert shown["capacity"]["status"] == "unknown"
    assert shown["capacity"]["open_slots"] is None
    assert shown["capacity"]["as_of"] == before["as_of"]
    assert shown["because"][1]["says"] == (
        f"We do not know whether there is room: we last heard less than a day ago. {SILENT}"
    )
    told = viewed(street)["capacity"]
    assert (told["status"], told["silences"]) == ("unknown", 2)
    assert datetime.fromisoformat(told["as_of"]) == datetime.fromisoformat(before["as_of"])
    assert "open_slots" not in told


def test_two_silences_open_a_door_that_was_last_known_to_be_full(street: Street) -> None:
    street.move(street.clinic, one := street.refer(), "receive")
    other = street.refer()
    tell(street, status="no_capacity")
    full = matched(street)["items"]
    street.move(street.team, street.read(street.team, one), "no_reply")
    street.move(street.team, other, "no_reply")

    assert full == []
    assert room(street)["status"] == "unknown"


@pytest.mark.parametrize(
    ("move", "said", "status"),
    [
        ("accept", {}, "capacity"),
        ("decline", {"reason": {"code": "provider_no_capacity"}}, "no_capacity"),
        ("waitlist", {"details": {"expected_wait_days": 9}}, "waitlist"),
    ],
)
def test_an_answer_is_news_and_ends_the_silence(street: Street, move: str, said: dict[str, Any], status: str) -> None:
    silence(street)
    silence(street)
    street.move(street.clinic, street.refer(), move, **said)

    assert silences(street) == 0
    assert viewed(street)["capacity"]["status"] == status


def test_a_decline_for_another_reason_says_nothing_of_room(street: Street) -> None:
    silence(street)
    street.move(street.clinic, street.refer(), "decline", reason={"code": "not_offered_here"})

    assert silences(street) == 1


def test_whoever_tells_of_room_is_not_silent_any_more(street: Street) -> None:
    silence(street)
    silence(street)
    tell(street, open_slots=2, expected_wait_days=3)

    assert room(street) | {"as_of": None} == {
        "status": "capacity", "as_of": None, "silences": 0, "probability_open": pytest.approx(1, abs=1e-3),
        "open_slots": 2, "expected_wait_days": 3,
    }  # fmt: skip
    assert "silences" not in viewed(street)["capacity"]


def test_a_place_that_is_given_back_is_news(street: Street) -> None:
    referral = street.refer()
    street.move(street.clinic, referral, "accept")
    silence(street)
    street.move(street.team, street.read(street.team, referral), "withdraw")

    assert silences(street) == 0


def test_a_referral_that_is_closed_twice_for_no_reply_is_one_silence(street: Street) -> None:
    referral = street.refer()
    street.move(street.clinic, referral, "accept")
    for _ in range(2):
        street.move(street.team, street.read(street.team, referral), "close", reason={"code": "provider_no_reply"})

    assert silences(street) == 1


def test_a_move_that_was_refused_or_came_twice_counts_no_silence(street: Street) -> None:
    referral = silence(street)
    street.move(street.team, referral, "no_reply", expect=409)
    street.move(street.team, referral, "no_reply", expect=412, etag='"1"')

    assert silences(street) == 1


def test_where_the_person_was_silent_or_the_provider_speaks_nobody_counts_a_silence(street: Street) -> None:
    first, second, third = street.refer(), street.refer(), street.refer()
    for referral in (first, second):
        street.move(street.clinic, referral, "accept")
    street.move(street.team, street.read(street.team, first), "lost_touch")
    street.move(street.clinic, street.read(street.clinic, second), "close", reason={"code": "provider_no_reply"})
    street.move(street.team, third, "withdraw")

    assert silences(street) == 0


def test_a_door_that_stayed_shut_for_somebody_who_carried_their_hand_off_was_silent(street: Street) -> None:
    street.move(street.team, street.carry(), "close", reason={"code": "provider_no_reply"})

    assert silences(street) == 1


def test_a_silence_that_was_noted_by_mistake_is_taken_back(street: Street) -> None:
    mistaken = silence(street)
    silence(street)
    street.move(street.team, mistaken, "enter_in_error")

    assert silences(street) == 1


def test_a_mistake_takes_back_no_silence_that_came_after_newer_news(street: Street, clock: FakeClock) -> None:
    mistaken = silence(street)
    clock.move(minutes=1)
    tell(street)
    clock.move(minutes=1)
    silence(street)
    street.move(street.team, mistaken, "enter_in_error")

    assert silences(street) == 1


def test_a_silence_tells_the_owner_that_something_changed_and_nobody_of_whom(street: Street) -> None:
    silence(street)
    [event] = street.kept(sa.select(Event).where(Event.type == EventType.CAPACITY_CHANGED))

    assert (event.audience_id, event.record_id) == (street.clinic.organization_id, street.offerings[0])
    assert event.about_person_id is None


def brought(house: House, days_ago: int) -> Counts:
    """A list that tells of room as of some days ago."""
    entry = {
        "external_id": "list:1",
        "name": "Listed",
        "offerings": [
            {
                "external_id": "list:1:a",
                "name": "Listed Door",
                "kind": "housing",
                "capacity": {"status": "capacity", "as_of": (house.clock.now() - timedelta(days=days_ago)).isoformat()},
            }
        ],
    }
    return import_directory(house.runtime.database, [entry], read_entry, now=house.clock.now())


def test_a_list_with_newer_news_ends_the_silence_and_the_same_list_does_not(house: House, street: Street) -> None:
    brought(house, 3)
    listed = OfferingRecord.external_id == "list:1:a"
    with house.runtime.database.session() as session:
        session.execute(sa.update(OfferingRecord).where(listed).values(silences=2, nudged_at=house.clock.now()))
    brought(house, 4)
    older = street.kept(sa.select(OfferingRecord.silences).where(listed))
    brought(house, 1)
    [newer] = street.kept(sa.select(OfferingRecord).where(listed))

    assert older == [2]
    assert (newer.silences, newer.nudged_at) == (0, None)


def test_an_owner_is_asked_for_news_once_and_nobody_else_is(
    street: Street, clock: FakeClock, make_key: Callable[..., Key]
) -> None:
    make_key(Role.CLINIC)
    street.open_offering("Nobody Here", here=False)
    clock.move(days=13, hours=22)
    Chores(street.house.runtime).do()
    too_early = asked(street)
    clock.move(hours=2)
    Chores(street.house.runtime).do()
    Chores(street.house.runtime).do()

    assert too_early == []
    assert asked(street) == [(street.clinic.organization_id, street.offerings[0])]


def test_while_none_comes_an_owner_is_asked_again_every_two_weeks(street: Street, clock: FakeClock) -> None:
    for _ in range(30):
        clock.move(days=1, minutes=1)
        Chores(street.house.runtime).do()

    assert len(asked(street)) == 2


def test_news_is_asked_for_again_only_when_it_is_old_again(street: Street, clock: FakeClock) -> None:
    clock.move(days=15)
    Chores(street.house.runtime).do()
    tell(street)
    clock.move(days=13)
    Chores(street.house.runtime).do()
    fresh = len(asked(street))
    clock.move(days=2)
    Chores(street.house.runtime).do()

    assert (fresh, len(asked(street))) == (1, 2)


def test_two_silences_are_reason_enough_to_ask(street: Street) -> None:
    silence(street)
    Chores(street.house.runtime).do()
    after_one = asked(street)
    silence(street)
    Chores(street.house.runtime).do()

    assert after_one == []
    assert asked(street) == [(street.clinic.organization_id, street.offerings[0])]


def test_to_ask_changes_nothing_that_an_index_or_a_reader_would_have_to_read_again(
    street: Street, clock: FakeClock
) -> None:
    clock.move(days=15)
    before = viewed(street), matched(street)["directory_version"]
    Chores(street.house.runtime).do()

    assert len(asked(street)) == 1
    assert (viewed(street), matched(street)["directory_version"]) == before


def test_an_owner_who_comes_later_is_asked_then(street: Street, clock: FakeClock) -> None:
    street.open_offering("Nobody Here", here=False)
    clock.move(days=15)
    Chores(street.house.runtime).do()
    with street.house.runtime.database.session() as session:
        theirs = street.provider_of(street.offerings[1])
        session.get_one(Provider, theirs).organization_id = street.clinic.organization_id
    Chores(street.house.runtime).do()

    assert [about for _, about in asked(street)] == street.offerings


def test_those_to_ask_are_found_in_one_index_and_in_no_table(street: Street) -> None:
    database = street.house.runtime.database
    how = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.session() as session:
        if not database.is_sqlite:
            # So few rows are read at once otherwise; with a million of them this is what PostgreSQL chooses by itself.
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
            session.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
        question = nudges.due_offerings(street.house.clock.now()).compile(
            database.engine, compile_kwargs={"literal_binds": True}
        )
        plan = "\n".join(str(line) for line in session.execute(sa.text(f"{how} {question}".replace(":", "\\:"))))

    assert "ix_offering_news" in plan
    assert ("COVERING INDEX" if database.is_sqlite else "Index Only Scan using ix_offering_news") in plan
