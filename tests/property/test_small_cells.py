"""No small figure is printed, and none can be worked out from those that are: attacked by programs of our own."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from service.matching.cells import LEAST, Sum, bounds_of, hidden

SOME = settings(max_examples=60)
Table = tuple[dict[Hashable, int], list[Sum[Hashable]]]


def count(by: Random) -> int:
    """A count as tables have them: often zero, often small."""
    return by.choice((0, by.randint(1, 10), by.randint(11, 30), by.randint(11, 400)))


def a_row(by: Random, name: str = "a") -> Table:
    """Some cells and their total."""
    cells: dict[Hashable, int] = {(name, place): count(by) for place in range(by.randint(1, 7))}
    total = (name, "all")
    return {**cells, total: sum(cells.values())}, [Sum(total, tuple(cells))]


def a_grid(by: Random) -> Table:
    """Rows and columns with totals of both, and of all."""
    high, wide = by.randint(2, 4), by.randint(2, 4)
    counts: dict[Hashable, int] = {(row, column): count(by) for row in range(high) for column in range(wide)}
    sums: list[Sum[Hashable]] = []
    for row in range(high):
        parts = tuple((row, column) for column in range(wide))
        counts[row, "all"] = sum(counts[each] for each in parts)
        sums.append(Sum((row, "all"), parts))
    for column in (*range(wide), "all"):
        parts = tuple((row, column) for row in range(high))
        counts["all", column] = sum(counts[each] for each in parts)
        sums.append(Sum(("all", column), parts))
    sums.append(Sum(("all", "all"), tuple(("all", column) for column in range(wide))))
    return counts, sums


def a_crowd(by: Random) -> Table:
    """People in groups that overlap: in each, who is in it and who is not, and of each how many moved."""
    people = [(by.random() < 0.3, {tag for tag in "defgh" if by.random() < 0.2}) for _ in range(by.randint(1, 120))]
    counts: dict[Hashable, int] = {"people": len(people), "moved": sum(moved for moved, _ in people)}
    counts["stayed"] = counts["people"] - counts["moved"]
    sums: list[Sum[Hashable]] = [Sum("people", ("moved", "stayed"))]
    for tag in "defgh":
        for inside in (True, False):
            who = [moved for moved, tags in people if (tag in tags) is inside]
            counts[tag, inside, "moved"], counts[tag, inside, "stayed"] = sum(who), len(who) - sum(who)
            counts[tag, inside] = len(who)
            sums.append(Sum((tag, inside), ((tag, inside, "moved"), (tag, inside, "stayed"))))
        sums.append(Sum("people", ((tag, True), (tag, False))))
        sums.append(Sum("moved", ((tag, True, "moved"), (tag, False, "moved"))))
    return counts, sums


def two_ways(by: Random) -> Table:
    """One total, taken apart in two ways that are printed side by side."""
    first, sums = a_row(by)
    total = first["a", "all"]
    rest = total
    second: dict[Hashable, int] = {}
    for place in range(by.randint(1, 4)):
        second["b", place] = by.randint(0, rest)
        rest -= second["b", place]
    second["b", "rest"] = rest
    return {**first, **second}, [*sums, Sum(("a", "all"), tuple(second))]


tables = st.tuples(st.sampled_from([a_row, a_grid, a_crowd, two_ways]), st.integers(0, 2**64 - 1)).map(
    lambda drawn: drawn[0](Random(drawn[1]))
)


def equations(cells: Sequence[Hashable], sums: Sequence[Sum[Hashable]]) -> np.ndarray[Any, Any]:
    """That sums are sums, over every cell of the table."""
    place = {cell: number for number, cell in enumerate(cells)}
    rows = np.zeros((len(sums), len(cells)))
    for row, each in zip(rows, sums, strict=True):
        row[place[each.whole]] += 1
        for part in each.parts:
            row[place[part]] -= 1
    return rows


def range_of(
    cell: Hashable, counts: Mapping[Hashable, int], sums: Sequence[Sum[Hashable]], away: frozenset[Hashable]
) -> float:
    """How wide the range is in which an attacker has to leave a cell who reads the whole page."""
    cells, most = list(counts), 100 * (max(counts.values()) + LEAST)
    bounds = [(0, most) if each in away else (counts[each], counts[each]) for each in cells]
    aim = np.array([float(each == cell) for each in cells])
    rows = equations(cells, sums)
    low, high = (
        linprog(sign * aim, A_eq=rows, b_eq=np.zeros(len(sums)), bounds=bounds, method="highs").fun for sign in (1, -1)
    )
    assert low is not None
    assert high is not None
    return -high - low


@SOME
@given(tables)
def test_no_hidden_cell_can_be_worked_out_to_within_eleven(table: Table) -> None:
    counts, sums = table
    away = hidden(counts, sums)

    assert all(range_of(cell, counts, sums, away) >= LEAST - 1e-6 for cell in away)


@SOME
@given(tables)
def test_whatever_is_printed_is_zero_or_many(table: Table) -> None:
    counts, sums = table
    printed = counts.keys() - hidden(counts, sums)

    assert [cell for cell in printed if 0 < counts[cell] < LEAST] == []


@settings(max_examples=10)
@given(tables)
def test_there_is_another_table_of_whole_numbers_with_the_same_page(table: Table) -> None:
    counts, sums = table
    away, cells = hidden(counts, sums), list(counts)
    least = np.array([0 if cell in away else counts[cell] for cell in cells])
    most = np.array([100_000 if cell in away else counts[cell] for cell in cells])
    rows = equations(cells, sums)

    for hid in away:
        aim = np.array([float(cell == hid) for cell in cells])
        found = [
            milp(
                sign * aim,
                constraints=LinearConstraint(rows, 0, 0),
                bounds=Bounds(least, most),
                integrality=np.ones(len(cells), dtype=np.int64),
            )
            for sign in (1, -1)
        ]
        values = {round(float(each.x[cells.index(hid)])) for each in found if each.x is not None}
        assert len(values) == 2


@SOME
@given(tables)
def test_where_nothing_is_small_everything_is_printed(table: Table) -> None:
    counts, sums = table
    large = {cell: 20 * number for cell, number in counts.items()}

    assert hidden(large, sums) == frozenset()


@SOME
@given(tables, st.integers(2, 30))
def test_what_the_caller_names_stays_hidden_too(table: Table, least: int) -> None:
    counts, sums = table
    named = [cell for cell in counts if counts[cell] > 0][:1]
    away = hidden(counts, sums, small=named, least=least)

    assert set(named) <= away
    assert all(
        bounds_of(cell, counts, sums, away, least=least)[1] - bounds_of(cell, counts, sums, away, least=least)[0]
        >= least
        for cell in away
    )


def test_hiding_the_small_cell_alone_would_give_it_back() -> None:
    counts = {"a": 7, "b": 40, "c": 60, "all": 107}
    sums = [Sum("all", ("a", "b", "c"))]

    assert range_of("a", counts, sums, frozenset({"a"})) == 0  # type: ignore[arg-type]
    assert hidden(counts, sums) == {"a", "b"}


def test_two_small_ones_that_are_few_together_take_a_third_along() -> None:
    counts = {"a": 3, "b": 4, "c": 60, "d": 80, "all": 147}

    assert hidden(counts, [Sum("all", ("a", "b", "c", "d"))]) == {"a", "b", "c"}


def test_a_group_of_almost_everybody_would_tell_who_is_not_in_it() -> None:
    counts = {"in": 195, "out": 5, "all": 200}

    assert "in" in hidden(counts, [Sum("all", ("in", "out"))])


@pytest.mark.parametrize("people", [0, 1, 10, 11])
def test_a_table_of_few_people_is_no_table(people: int) -> None:
    counts = {"a": people, "b": 0, "all": people}

    assert hidden(counts, [Sum("all", ("a", "b"))]) == (set() if people in {0, 11} else {"a", "all"})
