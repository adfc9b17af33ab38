"""Two rule books in one process: each decides by its own numbers, and by nothing of the other's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.guidance.rules import Category
from service.matching.candidate import Candidate
from service.matching.finding import Finding, Hit
from service.matching.phrases import because
from service.matching.ranking import TABLE, score_all
from service.matching.rules import Applicant
from service.matching.standing import matched
from service.matching.verdicts import Single
from service.rulebook.rules import RuleBook
from tests.builders.books import a_book
from tests.builders.matching import BOOK, CORNER, NOW, a_case, a_part, an_offering, room, somebody
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
        "near_halves_every_km": by.uniform(1, 100),
        "unwanted_distance_counts": by.uniform(0.01, 1),
        "hours_are_enough_at": by.uniform(1, 200),
        "declared_hours_count": by.uniform(0.01, 1),
        "other_training_counts": by.uniform(0.01, 1),
    }
    openness = {each: by.random() for each in ("room", "waitlist", "full", "unknown")}
    return a_book(weights=weights, curves=curves, openness=openness)


books = st.integers(0, 2**64 - 1).map(Random).map(drawn)


def judged(person: Applicant, directory: list[Candidate], now: datetime, book: RuleBook) -> list[Hit]:
    """Everybody who matches, best first, by a book that the directory was not put in order by."""
    return Finding(person, [a_part(directory)], now, SEED, few=0, book=book).first(matched, 1_000)


@SOME
@given(people, directories, instants, books)
def test_values_stay_between_nothing_and_all_and_the_score_is_their_weighed_sum(
    person: Applicant, directory: list[Candidate], now: datetime, book: RuleBook
) -> None:
    by_id = {each.id: each for each in directory}

    for hit in judged(person, directory, now, book):
        assert np.all((hit.values >= 0) & (hit.values <= 1 + 1e-12))
        parts = because(Single(hit.case, by_id[hit.id], "en"), hit.values)
        assert hit.score == pytest.approx(sum(part.contributes for part in parts), abs=5e-9)


@SOME
@given(people, directories, instants, books, st.integers(1, 9))
def test_by_any_book_the_first_k_are_those_of_a_search_that_scores_everybody(
    person: Applicant, directory: list[Candidate], now: datetime, book: RuleBook, k: int
) -> None:
    in_its_order = Finding(person, [a_part(directory, book=book)], now, SEED, few=1, book=book)

    everybody = judged(person, directory, now, book)
    assert [(hit.id, hit.score) for hit in in_its_order.first(matched, k)] == [
        (hit.id, hit.score) for hit in everybody[:k]
    ]


@SOME
@given(people, directories, books)
def test_another_book_beside_it_changes_nothing_for_the_book_in_force(
    person: Applicant, directory: list[Candidate], book: RuleBook
) -> None:
    before = judged(person, directory, NOW, BOOK)
    judged(person, directory, NOW, book)
    after = judged(person, directory, NOW, BOOK)

    assert all(hit.case.book == BOOK for hit in before)
    assert [(hit.id, hit.score) for hit in before] == [(hit.id, hit.score) for hit in after]


@SOME
@given(people, directories, books)
def test_a_book_decides_nothing_but_the_order(person: Applicant, directory: list[Candidate], book: RuleBook) -> None:
    by_both = [{hit.id for hit in judged(person, directory, NOW, each)} for each in (BOOK, book)]

    assert by_both[0] == by_both[1]


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
    by_row, _ = score_all(replace(a_case(person, offering), book=book))

    values = {part.component.value: by_row[row, 0] for row, part in enumerate(TABLE)}
    assert values[component] == pytest.approx(expected)
