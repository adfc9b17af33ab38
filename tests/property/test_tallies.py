"""Printed tables, attacked by somebody who knows how they are made: what is hidden cannot be worked out from them."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from service.matching.cells import LEAST
from service.matching.tallies import ALL, Item, Layout, Line, tabulate

SOME = settings(max_examples=40)
LAYOUT = Layout(
    splits={"age": True, "tongue": False},
    measures=("people", "moved", "stayed"),
    once_for_all=("far", "near"),
    parted=[("people", ("moved", "stayed")), ("people", ("far", "near"))],
    figures_need=("people",),
)


def crowd(by: Random) -> list[Item]:
    """Some people; most groups of theirs are small."""
    return [
        Item(
            who=number,
            groups={
                "age": frozenset({by.choice("aaabbc")}),
                "tongue": frozenset(tag for tag in "xyz" if by.random() < 0.25) or frozenset({"none"}),
            },
            counts={"people": 1, "moved": (moved := int(by.random() < 0.2)), "stayed": 1 - moved,
                    "far": (far := int(by.random() < 0.1)), "near": 1 - far},
            figures=(by.random(),),
        )
        for number in range(by.randint(0, 120))
    ]  # fmt: skip


crowds = st.integers(0, 2**64 - 1).map(Random).map(crowd)


def truth(items: list[Item], line: Line, measure: str) -> int:
    """What a line would say if it might say everything."""
    return sum(item.counts[measure] for item in items if line.split == ALL or line.group in item.groups[line.split])


def placed(lines: list[Line], wanted: tuple[str, str, str]) -> float:
    """How wide the range is in which an attacker has to leave one figure. All they know stands in the lines."""
    figures = [(line.split, line.group, measure) for line in lines for measure in line.counts]
    place = {figure: number for number, figure in enumerate(figures)}
    rows: list[dict[int, float]] = []
    least: list[dict[int, float]] = []
    for measure in ("people", "moved", "stayed"):
        ages = {place["age", line.group, measure]: 1.0 for line in lines if line.split == "age"}
        rows.append({**ages, place[ALL, ALL, measure]: -1.0})
        for line in lines:
            if line.split == "tongue":
                least.append({place["tongue", line.group, measure]: 1.0, place[ALL, ALL, measure]: -1.0})
    for line in lines:
        whole = place[line.split, line.group, "people"]
        rows.append({place[line.split, line.group, each]: 1.0 for each in ("moved", "stayed")} | {whole: -1.0})
    rows.append({place[ALL, ALL, "far"]: 1.0, place[ALL, ALL, "near"]: 1.0, place[ALL, ALL, "people"]: -1.0})
    said = {(line.split, line.group, measure): count for line in lines for measure, count in line.counts.items()}
    bounds = [(0.0, 10_000.0) if (known := said[figure]) is None else (known, known) for figure in figures]
    aim = np.zeros(len(figures))
    aim[place[wanted]] = 1
    low, high = (
        linprog(
            sign * aim, A_eq=_dense(rows, len(figures)), b_eq=np.zeros(len(rows)), A_ub=_dense(least, len(figures)),
            b_ub=np.zeros(len(least)), bounds=bounds, method="highs",
        ).fun
        for sign in (1, -1)
    )  # fmt: skip
    assert low is not None
    assert high is not None
    return -high - low


def _dense(rows: list[dict[int, float]], wide: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    table = np.zeros((len(rows), wide))
    for row, told in zip(table, rows, strict=True):
        for column, value in told.items():
            row[column] += value
    return table


@SOME
@given(crowds)
def test_what_is_printed_is_true_and_zero_or_many(items: list[Item]) -> None:
    for line in tabulate(items, LAYOUT):
        for measure, count in line.counts.items():
            assert count in {None, truth(items, line, measure)}
            assert count is None or count == 0 or count >= LEAST


@SOME
@given(crowds)
def test_what_is_hidden_cannot_be_worked_out_to_within_eleven(items: list[Item]) -> None:
    lines = tabulate(items, LAYOUT)
    hidden = [(line.split, line.group, each) for line in lines for each, count in line.counts.items() if count is None]

    assert all(placed(lines, figure) >= LEAST - 1e-6 for figure in hidden)


@SOME
@given(crowds)
def test_nobody_can_tell_how_many_are_beside_a_printed_group_when_they_are_few(items: list[Item]) -> None:
    lines = tabulate(items, LAYOUT)
    total = lines[0].counts["people"]

    for line in lines:
        count = line.counts["people"]
        if total is not None and count is not None:
            assert total - count == 0 or total - count >= LEAST


@SOME
@given(crowds)
def test_figures_go_with_the_count_of_their_people(items: list[Item]) -> None:
    for line in tabulate(items, LAYOUT):
        assert line.counts["people"] is not None or line.figures is None
        if line.figures:
            theirs = [item.figures[0] for item in items if line.split == ALL or line.group in item.groups[line.split]]
            assert np.isclose(line.figures[0], sum(theirs))


def test_many_counts_of_few_people_are_few_people() -> None:
    layout = Layout(splits={"kind": True}, measures=("shown",))
    few = [Item(number % 3, {"kind": frozenset({"legal"})}, {"shown": 1}) for number in range(300)]
    many = [Item(number, {"kind": frozenset({"housing"})}, {"shown": 1}) for number in range(300)]

    by_kind = {line.group: line.counts["shown"] for line in tabulate([*few, *many], layout)}
    assert by_kind["legal"] is None
