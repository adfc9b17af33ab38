"""How long matches take in a directory of 14,034 facilities that nobody attested and 2,000 HRP offerings."""

from __future__ import annotations

import json
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.directories import CATEGORIES, generated_directory
from tests.bench.load import load, request_bytes
from tests.bench.serving import Ground, post, serve

OFFERINGS = 2000
FACILITIES = 14_034
PEOPLE = 200
SECONDS = 8.0


def fill(ground: Ground, facilities: Path | None) -> None:
    """Bring the directories in: the invented one, and the real list when it is there, else as many invented rows."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "directory.json"
        file.write_text(json.dumps(generated_directory(OFFERINGS, today=now.date())))
        print(ground.command("directory", "import", str(file)).splitlines()[-1])
        if facilities is not None:
            mapping = Path(__file__).resolve().parents[2] / "service/providers/maps/samhsa.json"
            told = ground.command("directory", "import", str(facilities), "--format", "csv", "--map", str(mapping))
        else:
            file.write_text(json.dumps(_unattested(FACILITIES)))
            told = ground.command("directory", "import", str(file))
        print(told.splitlines()[-1])


def measure(ground: Ground, key: str) -> None:
    """Print latencies of GET …/matches, one caller at a time and with four, over varied people."""
    with serve(ground, "service.app:create_app()", ready="/readyz") as serving:
        print(f"start to ready: {serving.ready_after:.2f} s")
        paths = [
            f"/v1/intakes/{post(serving.port, '/v1/intakes', key, body)['id']}/matches"
            for body in varied_people(PEOPLE)
        ]
        requests = [request_bytes("GET", path, Authorization=f"Bearer {key}") for path in paths]
        chance = random.Random(3)
        for connections in (1, 4):
            load(serving.port, lambda: chance.choice(requests), connections=connections, seconds=1.5, expect=200)
            figures = load(
                serving.port, lambda: chance.choice(requests), connections=connections, seconds=SECONDS, expect=200
            )
            print(f"GET …/matches, {connections} at a time: {figures}")
        print("memory a worker (PSS): " + ", ".join(f"{each:.0f} MB" for each in serving.worker_megabytes()))


def varied_people(count: int) -> list[dict[str, Any]]:
    """Intakes of people who are somewhere in the country and want two things."""
    chance = random.Random(11)
    return [
        {
            "priorities": [
                {
                    "verbatim": "what matters to me",
                    "rank": 1,
                    "categories": [
                        {"code": code, "assigned_by": "person", "confirmed_by_person": True}
                        for code in chance.sample(CATEGORIES, 2)
                    ],
                }
            ],
            "place": {
                "latitude": round(chance.uniform(30, 47), 2),
                "longitude": round(chance.uniform(-122, -72), 2),
                "jurisdiction": chance.choice(("US-CA", "US-NV", "US-NY")),
            },
            "languages": [{"tag": chance.choice(("en", "es", "vi"))}],
            **({"travel": {"max_km": chance.choice((10, 50, 200))}} if chance.random() < 0.6 else {}),
        }
        for _ in range(count)
    ]


def _unattested(count: int) -> dict[str, Any]:
    chance = random.Random(5)
    return {
        "providers": [
            {
                "external_id": f"list-{number}",
                "name": f"Facility {number}",
                "offerings": [
                    {
                        "external_id": f"list-{number}",
                        "name": f"Facility {number}",
                        "kind": "other",
                        "sites": [{"latitude": chance.uniform(25, 48), "longitude": chance.uniform(-124, -70)}],
                    }
                ],
            }
            for number in range(count)
        ]
    }
