"""Opening hours by the clock on the wall: nights, jumps, several places, and what nobody said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.guidance.rules import Weekday
from service.providers.hours import Doors, doors_at
from service.providers.rules import Hours, Site

WEEKDAYS = tuple(Weekday)[:5]


def a_place(*hours: Hours, zone: str | None = "America/Los_Angeles") -> Site:
    """A place with these hours."""
    return Site(latitude=37.76, longitude=-122.41, timezone=zone, hours=hours)


def open_on(*days: Weekday, begins: str = "09:00", ends: str = "17:00") -> Hours:
    """Hours on these days."""
    return Hours(days=days, from_=begins, until=ends)


def written(doors: Doors) -> tuple[bool | None, str | None, str | None]:
    """Whether open, until when, next when; as text, with offsets."""
    closes, opens = (at.isoformat(timespec="minutes") if at else None for at in (doors.closes, doors.next_open))
    return doors.open_now, closes, opens


def at(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "read"),
    [
        ("2026-11-25T08:59:59-08:00", (False, None, "2026-11-25T09:00-08:00")),
        ("2026-11-25T09:00:00-08:00", (True, "2026-11-25T17:00-08:00", "2026-11-26T09:00-08:00")),
        ("2026-11-25T17:00:00-08:00", (False, None, "2026-11-26T09:00-08:00")),
        ("2026-11-27T18:00:00-08:00", (False, None, "2026-11-30T09:00-08:00")),
    ],
)
def test_an_office_is_open_from_its_first_minute_to_its_last(now: str, read: object) -> None:
    assert written(doors_at([a_place(open_on(*WEEKDAYS))], at(now))) == read


def test_a_night_goes_on_after_midnight() -> None:
    night = a_place(open_on(Weekday.SUN, begins="22:00", ends="02:00"))

    read = written(doors_at([night], at("2026-11-23T01:59:00-08:00")))
    assert read == (True, "2026-11-23T02:00-08:00", "2026-11-29T22:00-08:00")


def test_what_begins_while_the_clock_jumps_ahead_begins_with_the_jump() -> None:
    early = a_place(open_on(Weekday.SUN, begins="02:30", ends="05:00"))

    read = written(doors_at([early], at("2027-03-14T01:00:00-08:00")))
    assert read == (False, None, "2027-03-14T03:00-07:00")


def test_hours_that_a_jump_leaves_out_wait_for_the_week_after() -> None:
    gone = a_place(open_on(Weekday.SUN, begins="02:00", ends="02:30"))

    read = written(doors_at([gone], at("2027-03-14T01:00:00-08:00")))
    assert read == (False, None, "2027-03-21T02:00-07:00")


def test_an_hour_that_the_clock_shows_twice_is_open_twice() -> None:
    early = [a_place(open_on(Weekday.SUN, begins="01:30", ends="02:00"))]

    first = written(doors_at(early, at("2026-11-01T01:45:00-07:00")))
    again = written(doors_at(early, at("2026-11-01T01:45:00-08:00")))
    assert first == (True, "2026-11-01T01:00-08:00", "2026-11-01T01:30-08:00")
    assert again == (True, "2026-11-01T02:00-08:00", "2026-11-08T01:30-08:00")


def test_of_several_places_it_is_the_first_that_opens_each_by_its_own_clock() -> None:
    west, east = a_place(open_on(*WEEKDAYS)), a_place(open_on(*WEEKDAYS), zone="America/New_York")

    night = doors_at([west, east], at("2026-11-25T03:00:00-08:00"))
    morning = doors_at([west, east], at("2026-11-25T10:00:00-08:00"))
    assert written(night) == (False, None, "2026-11-25T09:00-05:00")
    assert written(morning) == (True, "2026-11-25T17:00-08:00", "2026-11-26T09:00-05:00")


def test_what_never_closes_never_opens() -> None:
    day_and_night = a_place(
        open_on(*Weekday, begins="00:00", ends="12:00"), open_on(*Weekday, begins="12:00", ends="24:00")
    )

    assert doors_at([day_and_night], at("2026-11-01T01:30:00-08:00")) == Doors(open_now=True)


@pytest.mark.parametrize("zone", [None, "", "Nowhere/At_All", "../etc/passwd", "America"])
def test_hours_without_a_zone_say_nothing(zone: str | None) -> None:
    assert doors_at([a_place(open_on(*WEEKDAYS), zone=zone)], at("2026-11-25T12:00:00Z")) == Doors()


def test_without_hours_nothing_is_known() -> None:
    assert doors_at([], at("2026-11-25T12:00:00Z")) == Doors()
    assert doors_at([a_place(), a_place(open_on())], at("2026-11-25T12:00:00Z")) == Doors()
