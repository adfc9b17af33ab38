"""News about room: how it ages, and what can still be said of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.providers.codes import CapacityStatus
from service.providers.rules import Capacity

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def room(status: str = "capacity", *, age: timedelta = timedelta(), **more: int) -> Capacity:
    """Room, as of so long ago."""
    return Capacity(status=CapacityStatus(status), as_of=NOW - age, **more)


def test_each_silence_counts_as_a_week_and_the_news_stays_as_old_as_it_is() -> None:
    silent = room(age=timedelta(days=3), silences=2)

    assert NOW - silent.counts_from == timedelta(days=17)
    assert NOW - silent.as_of == timedelta(days=3)


@pytest.mark.parametrize(("silences", "days"), [(0, 14), (1, 7), (2, 0)])
def test_news_counts_for_two_weeks_less_one_for_each_silence(silences: int, days: int) -> None:
    assert not room(age=timedelta(days=days), silences=silences).is_old(NOW)
    assert room(age=timedelta(days=days) + MOMENT, silences=silences).is_old(NOW)


def test_no_number_of_silences_leads_out_of_the_calendar() -> None:
    first_day = Capacity(as_of=datetime(1, 1, 1, tzinfo=UTC), silences=10**9)

    assert first_day.counts_from == first_day.as_of
    assert room(silences=10**9).is_old(NOW)


def test_of_old_news_it_is_said_when_it_was_news_and_nothing_more() -> None:
    told = room(age=timedelta(days=15), open_slots=3, expected_wait_days=4)

    assert told.shown_at(NOW) == Capacity(as_of=told.as_of)


def test_with_not_one_open_place_there_is_no_room() -> None:
    assert room(open_slots=0).shown_at(NOW).status is CapacityStatus.NO_CAPACITY
    assert room(open_slots=1).shown_at(NOW).status is CapacityStatus.CAPACITY
    assert room("waitlist", open_slots=0).shown_at(NOW).status is CapacityStatus.WAITLIST
