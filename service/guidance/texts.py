"""What we tell everybody who comes in: help now, what happens next, what we cannot do. Chosen, never scored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from service.guidance.minors import rule_for
from service.guidance.rules import AgeBand
from service.guidance.words import choose

# An entry that nobody looked at for this long may send somebody to a line that no longer answers.
VERIFIED_FOR = timedelta(days=90)
TEXT_VERSION = "1"
Beginning = Literal["code", "back", "again"]
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something that helps now: a number, or a thing to know. `verified_on` is the day somebody last checked it."""

    id: str
    kind: str
    title: str
    text: str
    phone: str | None = None
    may_send_emergency_services: bool | None = None
    verified_on: date
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformLimit:
    """Something that this service cannot do or cannot keep secret."""

    id: str
    kind: str
    text: str
    source: str | None
    effective_from: date
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What stands in the first answer, before anybody asks: help, what is next, our limits."""

    help_now: tuple[Resource, ...]
    what_happens_next: tuple[str, ...]
    what_we_cannot_do: tuple[str, ...]
    monitored: bool


def help_now(
    locale: str,
    today: date,
    *,
    stopping: Iterable[str] = (),
    served: bool = False,
    in_danger_now: bool = False,
    third_party: bool = False,
) -> tuple[Resource, ...]:
    """The same help for everybody. What was said only changes the order, and adds; it never takes anything away.

    Entries that were not checked for 90 days are withheld, apart from the floor: 911 and 988.
    """
    for_whom = [("served", served), ("third_party", third_party), ("stopping", any(map(_dangerous_to_stop, stopping)))]
    return _help(locale, today, frozenset(name for name, holds in for_whom if holds), in_danger_now)


@lru_cache(maxsize=256)
def _help(locale: str, today: date, first: frozenset[str], in_danger_now: bool) -> tuple[Resource, ...]:
    kept = [each for each in _resources() if each["floor"] or today - _day(each["verified_on"]) <= VERIFIED_FOR]
    kept.sort(key=lambda each: (not (in_danger_now and each["floor"]), each["for"] not in first))
    return tuple(_resource(each, locale) for each in kept)


@lru_cache
def platform_limits(locale: str) -> tuple[PlatformLimit, ...]:
    """Our own limits, said before anything delicate is asked."""
    return tuple(
        PlatformLimit(
            id=each["id"],
            kind=each["kind"],
            text=choose(each["text"], locale),
            source=each.get("source"),
            effective_from=_day(each["effective_from"]),
            version=TEXT_VERSION,
        )
        for each in _read("limits.json")["limits"]
    )


def welcome(
    locale: str,
    today: date,
    *,
    monitored: bool,
    in_danger_now: bool = False,
    begins: Beginning = "code",
    stopping: Iterable[str] = (),
    served: bool = False,
    jurisdiction: str | None = None,
    age_band: AgeBand = AgeBand.NOT_ASKED,
    third_party: bool = False,
) -> Welcome:
    """Put together what the first answer tells. It begins with the six words for somebody new, or with what is there
    already: from before, or from the very same request."""
    said = _read("next.json")
    keys = ["third_party"] if third_party else [begins, "matches", "choice", "nobody_contacts"]
    limits = [limit.text for limit in platform_limits(locale)]
    minor = rule_for(age_band, jurisdiction, today)
    return Welcome(
        help_now=help_now(
            locale, today, stopping=stopping, served=served, in_danger_now=in_danger_now, third_party=third_party
        ),
        what_happens_next=tuple(choose(said[key], locale) for key in keys),
        what_we_cannot_do=(
            choose(said["on_duty" if monitored else "not_on_duty"], locale),
            *limits,
            *reporting_limits(jurisdiction, locale),
            *((choose(minor.text, locale),) if minor else ()),
        ),
        monitored=monitored,
    )


def reporting_limits(jurisdiction: str | None, locale: str) -> tuple[str, ...]:
    """What must be reported about pregnancy, where somebody is: shown before pregnancy is asked about or shared."""
    rules = _read("jurisdictions.json")["reporting"]
    found = rules.get(jurisdiction or "") or rules["unknown"]
    return (choose(found["text"], locale),)


def worker_prompt(words: Iterable[str], locale: str) -> tuple[str, ...]:
    """A quiet hint for the worker's screen when somebody's words may mean that they do not want to live, or mean to
    stop at once what is dangerous to stop. It is in the answer alone: never kept, never sent (R-SAFE-2)."""
    together = "\n".join(words).casefold()
    return tuple(choose(text, locale) for heard, text in _prompts() if heard.search(together))


@lru_cache
def _prompts() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple(
        (re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, each['terms']))})(?!\w)"), each["text"])
        for each in _read("prompts.json")["prompts"]
    )


def _dangerous_to_stop(name: str) -> bool:
    folded = name.casefold()
    return any(term in folded for term in _read("prompts.json")["dangerous_to_stop"])


def _resource(entry: Mapping[str, Any], locale: str) -> Resource:
    return Resource(
        id=entry["id"],
        kind=entry["kind"],
        title=choose(entry["title"], locale),
        text=choose(entry["text"], locale),
        phone=entry.get("phone"),
        may_send_emergency_services=entry.get("may_send_emergency_services"),
        verified_on=_day(entry["verified_on"]),
        version=TEXT_VERSION,
    )


def _resources() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = _read("help.json")["resources"]
    return entries


def _day(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache
def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((_DATA / name).read_text())
    return document
