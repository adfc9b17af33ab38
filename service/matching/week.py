"""A week in half hours, Monday 00:00 first, in local time: when a place is open, and when somebody can come.

A place is open for whole half hours: from 9:10 on means from 9:30 on. Somebody can come in every one that they
named a part of, so that no good time of theirs is lost.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import Weekday

HALF_HOURS_A_DAY = 48
HALF_HOURS = 7 * HALF_HOURS_A_DAY
WORDS = 6  # Of 64 bits each.
_DAYS = {day: number for number, day in enumerate(Weekday)}


def half_hours(days: Iterable[Weekday], begins: str, ends: str, *, begun: bool = False) -> int:
    """The half hours of a span (HH:MM) on some days, as bits: whole ones, or those that are begun as well.

    What ends before it begins ends on the next day.
    """
    if begun:
        first, last = _minutes(begins) // 30, -(-_minutes(ends) // 30)
    else:
        first, last = -(-_minutes(begins) // 30), _minutes(ends) // 30
    if _minutes(ends) <= _minutes(begins):
        last += HALF_HOURS_A_DAY
    span = range(first, last)
    return _bits((_DAYS[day] * HALF_HOURS_A_DAY + each) % HALF_HOURS for day in days for each in span)


def as_words(*weeks: int) -> NDArray[np.uint64]:
    """The same bits in words, shape (n, 6)."""
    written = b"".join(week.to_bytes(WORDS * 8, "little") for week in weeks)
    return np.frombuffer(written, dtype="<u8").astype(np.uint64).reshape(-1, WORDS)


def _bits(places: Iterable[int]) -> int:
    bits = 0
    for place in places:
        bits |= 1 << place
    return bits


def _minutes(time_of_day: str) -> int:
    hours, minutes = time_of_day.split(":")
    return int(hours) * 60 + int(minutes)
