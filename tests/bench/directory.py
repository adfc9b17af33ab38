"""How a directory is brought in and searched at any size: `python -m tests.bench.directory 1000000 [--sqlite]`.

Prints offerings a second and the most memory an import took, for a first run and for one that finds everything as it
is; then how long searches take, the first page of each, over many of a kind; then what is old. Asserts nothing.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson

from service.database import Database
from service.guidance.rules import Category, PaymentWay, Setting
from service.providers.codes import OfferingKind
from service.providers.level import Level
from service.providers.search import Search, order_key, search_offerings
from tests.bench.directories import generated_providers
from tests.bench.serving import PROJECT, Ground, postgresql_ground, sqlite_ground

WORDS = (
    "harbor", "lantern", "willow", "stone", "river", "north", "open", "corner", "bridge", "street", "house", "clinic",
    "center", "room", "door",
)  # fmt: skip
RARE_EVERY = 20_000
SEARCHES = 20
PAGE = 21


def main() -> None:
    """Measure, and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("offerings", type=int)
    asked.add_argument("--sqlite", action="store_true")
    given = asked.parse_args()
    now = datetime.now(UTC)
    with sqlite_ground() if given.sqlite else postgresql_ground() as ground, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "directory.json"
        write_directory(file, given.offerings, now.date())
        print(f"{given.offerings:,} offerings, {file.stat().st_size / 2**20:,.0f} MB of JSON")
        for run in ("first run", "second run"):
            _import(ground, file, given.offerings, run)
        file.unlink()
        database = Database(ground.database_url, at_work=True)
        _search(database, now.date())
        database.dispose()
        began = time.perf_counter()
        told = ground.command("directory", "stale").splitlines()[-1]
        print(f"directory stale: {time.perf_counter() - began:.1f} s; {told}")


def write_directory(file: Path, offerings: int, today: date) -> None:
    """Write a directory with names of common words, and every now and then something that is rare."""
    chance = random.Random(17)
    with file.open("wb") as out:
        out.write(b'{"providers": [')
        for number, provider in enumerate(generated_providers(offerings, today=today)):
            out.write((b",\n" if number else b"\n") + orjson.dumps(_varied(number, provider, chance)))
        out.write(b"]}\n")


def _varied(number: int, provider: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Give a provider a name that people would give it; some are rare, some nobody attested."""
    provider["name"] = f"{' '.join(chance.sample(WORDS, 2)).title()} {number}"
    for part, offering in enumerate(provider["offerings"]):
        offering["name"] = f"{' '.join(chance.sample(WORDS, 2)).title()} {number % 977} {part}"
        if chance.random() < 0.3:
            del offering["policies"]
    if number % RARE_EVERY == 7:
        rare = provider["offerings"][0]
        rare["name"] = f"Quillwort {number}"
        rare["categories"], rare["cost"] = [Category.DENTAL_VISION], [PaymentWay.VA]
        rare["languages_spoken"], rare["kind"] = [{"tag": "nv"}], OfferingKind.LEGAL
        rare["policies"] = {"requires_12_step": True, "attested_by": "The provider", "attested_on": "2026-01-05"}
    return provider


def _import(ground: Ground, file: Path, offerings: int, run: str) -> None:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "directory", "import", str(file)],
        cwd=PROJECT, env=ground.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    most = 0
    while process.poll() is None:
        most = max(most, _peak_kilobytes(process.pid))
        time.sleep(0.2)
    seconds = time.perf_counter() - began
    told = process.stdout.read().strip() if process.stdout else ""
    print(
        f"{run}: {offerings / seconds:,.0f} offerings/s ({seconds:,.0f} s), at most {most / 1024:.0f} MB; {told}",
        flush=True,
    )


def _peak_kilobytes(pid: int) -> int:
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _kinds(chance: random.Random) -> dict[str, Callable[[], Search]]:
    def place() -> dict[str, Any]:
        return {"latitude": round(chance.uniform(30, 47), 2), "longitude": round(chance.uniform(-122, -72), 2)}

    return {
        "everything by name": Search,
        "a common word": lambda: Search(text=chance.choice(WORDS)),
        "the beginning of a word": lambda: Search(text=chance.choice(WORDS)[:2]),
        "two common words": lambda: Search(text=" ".join(chance.sample(WORDS, 2))),
        "four common words": lambda: Search(text=" ".join(chance.sample(WORDS, 4))),
        "a rare word": lambda: Search(text="quillwórt"),
        "a rare and a common word": lambda: Search(text=f"Quillwort {chance.randrange(10)}"),
        "no such word": lambda: Search(text=f"nowhere{chance.randrange(10)}"),
        "a common language": lambda: Search(language="vi"),
        "a rare language": lambda: Search(language="nv"),
        "no such language": lambda: Search(language="xh"),
        "a common category": lambda: Search(categories=frozenset({Category.LEGAL})),
        "a rare category": lambda: Search(categories=frozenset({Category.DENTAL_VISION})),
        "a rare category, a far place": lambda: Search(
            categories=frozenset({Category.DENTAL_VISION}), **place(), within_km=3000
        ),
        "a place": lambda: Search(**place()),
        "a place far from anywhere": lambda: Search(latitude=-40.0, longitude=60.0, within_km=20_000),
        "a common category near a place": lambda: Search(categories=frozenset({Category.MOUD}), **place()),
        "common things far away": lambda: Search(
            categories=frozenset({Category.MOUD}), language="vi", **place(), within_km=20_000
        ),
        "verified, declared": lambda: Search(levels=frozenset({Level.HRP_VERIFIED, Level.HRP_DECLARED})),
        "unattested": lambda: Search(levels=frozenset({Level.UNATTESTED})),
        "conflicts (rare)": lambda: Search(levels=frozenset({Level.CONFLICTS})),
        "friendly (hardly any)": lambda: Search(levels=frozenset({Level.HARM_REDUCTION_FRIENDLY})),
        "a kind, a setting, a cost": lambda: Search(
            kinds=frozenset({OfferingKind.THERAPY}), settings=frozenset({Setting.VIDEO}),
            cost=frozenset({PaymentWay.MEDICAID}),
        ),
        "common things, never together": lambda: Search(
            settings=frozenset({Setting.VIDEO}), **place(), within_km=20_000
        ),
        "common words, never together": lambda: Search(
            text=" ".join(chance.sample(WORDS, 4)), language="zh", categories=frozenset({Category.ID_DOCUMENTS}),
            settings=frozenset({Setting.TEXT}), cost=frozenset({PaymentWay.MEDICAID}),
        ),
    }  # fmt: skip


def _search(database: Database, today: date) -> None:
    print(f"{'search':34} {'p50':>8} {'p95':>8} {'most':>8}   {'2nd page':>8}  found")
    for name, make in _kinds(random.Random(5)).items():
        taken, next_page, found = [], [], 0
        for _ in range(SEARCHES):
            asked = make()
            page, seconds = _timed(database, asked, None, today)
            taken.append(seconds * 1000)
            found += len(page)
            if len(page) == PAGE:
                next_page.append(_timed(database, asked, order_key(page[-2]), today)[1] * 1000)
        taken.sort()
        second = f"{sorted(next_page)[len(next_page) // 2]:8.1f}" if next_page else f"{'':8}"
        print(
            f"{name:34} {taken[SEARCHES // 2]:8.1f} {taken[int(SEARCHES * 0.95)]:8.1f} {taken[-1]:8.1f}   {second}"
            f"  {found / SEARCHES:.0f}",
            flush=True,
        )


def _timed(database: Database, asked: Search, after: Any, today: date) -> tuple[list[Any], float]:
    began = time.perf_counter()
    with database.session(reading=True) as session:
        page = search_offerings(session, asked, after=after, count=PAGE, today=today)
    return page, time.perf_counter() - began


if __name__ == "__main__":
    main()
