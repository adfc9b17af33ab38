"""Two books over one directory: who sees something else by the new one, and what is told of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from service.guidance.rules import Category, Setting
from service.matching.candidate import Candidate
from service.matching.invented import invent
from service.matching.recorded import Recorded
from service.matching.rules import Applicant
from service.matching.tallies import Line
from service.matching.telling import tell_book, tell_differences, tell_trial
from service.matching.trial import SEEN, Ground, Trial, gaining_and_losing, offering_lines, people_lines, try_book
from service.providers.level import Level
from service.providers.rules import Remote, SpokenLanguage
from service.rulebook.rules import RuleBook
from tests.builders.books import a_book
from tests.builders.matching import BOOK, CORNER, NOW, a_part, a_site, an_id, an_offering, room, somebody

NEARER = {"weights__near": 0.55, "weights__fit": 0.05}
# One is at the corner and has a waitlist; the other is 20 km away and has room.
AT_THE_CORNER = an_offering(1, capacity=room("waitlist", wait=28))
FAR_WITH_ROOM = an_offering(2, sites=(a_site(CORNER[0] + 0.18, CORNER[1]),), level=Level.HRP_VERIFIED)
HERE = somebody(Category.SOMEONE_TO_TALK_TO, latitude=CORNER[0], longitude=CORNER[1])


def a_ground(directory: Sequence[Candidate], new: RuleBook) -> Ground:
    """A directory in the order of both books."""
    known = {each.id: each for each in directory}
    parts = ([a_part(directory)], [a_part(directory, book=new)])
    return Ground(*parts, lambda ids: {each: known[each] for each in ids})


def tried(new: RuleBook, people: list[Applicant], *directory: Candidate) -> Trial:
    """A trial on some people."""
    recorded = [Recorded(each, number.to_bytes(2, "big")) for number, each in enumerate(people)]
    return try_book(recorded, a_ground(directory, new), NOW, in_force=BOOK, new=new)


def by_group(lines: list[Line]) -> dict[tuple[str, str], Line]:
    """Lines by split and group."""
    return {(line.split, line.group): line for line in lines}


@pytest.fixture
def nearer() -> Trial:
    """Twenty people at the corner and fifteen who did not say where they are, by a book to which near is dearest."""
    people = [HERE] * 20 + [replace(HERE, latitude=None, longitude=None, on_moud=True)] * 15
    return tried(a_book(**NEARER), people, AT_THE_CORNER, FAR_WITH_ROOM)


def test_who_said_where_they_are_sees_the_near_one_first(nearer: Trial) -> None:
    lines = by_group(people_lines(nearer))

    assert lines["", ""].counts == {
        "people": 35, "first": 20, "not_first": 15, "first_few": 0, "further_down": 0, "same": 15,
        "none_before": 0, "some_before": 35, "none_after": 0, "some_after": 35,
    }  # fmt: skip
    assert lines["place", "said"].counts == {"people": 20, "first": 20, "not_first": 0}
    assert lines["medication", "on_medication"].counts == {"people": 15, "first": 0, "not_first": 15}


def test_each_books_list_is_the_best_by_its_own_score(nearer: Trial) -> None:
    by_old, by_new, fit, soon, near, wishes, depth = by_group(people_lines(nearer))["place", "said"].figures or ()

    assert by_old < 0 < by_new
    assert (soon < 0, near > 0, fit, wishes, depth) == (True, True, 0, 0, 0)


def test_exposure_moves_from_one_offering_to_the_other(nearer: Trial) -> None:
    lines = by_group(gaining_and_losing(nearer))
    gained, lost = lines["offering", str(AT_THE_CORNER.id)], lines["offering", str(FAR_WITH_ROOM.id)]

    assert gained.counts == {"before": 35, "after": 35}
    assert gained.figures == pytest.approx((20 * SEEN[1] + 15 * SEEN[1], 20 * SEEN[0] + 15 * SEEN[1]))
    assert lost.figures == pytest.approx((35 * SEEN[0], 20 * SEEN[1] + 15 * SEEN[0]))


def test_groups_of_offerings_gain_and_lose(nearer: Trial) -> None:
    lines = by_group(offering_lines(nearer))

    assert lines["level", "hrp_verified"].counts == {"before": 70, "after": 70}
    assert lines["way", "in_person"].counts == {"before": 70, "after": 70}
    assert lines["speaks", "en"].figures is not None
    assert lines["surroundings", "few_around"].counts["before"] == 70


def test_the_same_numbers_change_nothing_for_anybody() -> None:
    trial = tried(a_book(), [HERE] * 12, AT_THE_CORNER, FAR_WITH_ROOM)

    assert people_lines(trial)[0].counts["same"] == 12
    assert people_lines(trial)[0].figures == (0,) * 7
    assert gaining_and_losing(trial) == []


def test_lots_fall_alike_by_both_books() -> None:
    twins = [an_offering(number) for number in range(1, 30)]
    trial = tried(a_book(), [HERE] * 40, *twins)

    assert people_lines(trial)[0].counts["same"] == 40


def test_ways_and_languages_are_told_apart() -> None:
    afar = an_offering(
        3, settings=(Setting.VIDEO,), sites=(), remote=Remote(licensed_in=("US-CA",)),
        languages_spoken=(SpokenLanguage(tag="es-MX"), SpokenLanguage(tag="ase")),
    )  # fmt: skip
    lines = by_group(offering_lines(tried(a_book(), [somebody()] * 11, afar)))

    assert lines["way", "from_a_distance"].counts["before"] == 11
    assert lines["jurisdiction", "US-CA"].counts["before"] == 11
    assert {"es", "ase/signed"} <= {group for split, group in lines if split == "speaks"}
    assert ("surroundings", "not_said") in lines


@pytest.mark.parametrize("few", [1, 5, 10])
def test_few_people_are_told_of_in_no_line(few: int) -> None:
    people = [replace(HERE, on_moud=True)] * few + [replace(HERE, latitude=None, longitude=None)] * 40
    lines = by_group(people_lines(tried(a_book(**NEARER), people, AT_THE_CORNER, FAR_WITH_ROOM)))

    for group in (("medication", "on_medication"), ("place", "said"), ("place", "not_said")):
        assert lines[group].counts["people"] is None
        assert lines[group].figures is None
    assert lines["", ""].counts["first"] is None


def test_what_is_told_says_no_number_from_one_to_ten() -> None:
    ground = a_ground(
        [AT_THE_CORNER, FAR_WITH_ROOM, *(an_offering(number) for number in range(3, 40))], a_book(**NEARER)
    )
    trial = try_book(invent(150, ground.before), ground, NOW, in_force=BOOK, new=a_book(**NEARER))
    lines = list(tell_trial(trial, a_book(**NEARER), BOOK))
    counts = [
        int(cell) for line in lines for cell in re.split(r"\s{2,}", line.strip()) if re.fullmatch(r"[0-9]+", cell)
    ]

    assert len(counts) > 20
    assert [count for count in counts if 1 <= count <= 10] == []
    assert any("–" in line for line in lines[:-1])


def test_invented_people_are_the_same_every_time_and_grown_up() -> None:
    parts = [a_part([AT_THE_CORNER])]

    assert invent(50, parts) == invent(50, parts)
    assert invent(60, parts)[:50] == invent(50, parts)
    assert len({each.applicant.confirmed for each in invent(50, parts)}) > 20
    assert invent(3, [a_part([])])


def test_a_book_is_told_with_who_answers_for_it_and_its_numbers() -> None:
    assert next(tell_book(BOOK)) == "Version 1, signed off on 2026-11-23 by the maintainers of Making Room."
    assert next(tell_book(a_book())) == "Version 99, a draft."
    assert any("2^(-expected wait / 21 d)" in line for line in tell_book(a_book(curves__wait_halves_every_days=21)))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ["It weighs as version 1 does, which is in force."]),
        (NEARER, ["weights.fit: 0.45 becomes 0.05", "weights.near: 0.15 becomes 0.55"]),
        ({"openness__waitlist": 0.3}, ["openness.waitlist: 0.4 becomes 0.3"]),
    ],
)
def test_differences_are_told_number_by_number(changes: dict[str, Any], told: list[str]) -> None:
    assert list(tell_differences(a_book(**changes), BOOK)) == told


def test_a_group_that_loses_more_than_all_is_marked() -> None:
    others = [replace(HERE, latitude=None, longitude=None, languages=frozenset())] * 60
    trial = tried(a_book(**NEARER), [HERE] * 20 + others, AT_THE_CORNER, FAR_WITH_ROOM)
    marked = [line.split()[:2] for line in tell_trial(trial, a_book(**NEARER), BOOK) if line.endswith("worse")]

    assert ["place", "said"] in marked
    assert ["place", "not_said"] not in marked
    assert an_id(1) == AT_THE_CORNER.id
