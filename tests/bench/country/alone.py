"""The engine alone beside the references, in turns, on one country: seconds a question, memory, news."""

from __future__ import annotations

import contextlib
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tests.bench.country import agreeing, postgis_server
from tests.bench.country.asked import Kind, Question, ask
from tests.bench.country.contestants import MOST_LOOPED
from tests.bench.country.drawing import draw_country
from tests.bench.country.processes import Process, process_of

EVERYBODY = ("engine", "scan", "postgis", "loop")
LOOPED_OF_EACH_KIND = 3
Figures = dict[str, Any]


def measure(offerings: int, now: datetime, *, passes: int, without: Iterable[str]) -> Figures:
    """Measure everybody on a country of so many offerings, print it, and answer the figures (ms, MB, s)."""
    print(f"\n{offerings:,} offerings")
    names = [name for name in EVERYBODY if name not in without]
    if "postgis" in names and not postgis_server.is_there():
        print(postgis_server.HOW_TO_GET_IT)
        names.remove("postgis")
    with contextlib.ExitStack() as running:
        everybody = {name: running.enter_context(process_of(name, offerings, now)) for name in names}
        for name, each in everybody.items():
            print(f"{name}: built in {each.built.seconds:.1f} s, {each.built.megabytes:.0f} MB {_more(each)}")
        return _in_turns(everybody, ask(draw_country(1, now).towns), offerings, passes)


def _more(process: Process) -> str:
    told = []
    for name, said in process.built.more.items():
        parts = said if isinstance(said, dict) else {"": said}
        told.append(f"{name}: " + ", ".join(f"{part} {each:,.1f}".strip() for part, each in parts.items()))
    return "; ".join(told)


def _in_turns(everybody: dict[str, Process], questions: Sequence[Question], offerings: int, passes: int) -> Figures:
    numbers = {name: _numbers(name, questions) for name in everybody}
    first = {name: each.ask(numbers[name]) for name, each in everybody.items()}  # And warm by that.
    answers = {name: each.answers for name, each in first.items()}
    seconds: dict[str, list[list[float]]] = defaultdict(list)
    for _ in range(passes):
        for name, each in everybody.items():
            # What takes minutes gains nothing from being warm, and is asked once.
            seconds[name].append(each.ask(numbers[name]).seconds if name != "loop" else first[name].seconds)
    figures: Figures = {
        name: _figures(
            each, seconds[name], [questions[number].kind for number in numbers[name]], _times(name, offerings)
        )
        for name, each in everybody.items()
    }
    _print(figures)
    figures["agreement"] = _agreement(everybody, answers, numbers, offerings)
    if "engine" in everybody:
        for count in (1, 1_000):
            taken = statistics.median(everybody["engine"].absorb(count) for _ in range(3))
            figures["engine"][f"absorbs_{count}_seconds"] = taken
            print(f"engine: takes in {count:,} changed in {taken * 1000:.1f} ms")
    return figures


def _numbers(name: str, questions: Sequence[Question]) -> list[int]:
    """Which questions somebody is asked: all of them, but the loop only the first of each kind."""
    if name != "loop":
        return list(range(len(questions)))
    return [each.number for each in questions if each.number < LOOPED_OF_EACH_KIND * len(Kind)]


def _times(name: str, offerings: int) -> float:
    """How often what was measured goes into the whole."""
    return max(1.0, offerings / MOST_LOOPED) if name == "loop" else 1.0


def _figures(process: Process, passes: list[list[float]], kinds: Sequence[Kind], times: float) -> Figures:
    """Median and p99 of all that was timed, in milliseconds, by kind; what looped over a part counts for the whole."""
    by_kind: dict[str, list[float]] = defaultdict(list)
    for one_pass in passes:
        for kind, seconds in zip(kinds, one_pass, strict=True):
            by_kind[kind.value].append(seconds * 1000 * times)
    by_kind["all"] = [each for kind in Kind for each in by_kind[kind.value]]
    return {
        "build_seconds": process.built.seconds,
        "megabytes": process.built.megabytes,
        **process.built.more,
        "extrapolated": times > 1,
        "ms": {
            kind: {"median": statistics.median(some), "p99": _percentile(some, 0.99)} for kind, some in by_kind.items()
        },
    }


def _percentile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _print(figures: Figures) -> None:
    kinds = [*(kind.value for kind in Kind), "all"]
    print(f"{'median / p99, ms':18}" + "".join(f"{kind:>22}" for kind in kinds))
    for name, each in figures.items():
        cells = (f"{each['ms'][kind]['median']:.2f} / {each['ms'][kind]['p99']:.2f}" for kind in kinds)
        print(f"{name + ('*' if each['extrapolated'] else ''):18}" + "".join(f"{cell:>22}" for cell in cells))
    if any(each["extrapolated"] for each in figures.values()):
        print(f"* measured over {MOST_LOOPED:,} offerings, and multiplied")
    for name in figures:
        if name != "engine" and "engine" in figures:
            ratios = (figures[name]["ms"][kind]["median"] / figures["engine"]["ms"][kind]["median"] for kind in kinds)
            print(f"{name + ' ÷ engine':18}" + "".join(f"{ratio:>22.1f}" for ratio in ratios))


def _agreement(
    everybody: dict[str, Process], answers: dict[str, Any], numbers: dict[str, list[int]], offerings: int
) -> list[str]:
    """Compare everybody with the scan, and print it; the loop only where it went over everything."""
    if "scan" not in everybody:
        return []
    levels = everybody["scan"].level_with(numbers["scan"])
    said = []
    for name in everybody:
        if name != "scan" and (name != "loop" or offerings <= MOST_LOOPED):
            of = numbers[name]
            scanned = [answers["scan"][number] for number in of]
            said.append(agreeing.told(name, answers[name], scanned, [levels[number] for number in of]))
            print(said[-1])
    return said
