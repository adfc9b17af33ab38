"""Each contestant in a process of its own, so that its memory is its own; asked in turns over a pipe."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from service.matching.candidate import Candidate
from service.providers.codes import CapacityStatus
from service.providers.rules import Capacity
from service.serving import settle_memory
from tests.bench.country import contestants, judged
from tests.bench.country.asked import ask
from tests.bench.country.contestants import Answer, Contestant, Engine
from tests.bench.country.drawing import draw_country
from tests.bench.country.scan import Scan

K = 10
CHANGED = 1_000
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one pass brought: seconds and answers, question by question."""

    seconds: list[float]
    answers: list[Answer]


@dataclass(slots=True)
class Built:
    """How a contestant came to be: seconds, memory in MB, and what else is worth telling of it."""

    seconds: float
    megabytes: float
    more: dict[str, Any] = field(default_factory=dict)


class Process:
    """The near end of a contestant's process."""

    def __init__(self, wire: Connection, built: Built) -> None:
        self._wire = wire
        self.built = built

    def ask(self, numbers: Sequence[int]) -> Asked:
        """Ask some of the questions once."""
        asked: Asked = self._said(("ask", list(numbers)))
        return asked

    def level_with(self, numbers: Sequence[int]) -> list[Answer]:
        """Of the scan: for some questions, everything that scores no less than the tenth."""
        level: list[Answer] = self._said(("level_with", list(numbers)))
        return level

    def absorb(self, count: int) -> float:
        """Of an engine: the seconds that it takes to know so many changed offerings."""
        return float(self._said(("absorb", count)))

    def _said(self, command: tuple[str, Any]) -> Any:
        self._wire.send(command)
        return self._wire.recv()


@contextlib.contextmanager
def process_of(name: str, offerings: int, now: datetime) -> Iterator[Process]:
    """Start a contestant's process; it has built what it needs when this is entered."""
    spawning = multiprocessing.get_context("spawn")
    near, far = spawning.Pipe()
    child = spawning.Process(target=_serve, args=(far, name, offerings, now))
    child.start()
    far.close()
    try:
        yield Process(near, near.recv())
    finally:
        with contextlib.suppress(OSError):
            near.send(("stop", None))
        child.join(60)
        child.terminate()


def _serve(wire: Connection, name: str, offerings: int, now: datetime) -> None:
    before = megabytes()
    began = time.perf_counter()
    with contextlib.ExitStack() as open_until_the_end:
        making = _Making(offerings, now, open_until_the_end)
        contestant, changing, more = getattr(making, name)()
        seconds = time.perf_counter() - began - making.spent_drawing
        towns, now = making.country.towns, making.country.now
        del making
        settle_memory()
        wire.send(Built(seconds, megabytes() - before, more))
        questions = ask(towns)
        while (command := wire.recv())[0] != "stop":
            wire.send(_done(command, contestant, changing, questions, now))


def _done(
    command: tuple[str, Any], contestant: Any, changing: list[Candidate], questions: Sequence[Any], now: datetime
) -> Any:
    what, with_what = command
    if what == "ask":
        return _asked(contestant, [questions[number] for number in with_what], now)
    if what == "level_with":
        return [_level_with(contestant, questions[number], now) for number in with_what]
    return _absorbed(contestant, changing[:with_what], now)


class _Making:
    """How each contestant is made, by its name; answers it, offerings that will change, and what to tell of it."""

    def __init__(self, offerings: int, now: datetime, stack: contextlib.ExitStack) -> None:
        began = time.perf_counter()
        self.country = draw_country(offerings, now)
        self.spent_drawing = time.perf_counter() - began
        self._stack = stack

    def engine(self) -> tuple[Engine, list[Candidate], dict[str, Any]]:
        changing: list[Candidate] = []
        every = max(1, self.country.size // CHANGED)
        stream = _kept(self._drawn(judged.candidates(self.country)), every, changing)
        return contestants.THE_ENGINE(stream), changing, {}

    def scan(self) -> tuple[Contestant, list[Candidate], dict[str, Any]]:
        return contestants.scanned(self.country), [], {}

    def loop(self) -> tuple[Contestant, list[Candidate], dict[str, Any]]:
        found = contestants.looped(self._drawn(judged.candidates(self.country)))
        return found, [], {"offerings": len(found.offerings)}

    def postgis(self) -> tuple[Contestant, list[Candidate], dict[str, Any]]:
        found = self._stack.enter_context(contestants.filled(self.country))
        return found, [], {"fill_seconds": found.seconds, "megabytes_on_disk": found.sizes}

    def _drawn(self, stream: Iterator[Value]) -> Iterator[Value]:
        """Note what it takes to draw each value, which is none of the contestant's time."""
        while True:
            began = time.perf_counter()
            value = next(stream, None)
            self.spent_drawing += time.perf_counter() - began
            if value is None:
                return
            yield value


def _kept(stream: Iterable[Candidate], every: int, kept: list[Candidate]) -> Iterator[Candidate]:
    for number, candidate in enumerate(stream):
        if number % every == 0 and len(kept) < CHANGED:
            kept.append(candidate)
        yield candidate


def _timed(do: Callable[[], Value]) -> tuple[float, Value]:
    began = time.perf_counter()
    value = do()
    return time.perf_counter() - began, value


def _asked(contestant: Contestant, questions: Iterable[Any], now: datetime) -> Asked:
    asked = Asked([], [])
    for each in questions:
        applicant = each.applicant
        seconds, answer = _timed(lambda: contestant.first(applicant, now, each.seed, K))  # noqa: B023
        asked.seconds.append(seconds)
        asked.answers.append(answer)
    return asked


def _level_with(scan: Scan, question: Any, now: datetime) -> Answer:
    rows, scores = scan.all_of(question.applicant, now)
    tenth = sorted(scores.tolist(), reverse=True)[:K][-1:] or [0.0]
    return [
        (scan.plain.id_of(row), score)
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
        if score >= tenth[0] - 2e-9
    ]


def _absorbed(engine: Engine, changing: list[Candidate], now: datetime) -> float:
    news = Capacity(status=CapacityStatus.CAPACITY, open_slots=1, as_of=now)
    changed = [replace(each, capacity=news) for each in changing]
    gc.collect()
    return _timed(lambda: engine.absorb(changed))[0]


def megabytes() -> float:
    """Proportional memory (PSS) of this process, in MB of 2^20 bytes."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise LookupError
