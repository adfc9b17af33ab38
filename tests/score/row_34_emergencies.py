"""Row 34: no emergency disclosure lacks a fact, its alert is there within a minute, and what it opened closes."""

from __future__ import annotations

import copy
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from flask.testing import FlaskClient

from service.access.rules import Role
from service.consents.models import Disclosure
from service.law.models import EmergencyRecord
from service.outbox.models import Event
from service.outbox.rules import EventType
from tests.builders.law import an_emergency
from tests.houses import House, Key, make_key
from tests.score.board import Bench, Figure, Row

PATH = "/v1/emergency-disclosures"
SAID = {"name_to_use": "Ruby", "substances": [{"name_verbatim": "blues"}]}
FACTS = (("recipient", "name"), ("recipient", "facility"), ("discloser", "name"), ("nature",))
LEFT_OUT = object()
# Every way to leave a fact out that we could think of; the first of them keeps it.
WAYS: tuple[Any, ...] = ("kept", LEFT_OUT, None, "", "   ", "...")
ALERT_WITHIN = 60.0


class Door(Protocol):
    """A service that tells something in an emergency, as far as it is judged."""

    def tell(self, body: dict[str, Any]) -> str | None:
        """Ask once. Answer the id of what was told, or None when nothing was."""

    def told(self) -> int:
        """How many disclosures there are on record."""

    def seconds_to_alert(self, told: str) -> float:
        """How long after the disclosure somebody is alerted."""

    def shows_an_hour_later(self, told: str, body: dict[str, Any]) -> bool:
        """Whether the content can be had more than 60 minutes later: read, or by asking the same again."""


@dataclass
class MakingRoom:
    """The service itself."""

    house: House
    key: Key
    keys: dict[str, str] = field(default_factory=dict)
    alerts: dict[str, float] = field(default_factory=dict)

    @property
    def client(self) -> FlaskClient:
        """Whoever calls."""
        return self.house.app.test_client()

    def a_person(self) -> str:
        """Take somebody in."""
        answer = self.client.post("/v1/intakes", json=SAID, headers=self.key.headers).get_json()
        return str(answer["person_id"])

    def tell(self, body: dict[str, Any]) -> str | None:
        once, began = f"once-{len(self.keys)}", time.monotonic()
        answer = self._post(body, once)
        if answer.status_code != 201:
            return None
        told = str(answer.get_json()["id"])
        self.keys[told] = once
        self.alerts[told] = time.monotonic() - began if told in self._alerted() else float("inf")
        return told

    def told(self) -> int:
        with self.house.runtime.database.session(reading=True) as session:
            count = sa.func.count()
            emergencies = session.execute(sa.select(count).select_from(EmergencyRecord)).scalar_one()
            return max(emergencies, session.execute(sa.select(count).select_from(Disclosure)).scalar_one())

    def seconds_to_alert(self, told: str) -> float:
        """From sending the request to the moment at which the event waits for its own organization."""
        return self.alerts[told]

    def shows_an_hour_later(self, told: str, body: dict[str, Any]) -> bool:
        self.house.clock.move(minutes=60, seconds=1)
        read = self.client.get(f"{PATH}/{told}", headers=self.key.headers).get_data(as_text=True)
        again = self._post(body, self.keys[told]).get_data(as_text=True)
        self.house.clock.move(minutes=-60, seconds=-1)
        return "blues" in read + again

    def _post(self, body: dict[str, Any], once: str) -> Any:
        return self.client.post(PATH, json=body, headers={**self.key.headers, "Idempotency-Key": f'"{once}"'})

    def _alerted(self) -> set[str]:
        mine = sa.select(Event.record_id).where(
            Event.type == EventType.DISCLOSURE_EMERGENCY, Event.audience_id == self.key.organization_id
        )
        with self.house.runtime.database.session(reading=True) as session:
            return {str(each) for each in session.execute(mine).scalars()}


@dataclass
class ReasonIsEnough:
    """The naive way: "break the glass" with a free text, a mail at night, and a session that stays open."""

    kept: list[str] = field(default_factory=list)

    def tell(self, body: dict[str, Any]) -> str | None:
        if not body.get("nature"):
            return None
        self.kept.append(json.dumps(SAID))
        return str(len(self.kept) - 1)

    def told(self) -> int:
        return len(self.kept)

    def seconds_to_alert(self, told: str) -> float:
        return timedelta(hours=9).total_seconds()

    def shows_an_hour_later(self, told: str, body: dict[str, Any]) -> bool:
        return "blues" in self.kept[int(told)]


def measure(bench: Bench) -> Figure:
    """Measure the service."""
    house = bench.house()
    door = MakingRoom(house, make_key(house, Role.COORDINATOR))
    return judge(door, door.a_person(), bench)


def control(bench: Bench) -> Figure:
    """Measure the naive way alike."""
    return judge(ReasonIsEnough(), "somebody", bench)


def judge(door: Door, person_id: str, bench: Bench) -> Figure:
    """Leave facts out in every combination of ways, then tell in full, wait for the alert, and come back too late."""
    lacking = list(bodies_that_lack(person_id))
    some = bench.random.sample(lacking, bench.many(len(lacking), 30))
    accepted = sum(door.tell(body) is not None for body in some)
    lacked = max(accepted, door.told())
    full = an_emergency(person_id)
    told = [each for each in (door.tell(full) for _ in range(bench.many(50, 3))) if each is not None]
    slowest = max((door.seconds_to_alert(each) for each in told), default=float("inf"))
    still_open = sum(door.shows_an_hour_later(each, full) for each in told)
    return Figure(
        f"{lacked} of {len(some)} without a fact accepted, {len(told)} told in full, slowest alert {slowest:.2f} s, "
        f"{still_open} open after 60 minutes",
        lacked == 0 and bool(told) and slowest <= ALERT_WITHIN and still_open == 0,
    )


def bodies_that_lack(person_id: str) -> Iterator[dict[str, Any]]:
    """Every body that lacks at least one of the four facts, in every combination of ways to lack it."""
    for ways in itertools.product(WAYS, repeat=len(FACTS)):
        if any(way != "kept" for way in ways):
            yield _lacking(person_id, ways)


def _lacking(person_id: str, ways: tuple[Any, ...]) -> dict[str, Any]:
    body = copy.deepcopy(an_emergency(person_id))
    for path, way in zip(FACTS, ways, strict=True):
        inner = body if len(path) == 1 else body[path[0]]
        if way is LEFT_OUT:
            del inner[path[-1]]
        elif way != "kept":
            inner[path[-1]] = way
    return body


ROW = Row(
    number=34,
    figure="emergencies lacking a fact; alert; what stays open",
    target="0; within 60 s; 0 after 60 minutes",
    measure=measure,
    control=control,
    naive_way="a free-text reason is enough to break the glass",
)
