"""Somebody at their own door: with six words in a header, or on their pages like a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True)
class Own:
    """The person's own door, as their phone's app knocks at it."""

    client: FlaskClient
    words: str
    address: str = "192.0.2.7"

    def ask(self, method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        """Knock and answer the response."""
        return self.client.open(
            f"/v1/mine{path}",
            method=method,
            json=body,
            headers={"Return-Code": self.words, **headers},
            environ_base={"REMOTE_ADDR": self.address},
        )

    def get(self, path: str = "", **headers: str) -> Any:
        """Read."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Do."""
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, body: Any, if_match: str) -> Any:
        """Say more, or otherwise."""
        return self.ask("PATCH", "", body, **{"If-Match": if_match, "Content-Type": MERGE_PATCH})

    def read(self, path: str = "") -> Any:
        """Read what must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()


@dataclass
class Phone:
    """A browser without scripts, as far as it matters: it keeps a cookie, and sends the forms that a page holds."""

    client: FlaskClient
    address: str = "192.0.2.8"

    def get(self, path: str = "", **headers: str) -> Any:
        """Open a page."""
        return self.client.get(f"/mine{path}", headers=headers, environ_base={"REMOTE_ADDR": self.address})

    def send(self, path: str, form: dict[str, str], **headers: str) -> Any:
        """Send a form."""
        return self.client.post(
            f"/mine{path}",
            data=form,
            headers={"Sec-Fetch-Site": "same-origin", "Origin": "null", **headers},
            environ_base={"REMOTE_ADDR": self.address},
        )

    def come_in(self, words: str, **headers: str) -> Any:
        """Sign in with six words."""
        return self.send("/in", {"return_code": words, "lang": "en"}, **headers)

    def page(self, path: str = "") -> str:
        """Read a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return str(answer.get_data(as_text=True))

    def do(self, page: str, action: str, **fields: str) -> Any:
        """Send a form with the tokens that stand on a page."""
        text = self.page(page)
        found = {name: re.search(rf'name="{name}" value="([^"]+)"', text) for name in ("form_token", "version")}
        hidden = {name: match[1] for name, match in found.items() if match}
        return self.send(action, {**hidden, **fields})

    @property
    def cookie(self) -> str:
        """The cookie that is held now."""
        held = self.client.get_cookie("visit", path="/mine")
        return held.value if held else ""
