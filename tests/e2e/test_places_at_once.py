"""Many processes and one name: it means one place, whoever was first, and nobody waits in a circle."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.conftest import LiveService

pytestmark = [pytest.mark.database, pytest.mark.processes]
TEAMS = 8


def ask(service: LiveService, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Send one request as the outreach team."""
    headers = {
        "Authorization": f"Bearer {service.credentials['outreach']['api_key']}",
        "Content-Type": "application/json",
        **({"If-Match": "*"} if method == "PUT" else {}),
    }
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{service.base_url}{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def at_once(tasks: list[tuple[str, str, Any]], service: LiveService) -> list[tuple[int, Any]]:
    """Send several requests, all from one moment on."""
    together = threading.Barrier(len(tasks))

    def one(task: tuple[str, str, Any]) -> tuple[int, Any]:
        together.wait(10)
        return ask(service, *task)

    with ThreadPoolExecutor(len(tasks)) as team:
        return list(team.map(one, tasks))


def somewhere(name: str) -> dict[str, Any]:
    """A place by this name."""
    return {"name": name, "latitude": 37.78, "longitude": -122.42}


def test_of_many_who_give_one_name_exactly_one_does(live_service: LiveService) -> None:
    for _ in range(5):
        name = f"the steps {uuid.uuid4()}"
        answers = at_once([("POST", "/v1/places", somewhere(name))] * TEAMS, live_service)

        assert sorted(status for status, _ in answers) == [201] + [409] * (TEAMS - 1)


def test_names_that_are_swapped_at_once_end_with_each_meaning_one_place(live_service: LiveService) -> None:
    first, second = f"the van {uuid.uuid4()}", f"the tent {uuid.uuid4()}"
    ids = [ask(live_service, "POST", "/v1/places", somewhere(name))[1]["id"] for name in (first, second)]
    for _ in range(5):
        swap = [("PUT", f"/v1/places/{each}", somewhere(name)) for each, name in zip(ids, (second, first), strict=True)]
        answers = at_once(swap, live_service)
        names = [ask(live_service, "GET", f"/v1/places/{each}")[1]["name"] for each in ids]

        assert {status for status, _ in answers} <= {200, 409}
        assert sorted(names) == sorted((first, second))
