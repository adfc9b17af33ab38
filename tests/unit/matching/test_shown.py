"""What was shown is remembered as it was, and not for ever."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from service.matching import shown
from service.matching.shown import Key, Shown
from tests.builders.matching import an_offering

TODAY = date(2026, 11, 28)


def key(number: int, version: int = 1, day: date = TODAY) -> Key:
    return UUID(int=number), version, day


def test_what_was_not_shown_for_the_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "MOST_SHOWN", 3)
    known, offering = Shown(), an_offering()
    for number in (1, 2, 3):
        known.keep(key(number), offering)
    again = known.recall([key(1)])
    known.keep(key(4), offering)

    assert again == {UUID(int=1): offering}
    assert set(known.recall(map(key, (1, 2, 3, 4)))) == {UUID(int=1), UUID(int=3), UUID(int=4)}


def test_another_version_or_another_day_is_not_recalled() -> None:
    known = Shown()
    known.keep(key(1), an_offering())

    assert known.recall([key(1, version=2), key(1, day=date(2026, 11, 29))]) == {}
