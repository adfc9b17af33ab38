"""Two workers, many callers: a change that was acknowledged is in the very next answer, whichever worker gives it."""

from __future__ import annotations

import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.conftest import LiveService

pytestmark = [pytest.mark.database, pytest.mark.processes]

ROUNDS = 12
ASKED_AT_ONCE = 8
NEED = {"priorities": [{"verbatim": "somebody to talk to", "categories": [
    {"code": "someone_to_talk_to", "assigned_by": "person", "confirmed_by_person": True}]}]}  # fmt: skip


def test_after_an_acknowledged_change_no_worker_answers_with_what_was_before(live_service: LiveService) -> None:
    wrong: list[str] = []
    with under_load(live_service):
        chosen = matched(live_service)[0]
        for number in range(ROUNDS):
            full = number % 2 == 0
            tell_room(live_service, chosen, "no_capacity" if full else "capacity")
            with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
                answers = list(pool.map(lambda _: matched(live_service), range(ASKED_AT_ONCE)))
            wrong += [f"round {number}" for answer in answers if (chosen in answer) == full]

    assert wrong == []


class under_load:  # noqa: N801
    """Callers who ask all the time, until the block ends."""

    def __init__(self, live_service: LiveService) -> None:
        self._over = threading.Event()
        self._callers = [threading.Thread(target=self._ask, args=(live_service,)) for _ in range(3)]

    def __enter__(self) -> None:
        for caller in self._callers:
            caller.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for caller in self._callers:
            caller.join()

    def _ask(self, live_service: LiveService) -> None:
        while not self._over.is_set():
            matched(live_service)


def matched(live_service: LiveService) -> list[str]:
    """The offerings that are matched now, best first; each time over a connection of its own, to any worker."""
    answer = send(live_service, "outreach", "POST", "/v1/match-queries?limit=50&include=hrp_declared", NEED)
    return [each["offering"]["id"] for each in answer["items"]]


def tell_room(live_service: LiveService, offering_id: str, status: str) -> None:
    """Tell that an offering has room, or none, now."""
    path = f"/v1/offerings/{offering_id}/capacity"
    send(live_service, "steward", "PUT", path, {"status": status, "as_of": datetime.now(UTC).isoformat()})


def send(live_service: LiveService, role: str, method: str, path: str, body: object) -> Any:
    """Send one request as somebody of the demo; answer what came back."""
    request = urllib.request.Request(
        live_service.base_url + path,
        method=method,
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {live_service.credentials[role]['api_key']}",
            "Content-Type": "application/json",
            "If-Match": "*",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())
