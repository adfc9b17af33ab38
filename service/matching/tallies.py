"""Counting by groups: items are added up over groups, and what would give away few people is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from service.matching.cells import LEAST, Sum, hidden

Kind = TypeVar("Kind")
ALL = ""
NOT_SAID = "not_said"
# Measure, split, group, and whether the group itself is meant or everything beside it.
Cell = tuple[str, str, str, bool]
Place = tuple[str, str, bool]
EVERYWHERE: Place = (ALL, ALL, True)


@dataclass(frozen=True, slots=True)
class Split(Generic[Kind]):
    """A way to part people or offerings into groups. `once`: everybody is in exactly one of them."""

    name: str
    of: Callable[[Kind], frozenset[str]]
    once: bool = True

    def group(self, one: Kind) -> frozenset[str]:
        """The groups that somebody or something is in; who is in none has said nothing."""
        return self.of(one) or frozenset({NOT_SAID})


@dataclass(frozen=True, slots=True)
class Item:
    """Something to count: whom it is about, its groups by split, how much it counts by measure, figures to add up."""

    who: Hashable
    groups: Mapping[str, frozenset[str]]
    counts: Mapping[str, int]
    figures: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One group of a split, as it may be printed: None where it may not. Figures are sums over the items."""

    split: str
    group: str
    counts: Mapping[str, int | None]
    figures: tuple[float, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a table counts.

    `splits` says of each split whether everything is in exactly one of its groups. `measures` are counted by group,
    `once_for_all` only for everybody together. `parted` says which measures are the sum of others. Figures of a line
    are printed where the counts are that `figures_need` names.
    """

    splits: Mapping[str, bool]
    measures: Sequence[str]
    once_for_all: Sequence[str] = ()
    parted: Sequence[tuple[str, tuple[str, ...]]] = ()
    figures_need: Sequence[str] = ()


@dataclass(slots=True)
class _Counted:
    """What is counted of one cell, and over whom."""

    count: int = 0
    people: set[Hashable] = field(default_factory=set)


def tabulate(items: Sequence[Item], layout: Layout) -> list[Line]:
    """Count items by group: one line for all of them, then one for each group of each split.

    A total with all but one of its parts is that part, and so is everybody beside a group of almost everybody: both
    are seen to (see matching.cells).
    """
    groups = {split: sorted({group for item in items for group in item.groups[split]}) for split in layout.splits}
    places = list(_places(groups, layout))
    cells = _count(items, places, layout)
    counts = {cell: counted.count for cell, counted in cells.items()}
    small = {cell for cell, counted in cells.items() if 0 < len(counted.people) < LEAST}
    away = hidden(counts, list(_sums(groups, places, layout)), small=small)
    figures = _add_up(items, places)
    return [_line(place, counts, away, figures[place], layout) for place in places if place[-1]]


def _places(groups: Mapping[str, Sequence[str]], layout: Layout) -> Iterator[Place]:
    """Every group; and where groups overlap, what is beside each of them."""
    yield EVERYWHERE
    for split, names in groups.items():
        for group in names:
            yield (split, group, True)
            if not layout.splits[split]:
                yield (split, group, False)


def _measured(place: Place, layout: Layout) -> Sequence[str]:
    return (*layout.measures, *layout.once_for_all) if place == EVERYWHERE else layout.measures


def _is_in(item: Item, place: Place) -> bool:
    split, group, inside = place
    return place == EVERYWHERE or (group in item.groups[split]) is inside


def _count(items: Sequence[Item], places: Sequence[Place], layout: Layout) -> dict[Cell, _Counted]:
    cells = {(measure, *place): _Counted() for place in places for measure in _measured(place, layout)}
    for item in items:
        for place in places:
            for measure in _measured(place, layout) if _is_in(item, place) else ():
                counted = cells[measure, *place]
                counted.count += item.counts[measure]
                if item.counts[measure]:
                    counted.people.add(item.who)
    return cells


def _add_up(items: Sequence[Item], places: Sequence[Place]) -> dict[Place, tuple[float, ...]]:
    figures: dict[Place, tuple[float, ...]] = defaultdict(tuple)
    for item in items:
        for place in places:
            if item.figures and _is_in(item, place):
                before = figures[place] or (0.0,) * len(item.figures)
                figures[place] = tuple(one + other for one, other in zip(before, item.figures, strict=True))
    return figures


def _sums(groups: Mapping[str, Sequence[str]], places: Sequence[Place], layout: Layout) -> Iterator[Sum[Cell]]:
    for measure in layout.measures:
        total = (measure, *EVERYWHERE)
        for split, names in groups.items():
            if layout.splits[split]:
                yield Sum(total, tuple((measure, split, group, True) for group in names))
                continue
            for group in names:
                yield Sum(total, ((measure, split, group, True), (measure, split, group, False)))
    for whole, parts in layout.parted:
        for place in places:
            if {whole, *parts} <= set(_measured(place, layout)):
                yield Sum((whole, *place), tuple((part, *place) for part in parts))


def _line(
    place: Place,
    counts: Mapping[Cell, int],
    away: frozenset[Cell],
    figures: tuple[float, ...],
    layout: Layout,
) -> Line:
    split, group, _ = place
    said = {
        measure: None if (measure, *place) in away else counts[measure, *place] for measure in _measured(place, layout)
    }
    shown = all(said[measure] is not None for measure in layout.figures_need)
    return Line(split, group, said, figures if shown else None)
