"""Asking a service over the wire, with canaries in hand, and keeping of each answer what no answer may hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.canaries.hatched import Canaries

COOKIE = "Set-Cookie"
Body = Mapping[str, Any] | bytes | None


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer as it came over the wire, redirects unfollowed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    raw: bytes

    @property
    def json(self) -> Any:
        """Its body."""
        return json.loads(self.raw)

    @property
    def cookie(self) -> str:
        """The value of the cookie that it sets."""
        return next(value for name, value in self.headers if name == COOKIE).partition("=")[2].partition(";")[0]


@dataclass(frozen=True, slots=True)
class World:
    """Whom requests are sent to: `send(who, method, path, body, headers)`; and the API keys of those who send them.

    There are a team (`outreach`) with its `privacy_lead`, a `clinic` and a `steward`.
    """

    send: Callable[[str, str, str, bytes | None, Mapping[str, str]], Heard]
    api_keys: Mapping[str, str]
    clinic_id: str


@dataclass
class Asking:
    """Whoever asks, what they planted, and what they saw where no canary may be."""

    world: World
    canaries: Canaries
    seen: list[tuple[str, bytes]] = field(default_factory=list)
    planted: set[str] = field(default_factory=set)
    asked: int = 0

    def __post_init__(self) -> None:
        """The secret part of each key is nobody else's, either."""
        for who, key in self.world.api_keys.items():
            self.keep(f"api key of {who}", key.split("_", 2)[2])

    def ask(self, who: str, method: str, path: str, body: Body = None, **headers: str) -> Heard:
        """Send one request. What no answer may hold is kept: all of an error, and of the others the headers."""
        raw = json.dumps(body).encode() if isinstance(body, Mapping) else body
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        sent = {
            "Content-Type": kind,
            **({"Authorization": f"Bearer {self.world.api_keys[who]}"} if who else {}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        self.asked += 1
        heard = self.world.send(who, method, path, raw, sent)
        self.seen += [(name, value.encode()) for name, value in heard.headers if name == COOKIE]
        others = "\n".join(f"{name}: {value}" for name, value in heard.headers if name != COOKIE)
        self.seen.append((f"headers of {heard.status}", others.encode()))
        if heard.status >= 400:
            self.seen.append((f"body of {heard.status}", heard.raw))
        return heard

    def hear(self, who: str, method: str, path: str, body: Body = None, **headers: str) -> Heard:
        """Send what has to succeed."""
        heard = self.ask(who, method, path, body, **headers)
        assert heard.status < 400, (method, heard.status, heard.raw[:2000])
        return heard

    def done(self, who: str, method: str, path: str, body: Body = None, **headers: str) -> Any:
        """Send what has to succeed, and answer what it says."""
        return self.hear(who, method, path, body, **headers).json

    def words(self, name: str) -> str:
        """Plant one."""
        self.planted.add(name)
        return self.canaries.words(name)

    def keep(self, name: str, secret: str) -> str:
        """Have a secret of the service's own looked for, too."""
        self.canaries.secrets[name] = secret
        return secret

    def once(self, name: str) -> str:
        """Make an Idempotency-Key with a canary in it; it is nobody else's, either."""
        return self.keep(f"idempotency key {name}", f"cnry{name.replace(' ', '')}{self.canaries.cores['near']}")
