"""Two worlds for the stories: the application in this process, with a clock that obeys; and a real server."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.people.actions import fall_quiet
from tests.houses import House, Key
from tests.stories.player import Answer

Ids = dict[str, tuple[str, str]]


def ids_of(send: Callable[[str, str, str, Any, Mapping[str, str]], Answer]) -> Ids:
    """Ask the directory for the ids of everything that has an external id."""
    found: Ids = {}
    asked: dict[str, Any] = {"limit": 100}
    while True:
        page = send("outreach", "POST", "/v1/offerings/search", asked, {}).body
        found |= {each["external_id"]: (each["id"], each["provider_id"]) for each in page["items"]}
        if page["next"] is None:
            return found
        asked["cursor"] = page["next"]


@dataclass
class InProcess:
    """The application over a real database, called in this process."""

    house: House
    keys: dict[str, Key]
    _ids: Ids = field(default_factory=dict)

    def send(self, who: str, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        """Send one request."""
        credentials = self.keys[who].headers if who in self.keys else {}
        answer = self.house.app.test_client().open(
            path,
            method=method,
            data=None if body is None else json.dumps(body),
            headers={**credentials, **headers, "Content-Type": _type(method)},
        )
        return Answer(answer.status_code, answer.get_json(silent=True), answer.get_data(as_text=True))

    def offering(self, external_id: str) -> tuple[str, str]:
        """Ids of an offering and of its provider."""
        if not self._ids:
            self._ids = ids_of(self.send)
        return self._ids[external_id]

    def pass_days(self, days: int) -> bool:
        """Move the clock."""
        self.house.clock.move(days=days)
        return True

    def chores(self, name: str) -> bool:
        """Do a chore."""
        with self.house.runtime.database.session() as session:
            {"fall_quiet": fall_quiet}[name](session, now=self.house.clock.now())
        return True


@dataclass
class OverHttp:
    """A real server, called over HTTP."""

    base_url: str
    api_keys: dict[str, str]
    _ids: Ids = field(default_factory=dict)

    def send(self, who: str, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        """Send one request."""
        key = {"Authorization": f"Bearer {self.api_keys[who]}"} if who in self.api_keys else {}
        request = urllib.request.Request(
            self.base_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={**key, "Content-Type": _type(method), **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return _read(answer.status, answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return _read(refused.code, refused.read())

    def offering(self, external_id: str) -> tuple[str, str]:
        """Ids of an offering and of its provider."""
        if not self._ids:
            self._ids = ids_of(self.send)
        return self._ids[external_id]

    def pass_days(self, days: int) -> bool:
        """The clock is real: nothing passes."""
        return False

    def chores(self, name: str) -> bool:
        """A worker does them in its own time."""
        return False


def _type(method: str) -> str:
    return "application/merge-patch+json" if method == "PATCH" else "application/json"


def _read(status: int, raw: bytes) -> Answer:
    text = raw.decode()
    return Answer(status, json.loads(text) if text else None, text)
