"""What a row of the scoreboard is, and how it is measured."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.houses import House, close_house, make_house


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, in words and numbers, and whether that is what was promised."""

    says: str
    holds: bool


@dataclass(slots=True)
class Bench:
    """What a measurement is lent: one kind of database, a seed, and whether it is the short form of a test run."""

    backend: str
    seed: int
    short: bool
    folder: Path
    _houses: list[House] = field(default_factory=list)

    @property
    def random(self) -> random.Random:
        """Chance that can be repeated: it begins anew at the seed each time it is asked for."""
        return random.Random(self.seed)

    def house(self) -> House:
        """Build a house with databases of its own; it is closed when the row is done."""
        built = make_house(self.backend, self.folder / f"house-{len(self._houses)}")
        self._houses.append(built)
        return built

    def many(self, whole: int, short: int) -> int:
        """How often: as the promise says, or a few times in a test run."""
        return short if self.short else whole

    def close(self) -> None:
        """Close what was built."""
        for each in self._houses:
            close_house(each)
        self._houses.clear()


Measure = Callable[[Bench], Figure]


@dataclass(frozen=True, slots=True)
class Row:
    """One promise: its number on the scoreboard, its target, how it is measured, and the naive way that must fail.

    `control` measures a small stand-in for what the naive way would be; it counts as shown when it does not hold.
    """

    number: int
    figure: str
    target: str
    measure: Measure
    control: Measure
    naive_way: str


@contextmanager
def lent(backend: str, *, seed: int, short: bool) -> Iterator[Bench]:
    """Lend a bench in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="making-room-score-"))
    bench = Bench(backend, seed, short, folder)
    try:
        yield bench
    finally:
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)
