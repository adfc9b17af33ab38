"""Where a list of people who wait is cut."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from service.coordinating.answers import Waiting
from service.coordinating.helpable import whole_instants
from tests.builders.matching import NOW


def waiting(*seconds: int) -> list[Waiting]:
    """People who came in so many seconds ago."""
    return [
        Waiting(intake_id=UUID(int=n), person_id=UUID(int=n), received_at=NOW - timedelta(seconds=each))
        for n, each in enumerate(seconds)
    ]


@pytest.mark.parametrize(
    ("seconds", "kept", "more"),
    [((), 0, False), ((0, 1, 2), 3, False), ((0, 1, 2, 3), 3, True), ((0, 1, 2, 2), 2, True), ((5, 5, 5, 5), 3, True)],
)
def test_those_of_one_instant_stay_together(seconds: tuple[int, ...], kept: int, more: bool) -> None:
    lines, has_more = whole_instants(waiting(*seconds), 3)

    assert (len(lines), has_more) == (kept, more)
