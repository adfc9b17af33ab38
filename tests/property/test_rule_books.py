"""Two rule books in one process: each decides by its own numbers, and by nothing of the other's."""

from __future__ import annotations

from datetime import datetime
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.guidance.rules import Category
from service.matching.candidate import Candidate
from service.matching.columns import build_columns
from service.matching.phrases import because
from service.matching.ranking import TABLE
from service.matching.rules import Applicant
from service.matching.search import judge_all
from service.matching.verdicts import Single
from service.rulebook.rules import RuleBook
from tests.builders.books import a_book
from tests.builders.matching import BOOK, CORNER, NOW, an_offering, room, somebody
from tests.property.directories import directories, instants, people

SOME = settings(max_examples=300)
SEED = b"somebody"


def drawn(by: Random) -> RuleBook:
    """A book as chance makes it, that holds every condition."""
    parts = [by.random() + 0.01 for _ in range(5)]
    weights = dict(zip(("fit", "soon", "near", "wishes", "depth"), (each / sum(parts) for each in parts), strict=True))
    curves = {
        "next_priority_counts": by.uniform(0.1, 1),
        "wait_halves_every_days": by.uniform(1, 60),
        "unknown_wait_days": by.uniform(0.5, 60),
        "news_halves_every_days": by.uniform(1, 60),
        "news_lasts_days": by.uniform(1, 60),
        "near_halves_every_km": by.uniform(1, 100),
        "unwanted_distance_counts": by.uniform(0.01, 1),
        "hours_are_enough_at": by.uniform(1, 200),
        "declared_hours_count": by.uniform(0.01, 1),
        "other_training_counts": by.uniform(0.01, 1),
    }
    openness = {each: by.random() for each in ("room", "waitlist", "full", "unknown")}
    return a_book(weights=weights, curves=curves, openness=openness)


books = st.integers(0, 2**64 - 1).map(Random).map(drawn)


@SOME
@given(people, directories, instants, books)
def test_values_stay_between_nothing_and_all_and_the_score_is_their_weighed_sum(
    person: Applicant, directory: list[Candidate], now: datetime, book: RuleBook
) -> None:
    judged = judge_all(person, build_columns(directory), now, SEED, book)

    assert np.all((judged.values >= 0) & (judged.values <= 1 + 1e-12))
    for row, candidate in enumerate(directory):
        parts = because(Single(judged.case.only(row), candidate, "en"), judged.values[:, row])
        assert judged.scores[row] == pytest.approx(sum(part.contributes for part in parts), abs=5e-9)


@SOME
@given(people, directories, books)
def test_another_book_beside_it_changes_nothing_for_the_book_in_force(
    person: Applicant, directory: list[Candidate], book: RuleBook
) -> None:
    columns = build_columns(directory)
    before = judge_all(person, columns, NOW, SEED)
    judge_all(person, columns, NOW, SEED, book)
    after = judge_all(person, columns, NOW, SEED, BOOK)

    assert before.case.book == BOOK
    assert np.array_equal(before.scores, after.scores)
    assert np.array_equal(before.met, after.met)


@SOME
@given(people, directories, books)
def test_a_book_decides_nothing_but_the_order_and_how_long_news_lasts(
    person: Applicant, directory: list[Candidate], book: RuleBook
) -> None:
    columns = build_columns(directory)
    differ = judge_all(person, columns, NOW, SEED).met != judge_all(person, columns, NOW, SEED, book).met

    assert np.flatnonzero(differ.any(axis=1)).tolist() in ([], [1])


@pytest.mark.parametrize(
    ("changes", "component", "expected"),
    [
        ({"curves__next_priority_counts": 1}, "fit", 0.5),
        ({"curves__wait_halves_every_days": 7}, "soon", 0.25 * 0.7),
        ({"openness__waitlist": 0.8}, "soon", 0.5 * 0.8),
        ({"openness__unknown": 0.1, "curves__news_halves_every_days": 14}, "soon", 0.5 * (0.7 + 0.1) / 2),
        ({"curves__hours_are_enough_at": 40}, "depth", 0.5),
        ({"curves__hours_are_enough_at": 80, "curves__other_training_counts": 0.25}, "depth", 0.5 * 0.25),
        ({"curves__declared_hours_count": 1}, "depth", 0.5),
        ({"curves__near_halves_every_km": 20}, "near", 1.0),
    ],
)
def test_each_number_of_a_book_does_what_its_name_says(
    changes: dict[str, float], component: str, expected: float
) -> None:
    person = somebody("grief_trauma", "legal", latitude=CORNER[0], longitude=CORNER[1])
    offering = an_offering(
        categories=(Category.GRIEF_TRAUMA,),
        capacity=room("waitlist", days_ago=14, wait=14),
        hours_verified=40,
        hours_declared=60,
    )
    book = a_book(**{"curves__news_halves_every_days": 1e9, "openness__waitlist": 0.7, **changes})
    judged = judge_all(person, build_columns([offering]), NOW, SEED, book)

    values = {part.component.value: judged.values[row, 0] for row, part in enumerate(TABLE)}
    assert values[component] == pytest.approx(expected)
