"""The same POST sent several times at once, to several processes: done once, and everybody hears the same."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.e2e.conftest import LiveService

pytestmark = [pytest.mark.database, pytest.mark.processes]
TWINS = 8
TRIES = 60
WORDS = {"priorities": [{"verbatim": "a dry place", "rank": 1}]}


class Phone:
    """A phone on a bad network: it sends, and sends the same again when it is told to come back."""

    def __init__(self, service: LiveService) -> None:
        self._url = f"{service.base_url}/v1/intakes"
        self._headers = {
            "Authorization": f"Bearer {service.credentials['outreach']['api_key']}",
            "Content-Type": "application/json",
        }

    def send(self, body: dict[str, Any], **headers: str) -> tuple[int, bytes]:
        """Send one POST until it is answered for good; a connection that is hung up on is opened again."""
        for _ in range(TRIES):
            request = urllib.request.Request(
                self._url,
                json.dumps(body).encode(),
                {**self._headers, **{k.replace("_", "-"): v for k, v in headers.items()}},
            )
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as refused:
                told = json.loads(refused.read())
                if refused.code == 503 or told["type"] == "/problems/key-in-use":
                    time.sleep(0.05)
                    continue
                return refused.code, told["type"].encode()
        raise TimeoutError("Nobody answered for good.")

    def newest(self, count: int) -> list[str]:
        """The ids of the newest intakes."""
        request = urllib.request.Request(f"{self._url}?limit={count}", headers=self._headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return [line["id"] for line in json.loads(answer.read())["items"]]


def at_once(task: Callable[[], tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Let twins do the same thing, all from one moment on."""
    together = threading.Barrier(TWINS)

    def one(_: int) -> tuple[int, bytes]:
        together.wait(10)
        return task()

    with ThreadPoolExecutor(TWINS) as twins:
        return list(twins.map(one, range(TWINS)))


@pytest.fixture
def phone(live_service: LiveService) -> Phone:
    return Phone(live_service)


def test_twins_with_one_idempotency_key_are_one_intake_and_hear_the_same(phone: Phone) -> None:
    for _ in range(5):
        key = f'"{uuid.uuid4()}"'
        answers = at_once(partial(phone.send, WORDS, Idempotency_Key=key))

        assert {status for status, _ in answers} == {201}
        assert len({body for _, body in answers}) == 1
        made = json.loads(answers[0][1])["id"]
        assert phone.newest(2).count(made) == 1


def test_twins_with_one_id_of_their_own_are_one_intake(phone: Phone) -> None:
    for _ in range(5):
        mine = str(uuid.uuid4())
        answers = at_once(partial(phone.send, {**WORDS, "id": mine}))

        assert {status for status, _ in answers} <= {201, 409}
        assert [json.loads(body)["id"] for status, body in answers if status == 201] != []
        assert phone.newest(TWINS).count(mine) == 1
        assert json.loads(phone.send({**WORDS, "id": mine})[1])["id"] == mine
