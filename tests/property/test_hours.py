"""The law of opening hours, against a walk from minute to minute that looks at the clock on the wall each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.guidance.rules import Weekday
from service.providers.hours import DAYS_AHEAD, Doors, doors_at
from service.providers.rules import Hours, Site

MINUTE = timedelta(minutes=1)
CLOCK = (
    "00:00",
    "00:30",
    "01:00",
    "01:30",
    "02:00",
    "02:15",
    "02:30",
    "03:00",
    "09:00",
    "13:07",
    "22:00",
    "23:59",
    "24:00",
)
# Instants near which the clocks of these places jump: by an hour, by half of one, at midnight, over a whole day.
JUMPS = (
    ("America/Los_Angeles", datetime(2027, 3, 14, 10, tzinfo=UTC)),
    ("America/Los_Angeles", datetime(2026, 11, 1, 9, tzinfo=UTC)),
    ("Europe/Dublin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2027, 4, 3, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("America/Havana", datetime(2027, 3, 14, 5, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, 5, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2027, 3, 27, 22, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 10, 24, 21, tzinfo=UTC)),
    ("America/Santiago", datetime(2027, 4, 4, 3, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2027, 2, 7, 2, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 12, 31, 18, 15, tzinfo=UTC)),
)
UNREADABLE = (None, "", "Nowhere/At_All", "America", "../etc/passwd", "\0", "x" * 300)


def hours(by: Random) -> Hours:
    """An opening; often a night that may be one with a jump in it, now and then no day at all."""
    days = tuple(by.sample(tuple(Weekday), by.choice((0, 1, 1, 2, 5, 7))))
    return Hours(days=days, from_=by.choice(CLOCK), until=by.choice(CLOCK))


def sites(by: Random, zone: str) -> tuple[Site, ...]:
    """One place, or several, most of them by the same clock."""
    zones = (zone, zone, by.choice(JUMPS)[0], by.choice(UNREADABLE))
    return tuple(
        Site(
            latitude=0.0,
            longitude=0.0,
            timezone=by.choice(zones),
            hours=tuple(hours(by) for _ in range(by.randint(0, 3))),
        )
        for _ in range(by.choice((1, 1, 2, 3)))
    )


def asked(by: Random) -> tuple[tuple[Site, ...], datetime]:
    """Places, and an instant not far from a jump of one of their clocks."""
    zone, jump = by.choice(JUMPS)
    return sites(by, zone), jump + timedelta(
        seconds=by.choice((0, by.randint(-260_000, 90_000), by.randint(-7200, 7200)))
    )


def is_open(site: Site, at: datetime) -> bool:
    """Whether a place is open in this minute, by its own clock and calendar."""
    shown = at.astimezone(ZoneInfo(site.timezone or ""))
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for each in site.hours:
        begins, ends = (int(text.split(":")[0]) * 60 + int(text.split(":")[1]) for text in (each.from_, each.until))
        if ends <= begins:
            ends += 1440
        for days_ago in (0, 1, 2):
            minute = shown.hour * 60 + shown.minute + 1440 * days_ago
            begun_on = names[(shown.weekday() - days_ago) % 7]
            if begun_on in {str(day) for day in each.days} and begins <= minute < ends:
                return True
    return False


def says_some(each: Hours) -> bool:
    """Whether an opening has a minute at all; from 24:00 to 00:00 has none."""
    return bool(each.days) and (each.from_, each.until) != ("24:00", "00:00")


def walked(places: Sequence[Site], now: datetime) -> Doors:
    """The same answer by looking at every minute."""
    known = [each for each in places if each.timezone in available_timezones() and any(map(says_some, each.hours))]
    if not known:
        return Doors()
    minute = now.replace(second=0, microsecond=0)
    before = open_now = any(is_open(each, minute) for each in known)
    closes = None
    while (minute := minute + MINUTE) <= now + timedelta(days=DAYS_AHEAD[-1]):
        then = any(is_open(each, minute) for each in known)
        if then and not before:
            return Doors(open_now=open_now, closes=closes, next_open=minute)
        if before and not then:
            closes = minute
        before = then
    return Doors(open_now=open_now, closes=closes, next_open=None)


def in_utc(doors: Doors) -> Doors:
    """The same instants in UTC: Python calls times that a clock shows twice unequal to those of any other zone."""
    return replace(
        doors,
        closes=doors.closes.astimezone(UTC) if doors.closes else None,
        next_open=doors.next_open.astimezone(UTC) if doors.next_open else None,
    )


def at_night(day: Weekday, begins: str, ends: str) -> tuple[Site, ...]:
    """One opening in Los Angeles."""
    return (
        Site(
            latitude=0,
            longitude=0,
            timezone="America/Los_Angeles",
            hours=(Hours(days=(day,), from_=begins, until=ends),),
        ),
    )


@settings(max_examples=200)
@given(st.integers(0, 2**64 - 1).map(Random).map(asked))
@example((at_night(Weekday.SUN, "02:00", "02:30"), datetime(2027, 3, 14, 9, 59, 59, tzinfo=UTC)))
@example((at_night(Weekday.SUN, "02:15", "05:00"), datetime(2027, 3, 14, 9, 0, tzinfo=UTC)))
@example((at_night(Weekday.SUN, "01:30", "02:00"), datetime(2026, 11, 1, 8, 45, tzinfo=UTC)))
@example((at_night(Weekday.SAT, "22:00", "01:30"), datetime(2026, 11, 1, 8, 45, tzinfo=UTC)))
def test_doors_are_as_a_walk_from_minute_to_minute_finds_them(question: tuple[tuple[Site, ...], datetime]) -> None:
    places, now = question
    read = doors_at(places, now)

    assert in_utc(read) == walked(places, now)


@settings(max_examples=200)
@given(st.integers(0, 2**64 - 1).map(Random).map(asked))
def test_instants_carry_the_offset_of_a_place_that_opens_or_closes_then(
    question: tuple[tuple[Site, ...], datetime],
) -> None:
    places, now = question
    read = doors_at(places, now)

    offsets = {
        at: {
            at.astimezone(ZoneInfo(each.timezone)).utcoffset()
            for each in places
            if each.timezone in available_timezones()
        }
        for at in (read.closes, read.next_open)
        if at is not None
    }
    assert all(at.utcoffset() in found for at, found in offsets.items())


@settings(max_examples=100)
@given(st.integers(0, 2**64 - 1).map(Random).map(asked), st.sampled_from(UNREADABLE))
def test_a_place_with_an_unreadable_zone_changes_nothing(
    question: tuple[tuple[Site, ...], datetime], zone: str | None
) -> None:
    places, now = question
    lost = Site(
        latitude=0, longitude=0, timezone=zone, hours=(Hours(days=tuple(Weekday), from_="00:00", until="24:00"),)
    )

    assert doors_at((lost, *places), now) == doors_at(places, now)
