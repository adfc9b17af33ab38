"""Who could go where, when places are fewer than people: an assignment, solved exactly, that decides nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

# About 24 MB and a quarter of a second a process. Read with the rest at the start: nobody should wait for it in the
# middle of a morning, and memory that comes later is memory that nobody planned for.
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

Place = TypeVar("Place", bound=Hashable)
# How many places are open there; None where nobody counted them, which is room for everybody.
Room = Callable[[Place], int | None]
# The solver adds and subtracts weights as float64, which is exact for whole numbers below 2^53. With scores of nine
# decimals the weights of 500 people stay below 2^48, and whatever it adds up below four times that.
MOST_PEOPLE = 500
A_WHOLE_SCORE = 10**9


@dataclass(frozen=True, slots=True)
class Option(Generic[Place]):
    """A place that matches somebody: whether it helps with what they put first, and its score, 0 to 1."""

    place: Place
    first: bool
    score: float


@dataclass(frozen=True, slots=True)
class Weights:
    """How much it is worth, as one whole number, that somebody goes somewhere: three aims, one after the other.

    All scores of a round together weigh less than one more person who is helped, and all that together less than one
    more who is helped with what they put first.
    """

    people: int

    @property
    def helped(self) -> int:
        """What one person weighs who is helped at all."""
        return self.people * A_WHOLE_SCORE + 1

    @property
    def first(self) -> int:
        """What it weighs besides that they are helped with what they put first."""
        return self.people * (self.helped + A_WHOLE_SCORE) + 1

    @property
    def most(self) -> int:
        """More than any option weighs."""
        return self.first + self.helped + A_WHOLE_SCORE + 1

    def of(self, option: Option[Place] | None) -> int:
        """Weigh an option; to go without weighs nothing."""
        if option is None:
            return 0
        return self.first * option.first + self.helped + round(option.score * A_WHOLE_SCORE)


def deep_enough(options: Iterable[Option[Place]], room: Room[Place], people: int) -> list[Option[Place]]:
    """Cut somebody's options, best first, to those that an assignment of so many people can need.

    Once the options so far have as many places as there are people, one of these stays free whatever the others get,
    since each takes one at most. So nobody need be given a later option, which is no better; and what has no place is
    no option.
    """
    kept, places = [], 0
    for option in options:
        if places >= people:
            break
        open_here = room(option.place)
        if open_here != 0:
            kept.append(option)
            places += people if open_here is None else open_here
    return kept


def assign(
    options: Sequence[Sequence[Option[Place]]], room: Room[Place], order: Sequence[Place]
) -> list[Option[Place] | None]:
    """Give each person one of their options, or None, so that no place is given more often than it has room.

    Of all ways one by which the most people are helped with what they put first; of those one by which the most are
    helped at all; of those one with the highest sum of scores. Between equal ways the order decides in which people and
    places are handed in, always alike: whoever draws lots hands both in as the lots fell.
    """
    weights = Weights(len(options))
    counted = [{each.place: each for each in mine if room(each.place)} for mine in options]
    # What has room for everybody is contended by nobody: it is each one's own way out, beside going without.
    uncounted = [[each for each in mine if room(each.place) is None] for mine in options]
    ways_out = [max(mine, key=weights.of, default=None) for mine in uncounted]
    place_at = _places(counted, room, order)
    taken = _cheapest(list(_costs(counted, ways_out, place_at, weights)), len(place_at) + len(options))
    return [
        mine[place_at[column]] if column < len(place_at) else way_out
        for mine, way_out, column in zip(counted, ways_out, taken, strict=True)
    ]


def _places(counted: Sequence[Mapping[Place, Option[Place]]], room: Room[Place], order: Sequence[Place]) -> list[Place]:
    """The places that anybody could take, in their order, each as often as it has room and somebody to take it."""
    wanted = Counter(place for mine in counted for place in mine)
    return [place for place in order for _ in range(min(room(place) or 0, wanted[place]))]


def _costs(
    counted: Sequence[Mapping[Place, Option[Place]]],
    ways_out: Sequence[Option[Place] | None],
    place_at: Sequence[Place],
    weights: Weights,
) -> Iterator[dict[int, int]]:
    """What each column costs each person: the places first, then a column of their own for each person's way out."""
    columns: dict[Place, list[int]] = defaultdict(list)
    for column, place in enumerate(place_at):
        columns[place].append(column)
    for own, (mine, way_out) in enumerate(zip(counted, ways_out, strict=True), start=len(place_at)):
        costs = {at: weights.most - weights.of(each) for place, each in mine.items() for at in columns[place]}
        yield {**costs, own: weights.most - weights.of(way_out)}


def _cheapest(costs: Sequence[Mapping[int, int]], width: int) -> list[int]:
    """Match every row with a column of its own at the lowest cost: the sparse algorithm of Jonker and Volgenant.

    No cost is zero, which would read as no edge; and each row has a column that only it can take, so there is a way.
    """
    if not costs:
        return []
    starts = np.cumsum([0, *map(len, costs)])
    columns = np.concatenate([np.fromiter(row, dtype=np.int64) for row in costs])
    values = np.concatenate([np.fromiter(row.values(), dtype=np.float64) for row in costs])
    rows, taken = min_weight_full_bipartite_matching(csr_array((values, columns, starts), shape=(len(costs), width)))
    return [int(column) for column in taken[np.argsort(rows)]]
