"""A few thousand opening weeks, as offerings keep them, and what each comes down to."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import Weekday
from service.matching.codes import Time
from service.providers.rules import Hours

WEEKS = 3_000
WORDS = 6
TIMES = tuple(Time)
_WORKDAYS = tuple(Weekday)[:5]
_DAYS = (_WORKDAYS, _WORKDAYS, tuple(Weekday), ("mon", "wed"), ("tue", "thu"), ("sat",), ("fri", "sat", "sun"))
_OPENS = ("06:00", "07:30", "08:00", "08:30", "09:00", "09:15", "10:00", "12:00", "13:00", "16:00", "18:00", "22:00")
_CLOSES = ("02:00", "11:30", "12:00", "14:00", "16:00", "16:45", "17:00", "17:30", "18:00", "20:00", "21:00", "24:00")


def draw_weeks(seed: int) -> tuple[tuple[Hours, ...], ...]:
    """Draw opening weeks of one to three spans; the first is never open."""
    chance = random.Random(seed)
    return ((), *(_week(chance) for _ in range(WEEKS - 1)))


def _week(chance: random.Random) -> tuple[Hours, ...]:
    return tuple(
        Hours(
            days=tuple(Weekday(day) for day in chance.choice(_DAYS)),
            from_=chance.choice(_OPENS),
            until=chance.choice(_CLOSES),
            walk_in=chance.random() < 0.4,
        )
        for _ in range(chance.choice((1, 1, 2, 3)))
    )


def half_hours_of(week: tuple[Hours, ...]) -> int:
    """The whole half hours of a week, Monday 00:00 first, in which a place is open, as 336 bits."""
    bits = 0
    for hours in week:
        begins, ends = _minutes(hours.from_), _minutes(hours.until)
        last = ends // 30 if ends > begins else ends // 30 + 48
        for day in hours.days:
            for place in range(-(-begins // 30), last):
                bits |= 1 << (tuple(Weekday).index(day) * 48 + place) % 336
    return bits


def times_of(week: tuple[Hours, ...]) -> int:
    """When a place is open, as people wish for it, as bits of TIMES."""
    bits = 0
    for hours in week:
        over_midnight = hours.until <= hours.from_
        holds = {
            Time.MORNINGS: hours.from_ < "12:00",
            Time.AFTERNOONS: hours.from_ < "18:00" and (over_midnight or hours.until > "12:00"),
            Time.EVENINGS: over_midnight or hours.until > "18:00",
            Time.WEEKENDS: bool({Weekday.SAT, Weekday.SUN} & set(hours.days)),
            Time.WALK_IN: hours.walk_in,
        }
        bits |= sum(1 << TIMES.index(time) for time, so in holds.items() if so)
    return bits


def words_of(bits: int) -> NDArray[np.uint64]:
    """336 bits as six words of 64."""
    return np.array([bits >> 64 * word & (1 << 64) - 1 for word in range(WORDS)], dtype=np.uint64)


def _minutes(time_of_day: str) -> int:
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:])
