"""Trying a rule book before it is in force: the same people, the same directory, two books, and what would change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching.candidate import Candidate
from service.matching.case import in_rows
from service.matching.cells import LEAST
from service.matching.finding import Finding, Hit
from service.matching.groups import OFFERINGS, PEOPLE, Cell, by_surroundings, grouper, offerings_around
from service.matching.parts import Part
from service.matching.ranking import score_all
from service.matching.recorded import Recorded
from service.matching.rules import Applicant
from service.matching.standing import matched
from service.matching.tallies import ALL, Item, Layout, Line, tabulate
from service.rulebook.rules import RuleBook

FIRST = 10
FIRST_FEW = 3
# What stands further down is seen by fewer (Järvelin and Kekäläinen 2002): 1, 0.63, 0.5 …
SEEN = 1 / np.log2(np.arange(2, FIRST + 2))
MOST_OFFERINGS = 20
OTHERS = "all others"


@dataclass(frozen=True, slots=True)
class Replay:
    """What one applicant sees first by either book, and what that is worth to them.

    `worth` is what changes from one list to the other, each weighed by how far up it stands: the score by the book in
    force, the score by the new one, then the five values by the book in force.
    """

    applicant: Applicant
    before: tuple[UUID, ...]
    after: tuple[UUID, ...]
    worth: tuple[float, ...]

    @property
    def change(self) -> str:
        """How far up something changes."""
        if self.before[:1] != self.after[:1]:
            return "first"
        if self.before[:FIRST_FEW] != self.after[:FIRST_FEW]:
            return "first_few"
        return "same" if self.before == self.after else "further_down"


CHANGES = ("first", "first_few", "further_down", "same")
NO_MATCH = ("none_before", "some_before", "none_after", "some_after")


@dataclass(frozen=True, slots=True)
class Ground:
    """The directory that a book is tried on: in the order of either book, and what is known of offerings by id."""

    before: Sequence[Part]
    after: Sequence[Part]
    read: Callable[[Sequence[UUID]], Mapping[UUID, Candidate]]


@dataclass(frozen=True, slots=True)
class Trial:
    """All replays; what is known of the offerings that anybody is shown, and how many stand in each part of the map."""

    replays: tuple[Replay, ...]
    offerings: Mapping[UUID, Candidate]
    around: Mapping[Cell, int]


def try_book(people: Iterable[Recorded], ground: Ground, now: datetime, *, in_force: RuleBook, new: RuleBook) -> Trial:
    """Rank everybody's first ten by both books, with the same lots."""
    replays = tuple(_replay(one, ground, now, in_force, new) for one in people)
    shown = sorted({each for replay in replays for each in (*replay.before, *replay.after)})
    return Trial(replays, ground.read(shown), offerings_around(ground.before))


def _replay(one: Recorded, ground: Ground, now: datetime, in_force: RuleBook, new: RuleBook) -> Replay:
    before, after = (
        Finding(one.applicant, parts, now, one.seed, book=book).first(matched, FIRST)
        for parts, book in ((ground.before, in_force), (ground.after, new))
    )
    worth = _worth(after, in_force, new) - _worth(before, in_force, new)
    return Replay(one.applicant, tuple(hit.id for hit in before), tuple(hit.id for hit in after), tuple(worth.tolist()))


def _worth(hits: Sequence[Hit], in_force: RuleBook, new: RuleBook) -> NDArray[np.float64]:
    """What a list is worth by both books' scores and the five values, shape (7,); an empty place is worth nothing."""
    worth = np.zeros(7)
    for hit, seen in zip(hits, SEEN, strict=False):
        case = in_rows(hit.case)
        values, old = score_all(replace(case, book=in_force))
        _, other = score_all(replace(case, book=new))
        worth += seen * np.array([old[0], other[0], *values[:, 0]])
    return np.asarray(worth / SEEN.sum())


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
    before, after = bool(replay.before), bool(replay.after)
    return {
        "people": 1,
        "not_first": int(replay.change != "first"),
        **{each: int(replay.change == each) for each in CHANGES},
        **dict(zip(NO_MATCH, map(int, (not before, before, not after, after)), strict=True)),
    }


def offering_lines(trial: Trial) -> list[Line]:
    """How often and how far up groups of offerings are shown by either book; figures are both exposures."""
    splits = (*OFFERINGS, by_surroundings(trial.around))
    groups = grouper(splits)
    items = [
        Item(number, groups(trial.offerings[offering_id]), counts, figures)
        for number, offering_id, counts, figures in _shown(trial)
    ]
    return _exposures(items, {split.name: split.once for split in splits})


def gaining_and_losing(trial: Trial) -> list[Line]:
    """The offerings that gain or lose the most exposure, by id. What few people are shown is not among them."""
    change: dict[UUID, float] = defaultdict(float)
    seen_by: dict[str, Counter[UUID]] = {"before": Counter(), "after": Counter()}
    for _, offering_id, counts, (before, after) in _shown(trial):
        change[offering_id] += after - before
        for when, counted in seen_by.items():
            counted[offering_id] += counts[when]
    many = [each for each in change if change[each] and all(counted[each] >= LEAST for counted in seen_by.values())]
    most = frozenset(sorted(many, key=lambda each: -abs(change[each]))[:MOST_OFFERINGS])
    items = [
        Item(number, {"offering": frozenset({str(each) if each in most else OTHERS})}, counts, figures)
        for number, each, counts, figures in _shown(trial)
    ]
    return [line for line in _exposures(items, {"offering": True}) if line.split != ALL and line.group != OTHERS]


def _exposures(items: Sequence[Item], splits: Mapping[str, bool]) -> list[Line]:
    both = ("before", "after")
    return tabulate(items, Layout(splits=splits, measures=both, figures_need=both))


def _shown(trial: Trial) -> list[tuple[int, UUID, dict[str, int], tuple[float, float]]]:
    """Each offering that somebody is shown: to whom, which, by which book, how far up."""
    shown = []
    for number, each in enumerate(trial.replays):
        seen = [dict(zip(ids, SEEN.tolist(), strict=False)) for ids in (each.before, each.after)]
        for offering_id in sorted({*seen[0], *seen[1]}):
            counts = {"before": int(offering_id in seen[0]), "after": int(offering_id in seen[1])}
            shown.append((number, offering_id, counts, (seen[0].get(offering_id, 0.0), seen[1].get(offering_id, 0.0))))
    return shown
