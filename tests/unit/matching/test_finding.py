"""A search by itself: what it leaves behind."""

from __future__ import annotations

import gc

from service.guidance.rules import Category
from service.matching.finding import Finding
from service.matching.standing import almost_matched, invited, matched
from tests.builders.matching import CORNER, NOW, a_part, an_offering, somebody


def test_what_a_search_remembered_is_gone_with_it() -> None:
    """Millions of offerings are megabytes a search: they must not wait for the collector of cycles."""
    part = a_part([an_offering(number) for number in range(1, 40)])
    person = somebody(Category.SOMEONE_TO_TALK_TO, latitude=CORNER[0], longitude=CORNER[1], max_km=5.0)

    def search() -> int:
        finding = Finding(person, [part], NOW, b"", few=2)
        return len(finding.firsts((matched, 10), (invited, 3), (almost_matched, 4))[0])

    assert search() == 10
    gc.collect()
    gc.disable()
    try:
        search()
        left = gc.collect()
    finally:
        gc.enable()

    assert left == 0
