"""Trying a rule book before it is in force: the same people, the same directory, two books, and what would change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from service.matching.cells import LEAST
from service.matching.columns import Columns
from service.matching.groups import OFFERINGS, PEOPLE, by_surroundings, grouper
from service.matching.recorded import Recorded
from service.matching.rules import Applicant
from service.matching.search import Judged, judge_all
from service.matching.tallies import ALL, Item, Layout, Line, tabulate
from service.rulebook.rules import RuleBook

FIRST = 10
FIRST_FEW = 3
# What stands further down is seen by fewer (Järvelin and Kekäläinen 2002): 1, 0.63, 0.5 …
SEEN = 1 / np.log2(np.arange(2, FIRST + 2))
MOST_OFFERINGS = 20
OTHERS = "all others"
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Replay:
    """What one applicant sees first by either book, and what that is worth to them.

    `worth` is what changes from one list to the other, each weighed by how far up it stands: the score by the book in
    force, the score by the new one, then the five values by the book in force.
    """

    applicant: Applicant
    before: Rows
    after: Rows
    worth: tuple[float, ...]

    @property
    def change(self) -> str:
        """How far up something changes."""
        if not np.array_equal(self.before[:1], self.after[:1]):
            return "first"
        if not np.array_equal(self.before[:FIRST_FEW], self.after[:FIRST_FEW]):
            return "first_few"
        return "same" if np.array_equal(self.before, self.after) else "further_down"


CHANGES = ("first", "first_few", "further_down", "same")
NO_MATCH = ("none_before", "some_before", "none_after", "some_after")


@dataclass(frozen=True, slots=True)
class Trial:
    """All replays over one directory."""

    replays: tuple[Replay, ...]
    columns: Columns


def try_book(
    people: Iterable[Recorded], columns: Columns, now: datetime, *, in_force: RuleBook, new: RuleBook
) -> Trial:
    """Rank everybody's first ten by both books, with the same lots."""
    replays = (_replay(one, columns, now, in_force, new) for one in people)
    return Trial(tuple(replays), columns)


def _replay(one: Recorded, columns: Columns, now: datetime, in_force: RuleBook, new: RuleBook) -> Replay:
    old, other = (judge_all(one.applicant, columns, now, one.seed, book) for book in (in_force, new))
    before, after = (judged.matched()[:FIRST] for judged in (old, other))
    worth = _worth(after, old, other) - _worth(before, old, other)
    return Replay(one.applicant, before, after, tuple(worth.tolist()))


def _worth(rows: Rows, old: Judged, new: Judged) -> NDArray[np.float64]:
    """What a list is worth by both books' scores and the five values, shape (7,); an empty place is worth nothing."""
    by = np.vstack([old.scores[rows], new.scores[rows], old.values[:, rows]])
    return np.asarray((by * SEEN[: rows.size]).sum(axis=1) / SEEN.sum())


def people_lines(trial: Trial) -> list[Line]:
    """How many see something else, by how far up it changes, and who sees another one first by group of people.

    Figures are sums of `worth`. One table, because what stands in two would be taken from one another.
    """
    items = [
        Item(
            number,
            {split.name: split.group(each.applicant) for split in PEOPLE},
            _people_counts(each),
            each.worth,
        )
        for number, each in enumerate(trial.replays)
    ]
    return tabulate(
        items,
        Layout(
            splits={split.name: split.once for split in PEOPLE},
            measures=("people", "first", "not_first"),
            once_for_all=(*CHANGES[1:], *NO_MATCH),
            parted=[
                ("people", ("first", "not_first")),
                ("not_first", CHANGES[1:]),
                *(("people", both) for both in (NO_MATCH[:2], NO_MATCH[2:])),
            ],
            figures_need=("people",),
        ),
    )


def _people_counts(replay: Replay) -> Mapping[str, int]:
    before, after = bool(replay.before.size), bool(replay.after.size)
    return {
        "people": 1,
        "not_first": int(replay.change != "first"),
        **{each: int(replay.change == each) for each in CHANGES},
        **dict(zip(NO_MATCH, map(int, (not before, before, not after, after)), strict=True)),
    }


def offering_lines(trial: Trial) -> list[Line]:
    """How often and how far up groups of offerings are shown by either book; figures are both exposures."""
    splits = (*OFFERINGS, by_surroundings(trial.columns.candidates))
    groups = grouper(splits)
    items = [
        Item(number, groups(trial.columns.candidates[row]), counts, figures)
        for number, row, counts, figures in _shown(trial)
    ]
    return _exposures(items, {split.name: split.once for split in splits})


def gaining_and_losing(trial: Trial) -> list[Line]:
    """The offerings that gain or lose the most exposure, by id. What few people are shown is not among them."""
    change: dict[int, float] = defaultdict(float)
    seen_by: dict[str, Counter[int]] = {"before": Counter(), "after": Counter()}
    for _, row, counts, (before, after) in _shown(trial):
        change[row] += after - before
        for when, counted in seen_by.items():
            counted[row] += counts[when]
    many = [row for row in change if change[row] and all(counted[row] >= LEAST for counted in seen_by.values())]
    most = sorted(many, key=lambda row: -abs(change[row]))[:MOST_OFFERINGS]
    names = {row: str(trial.columns.candidates[row].id) for row in most}
    items = [
        Item(number, {"offering": frozenset({names.get(row, OTHERS)})}, counts, figures)
        for number, row, counts, figures in _shown(trial)
    ]
    return [line for line in _exposures(items, {"offering": True}) if line.split != ALL and line.group != OTHERS]


def _exposures(items: Sequence[Item], splits: Mapping[str, bool]) -> list[Line]:
    both = ("before", "after")
    return tabulate(items, Layout(splits=splits, measures=both, figures_need=both))


def _shown(trial: Trial) -> list[tuple[int, int, dict[str, int], tuple[float, float]]]:
    """Each offering that somebody is shown: to whom, which row, by which book, how far up."""
    shown = []
    for number, each in enumerate(trial.replays):
        seen = [
            {int(row): float(seen) for row, seen in zip(rows, SEEN, strict=False)} for rows in (each.before, each.after)
        ]
        for row in sorted({*seen[0], *seen[1]}):
            counts = {"before": int(row in seen[0]), "after": int(row in seen[1])}
            shown.append((number, row, counts, (seen[0].get(row, 0.0), seen[1].get(row, 0.0))))
    return shown
