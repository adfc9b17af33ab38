"""Whether an offering is open as somebody reads of it, in numbers and in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from service.guidance.rules import LOCALES, Weekday
from service.guidance.words import Sentences
from service.matching.answers import ShownHours
from service.matching.labels import label
from service.matching.verdicts import Single
from service.providers.hours import Doors, doors_at

_DAYS = tuple(Weekday)
_SENTENCES: dict[str, tuple[str, str]] = {
    "open": ("Open now.", "Abierto ahora."),
    "open_until": ("Open now, until {time}.", "Abierto ahora. Cierra: {time} h."),
    "today": ("Closed now. Opens today at {time}.", "Cerrado ahora. Abre hoy, {time} h."),
    "later": ("Closed now. Opens {day} at {time}.", "Cerrado ahora. Abre {day}, {time} h."),
    "closed": ("Closed now.", "Cerrado ahora."),
    "unknown": ("We do not know when it is open.", "No sabemos cuándo está abierto."),
}
SENTENCES = Sentences({key: dict(zip(LOCALES, both, strict=True)) for key, both in _SENTENCES.items()})


def shown_hours(one: Single) -> ShownHours:
    """Read its hours at the instant of the question."""
    doors = doors_at(one.candidate.facts.sites, one.now)
    return ShownHours(open_now=doors.open_now, next_open=doors.next_open, says=_says(one, doors))


def _says(one: Single, doors: Doors) -> str:
    if doors.open_now is None:
        return _say(one, "unknown")
    if doors.open_now:
        # A time without its day is only clear while it comes round once.
        soon = doors.closes is not None and doors.closes - one.now < timedelta(days=1)
        return _say(one, "open_until", time=_time(doors.closes)) if soon and doors.closes else _say(one, "open")
    if doors.next_open is None:
        return _say(one, "closed")
    if doors.next_open.date() == one.now.astimezone(doors.next_open.tzinfo).date():
        return _say(one, "today", time=_time(doors.next_open))
    day = label("weekday", _DAYS[doors.next_open.weekday()], one.locale)
    return _say(one, "later", day=day, time=_time(doors.next_open))


def _say(one: Single, key: str, **parts: str) -> str:
    return SENTENCES.say(key, one.locale, **parts)


def _time(at: datetime) -> str:
    """A time of day as the clock there shows it."""
    return f"{at.hour}:{at.minute:02}"
