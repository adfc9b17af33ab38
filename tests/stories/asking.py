"""How the demo asks: one request a step, and a story that breaks when an answer is another one than told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.stories.worlds import OverHttp


class StoryBroke(Exception):
    """Something did not go as told."""


@dataclass
class Telling:
    """The world the story happens in, and every word that the clinic was ever answered."""

    world: OverHttp
    clinic_heard: list[str] = field(default_factory=list)

    def ask(
        self,
        who: str,
        request: str,
        body: Any = None,
        *,
        expect: int = 200,
        version: int | None = None,
        six_words: str | None = None,
    ) -> Any:
        """Send one request, such as `GET /v1/limits`, as one of the roles or with six words alone; answer the body."""
        method, _, path = request.partition(" ")
        matching = {} if version is None else {"If-Match": f'"{version}"'}
        opening = {} if six_words is None else {"Return-Code": six_words}
        answer = self.world.send(who, method, path, body, {**matching, **opening})
        if who == "clinic":
            self.clinic_heard.append(answer.text)
        if answer.status != expect:
            raise StoryBroke(f"{request} answered {answer.status} instead of {expect}: {answer.text[:300]}")
        return answer.body
