"""Which figures of a table may be printed, so that nobody can work out a small one: suppression with its complements.

What was counted over 1 to 10 people is not printed (the cell size policy of CMS, ResDAC 2024); zero is. That alone
protects nobody: a total minus the cells beside it gives the hidden one back. So further cells are hidden until no
hidden one can be worked out to within eleven from all that is printed; that is asked of a linear program, cell by cell.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Generic, TypeVar

import numpy as np

LEAST = 11
NEARLY = 1e-6
Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum(Generic[Cell]):
    """Something that everybody knows of a table: one of its cells is the sum of others."""

    whole: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells that it ties together."""
        return (self.whole, *self.parts)


def hidden(
    counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], *, small: Collection[Cell] = (), least: int = LEAST
) -> frozenset[Cell]:
    """Which cells must not be printed, nor anything that is worked out from them.

    Those that are small, by their count or because the caller names them (few people can make a large count), and as
    many more as it takes: given everything that is printed, that sums are sums and that no count is below zero, each
    hidden cell could still be any of at least `least` + 1 values in a row. Cells that nobody sums up protect nobody.
    """
    away = {cell for cell, count in counts.items() if 0 < count < least} | set(small)
    to_settle = [cell for cell in counts if cell in away]
    # To hide more tells less: a cell that is safe once stays safe.
    while to_settle:
        cell = to_settle.pop()
        while _is_exposed(cell, counts, sums, away, least):
            more = _next_to_hide(cell, counts, sums, away)
            if more is None:
                break
            away.add(more)
            to_settle.append(more)
    return frozenset(away)


def _tied_to(cell: Cell, away: Collection[Cell], sums: Sequence[Sum[Cell]]) -> set[Cell]:
    """The hidden cells that a hidden cell hangs together with; the printed ones between them are plain numbers."""
    found, edge = {cell}, [cell]
    while edge:
        one = edge.pop()
        for each in sums:
            if one in each.cells:
                more = [other for other in each.cells if other in away and other not in found]
                found.update(more)
                edge.extend(more)
    return found


def _is_exposed(
    cell: Cell, counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], away: Collection[Cell], least: int
) -> bool:
    """Whether a hidden cell can be worked out too closely."""
    low, high = bounds_of(cell, counts, sums, away, within=_tied_to(cell, away, sums), least=least)
    return high - low < least


def bounds_of(
    cell: Cell,
    counts: Mapping[Cell, int],
    sums: Iterable[Sum[Cell]],
    away: Collection[Cell],
    *,
    within: Collection[Cell] | None = None,
    least: int = LEAST,
) -> tuple[int, int]:
    """Between which whole numbers somebody can place a hidden cell who knows all that is printed.

    They know more than they can: that whatever is hidden and not zero is at least one, and how large it could be.
    """
    # Half a second, which only whoever prints tables should have to wait; every command would.
    from scipy.optimize import linprog  # noqa: PLC0415

    unknown = [each for each in counts if each in (away if within is None else within)]
    place = {each: number for number, each in enumerate(unknown)}
    rows, right = [], []
    for each in sums:
        if place.keys() & set(each.cells):
            row, total = _equation(each, place, counts)
            rows.append(row)
            right.append(total)
    most = 2 * (max(counts.values()) + least)
    bounds = [(min(counts[each], 1), most) for each in unknown]
    ends = []
    for sign in (1, -1):
        aim = np.zeros(len(unknown))
        aim[place[cell]] = sign
        found = linprog(aim, A_eq=np.array(rows) if rows else None, b_eq=right or None, bounds=bounds, method="highs")
        if found.fun is None:
            return 0, 0  # Whatever is in the way, what could not be shown to be safe is not.
        ends.append(sign * float(found.fun))
    return ceil(ends[0] - NEARLY), floor(ends[1] + NEARLY)


def _equation(each: Sum[Cell], place: Mapping[Cell, int], counts: Mapping[Cell, int]) -> tuple[list[float], float]:
    """A sum as an equation: what is hidden on the left, what is printed on the right."""
    row, total = [0.0] * len(place), 0.0
    for cell, sign in ((each.whole, 1.0), *((part, -1.0) for part in each.parts)):
        if cell in place:
            row[place[cell]] += sign
        else:
            total -= sign * counts[cell]
    return row, total


def _next_to_hide(
    exposed: Cell, counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], away: Collection[Cell]
) -> Cell | None:
    """What to hide so that a cell is exposed no longer: something of the sum that says the most about what it hangs
    together with; there the smallest that is not zero, and the whole only when no part is left."""
    order = {cell: number for number, cell in enumerate(counts)}
    tied = _tied_to(exposed, away, sums)
    open_ones = [each for each in sums if tied & set(each.cells) and set(each.cells) - set(away)]
    if not open_ones:
        return None
    tightest = min(open_ones, key=lambda each: _slack(each, counts, away))
    left = [cell for cell in tightest.cells if cell not in away]
    return min(left, key=lambda cell: (cell == tightest.whole, counts[cell] == 0, counts[cell], order[cell]))


def _slack(each: Sum[Cell], counts: Mapping[Cell, int], away: Collection[Cell]) -> float:
    """How far the hidden cells of a sum could be from what they are, by this sum alone."""
    hid = [part for part in each.parts if part in away]
    if each.whole in away:
        return inf if hid else 0
    return sum(counts[part] - min(counts[part], 1) for part in hid) if len(hid) > 1 else 0
