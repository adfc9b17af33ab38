"""Matches of a whole country through HTTP: two workers under gunicorn, PostgreSQL, and callers on the same machine."""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.country import agreeing, indexing
from tests.bench.country.arrays import Country
from tests.bench.country.asked import Kind, Question, ask
from tests.bench.country.contestants import scanned
from tests.bench.country.drawing import draw_country
from tests.bench.country.imported import write_directory
from tests.bench.country.loading import load as load_directory
from tests.bench.country.loading import settle
from tests.bench.load import load, request_bytes
from tests.bench.serving import Ground, Serving, post, postgresql_ground, serve

PATIENCE = 600.0
SECONDS = 10.0
CHANGES = 60
CHANGES_SECONDS = 180.0
COMPARED = 20
Figures = dict[str, Any]


def measure(offerings: int, *, by_import: bool) -> Figures:
    """Measure the service over a country of so many offerings, print it, and answer the figures (ms, MB, s)."""
    print(f"\n{offerings:,} offerings through HTTP")
    country = draw_country(offerings, datetime.now(UTC))
    questions = ask(country.towns)
    with postgresql_ground() as ground:
        figures: Figures = {"load_seconds": _fill(ground, country, by_import=by_import)}
        with serve(ground, "service.app:create_app()", ready="/readyz", patience=PATIENCE) as serving:
            figures["ready_seconds"] = serving.ready_after
            print(f"start to ready: {serving.ready_after:.1f} s")
            figures |= _asked(ground, serving, questions, country)
            figures["worker_megabytes"] = serving.worker_megabytes()
            print("memory a worker (PSS): " + ", ".join(f"{each:.0f} MB" for each in figures["worker_megabytes"]))
        # Last, as it changes the directory that the answers were compared over.
        figures["index"] = indexing.measure(ground)
        print("index of one process: " + ", ".join(f"{name} {each:.3g}" for name, each in figures["index"].items()))
    return figures


def _fill(ground: Ground, country: Country, *, by_import: bool) -> float:
    began = time.perf_counter()
    if by_import:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "country.json"
            write_directory(country, file)
            began = time.perf_counter()
            print(ground.command("directory", "import", str(file)).splitlines()[-1])
    else:
        load_directory(ground.environment["DATABASE_URL"], country)
    taken = time.perf_counter() - began
    settle(ground.database_url)
    began = time.perf_counter()
    print(f"{ground.command('directory', 'cards')} in {time.perf_counter() - began:.0f} s")
    settle(ground.database_url)
    print(f"brought in by {'directory import' if by_import else 'COPY'} in {taken:.0f} s")
    return taken


def _asked(ground: Ground, serving: Serving, questions: Sequence[Question], country: Country) -> Figures:
    key, steward = _key(ground, "outreach", "outreach"), _key(ground, "steward", "steward")
    paths = [
        f"/v1/intakes/{post(serving.port, '/v1/intakes', key, each.body)['id']}/matches{each.query}"
        for each in questions
    ]
    figures: Figures = {"agrees": _compared(serving, key, paths, questions, country)}
    print(f"the service, compared with the full scan: {figures['agrees']}")
    figures["ms"] = {
        **{f"{callers} at a time": _under_load(serving, key, paths, callers) for callers in (1, 4)},
        **{kind.value: _of_a_kind(serving, key, paths, questions, kind) for kind in Kind},
    }
    figures["after_a_change"] = _after_changes(serving, key, steward, paths)
    return figures


def _key(ground: Ground, kind: str, role: str) -> str:
    organization = ground.command("make-organization", f"Bench {role}", "--kind", kind)
    return ground.command("issue-key", ground.command("make-application", organization, "Bench", "--role", role))


def _under_load(serving: Serving, key: str, paths: Sequence[str], callers: int) -> dict[str, float]:
    chance = random.Random(3)
    requests = [request_bytes("GET", path, Authorization=f"Bearer {key}") for path in paths]
    found = load(serving.port, lambda: chance.choice(requests), connections=callers, seconds=SECONDS, expect=200)
    print(f"GET …/matches, {callers} at a time: {found}")
    return {"p50": found.percentile(0.5), "p99": found.percentile(0.99), "per_second": found.per_second}


def _of_a_kind(
    serving: Serving, key: str, paths: Sequence[str], questions: Sequence[Question], kind: Kind
) -> dict[str, float]:
    taken = [
        _get(serving, key, path)[0] for path, each in zip(paths, questions, strict=True) if each.kind is kind
    ]  # fmt: skip
    print(f"GET …/matches, {kind}: p50 {statistics.median(taken):.1f} ms, slowest {max(taken):.1f} ms")
    return {"p50": statistics.median(taken), "p99": max(taken)}


def _after_changes(serving: Serving, key: str, steward: str, paths: Sequence[str]) -> dict[str, float]:
    """What it adds to an answer that an offering's room changed just before; changes and none take turns.

    It ends after so many changes, or when its time is up. An answer that is an error is counted, not timed.
    """
    chance, until = random.Random(5), time.perf_counter() + CHANGES_SECONDS
    offerings = _offerings(serving, key, paths)
    taken: dict[str, list[float]] = {"calm": [], "put": [], "changed": []}
    refused = 0
    while len(taken["put"]) < CHANGES and time.perf_counter() < until:
        path = chance.choice(paths)
        try:
            taken["calm"].append(_get(serving, key, path)[0])
            taken["put"].append(_put_room(serving, steward, chance.choice(offerings), chance.randint(1, 9)))
            taken["changed"].append(_get(serving, key, path)[0])
        except urllib.error.HTTPError:
            refused += 1
    found = {name: statistics.median(each) if each else float("nan") for name, each in taken.items()}
    found |= {"added": found["changed"] - found["calm"], "changes": len(taken["put"]), "refused": refused}
    print(
        f"GET …/matches, nothing changed: {found['calm']:.1f} ms; right after a PUT of room: {found['changed']:.1f} ms "
        f"(adds {found['added']:.1f} ms; the PUT itself {found['put']:.1f} ms; medians of {len(taken['put'])}; "
        f"{refused} refused)"
    )
    return found


def _offerings(serving: Serving, key: str, paths: Sequence[str]) -> list[str]:
    found = [item["offering"]["id"] for path in paths for item in _get(serving, key, path)[1]["items"]]
    return sorted(set(found))


def _put_room(serving: Serving, key: str, offering: str, slots: int) -> float:
    body = {"status": "capacity", "open_slots": slots, "as_of": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    return _call(serving, key, "PUT", f"/v1/offerings/{offering}/capacity", body)[0]


def _get(serving: Serving, key: str, path: str) -> tuple[float, dict[str, Any]]:
    return _call(serving, key, "GET", path)


def _call(serving: Serving, key: str, method: str, path: str, body: Any = None) -> tuple[float, dict[str, Any]]:
    """Send one request over a connection of its own; answer its milliseconds and its document."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{serving.port}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json", "If-Match": "*"},
        method=method,
    )
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        read = answer.read()
    return (time.perf_counter() - began) * 1000, json.loads(read)


def _compared(serving: Serving, key: str, paths: Sequence[str], questions: Sequence[Question], country: Country) -> str:
    """Compare some answers with the full scan at the same instant; offerings are known again by their names."""
    scan = scanned(country)
    answers, references, levels = [], [], []
    for path, question in list(zip(paths, questions, strict=True))[:COMPARED]:
        document = _get(serving, key, path)[1]
        rows, scores = scan.all_of(question.applicant, datetime.fromisoformat(document["computed_at"]))
        known = [(scan.plain.id_of(row), score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]
        answers.append(
            [(scan.plain.id_of(int(item["offering"]["name"].split()[1])), item["score"]) for item in document["items"]]
        )
        references.append(sorted(known, key=lambda each: -each[1])[:10])
        levels.append(known)
    return f"the same answer to {agreeing.agreeing(answers, references, levels)} of {len(answers)} questions"
