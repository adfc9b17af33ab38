"""People at the door of a real house: somebody who came in, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from tests.houses import Key


@dataclass(frozen=True)
class Desk:
    """A worker's app, with one credential."""

    client: FlaskClient
    key: Key

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Post JSON and answer the response."""
        return self.client.post(path, json={} if body is None else body, headers={**self.key.headers, **headers})

    def get(self, path: str, **headers: str) -> Any:
        """Get an address and answer the response."""
        return self.client.get(path, headers={**self.key.headers, **headers})

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """Send a merge patch and answer the response."""
        return self.client.patch(
            path,
            json=body,
            headers={**self.key.headers, "Content-Type": "application/merge-patch+json", **headers},
        )

    def take_in(self, body: Any = None, **headers: str) -> Any:
        """Take somebody in, and answer what they got back."""
        answer = self.post("/v1/intakes", body, **headers)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.get_json()

    def read(self, path: str) -> Any:
        """Read what must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()
