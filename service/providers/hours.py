"""When the doors are open: the hours of several places, each by the clock on its own wall, read at an instant.

One law, for every night of the year: a place is open while its own clock shows a time within its hours. Where clocks
jump ahead, what would have begun in between begins at the jump; an hour that they show twice is open twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from service.guidance.rules import Weekday
from service.providers.rules import Hours, Site

DAY = 24 * 60
WEEK = 7 * DAY
# Most doors open within two days, nearly all within a week; hours that a jump of the clocks left out, within another.
DAYS_AHEAD = (2, 8, 15)
# Many places keep the same hours; what follows from these is reckoned once a day for each.
MOST_REMEMBERED = 4_000
_PLACES = {day: number for number, day in enumerate(Weekday)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Whether anybody is open now, until when, and when somebody opens next; None is not known, or never.

    Instants are in the zone of the place that closes, or opens.
    """

    open_now: bool | None = None
    closes: datetime | None = None
    next_open: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Clock:
    """The clock of a zone, and which minutes of its week are open, as bits from Monday 00:00 on.

    Edges are the minutes at which it opens or closes.
    """

    zone: ZoneInfo
    minutes: int
    edges: tuple[int, ...]

    def is_open(self, at: datetime) -> bool:
        """Whether it shows a time within the hours."""
        shown = at.astimezone(self.zone)
        return _has(self.minutes, shown.weekday() * DAY + shown.hour * 60 + shown.minute)

    def changes(self, day: date) -> Iterator[datetime]:
        """The instants of a day at which it may open or close: by its hours, or because it jumps."""
        for edge in self.edges:
            if edge // DAY == day.weekday():
                shown = datetime.combine(day, time(*divmod(edge % DAY, 60)), self.zone)
                yield from (shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        midnights = (datetime.combine(each, time(), self.zone) for each in (day, day + timedelta(days=1)))
        yield from _jumps(self.zone, *(each.astimezone(UTC) for each in midnights))


def doors_at(sites: Iterable[Site], now: datetime) -> Doors:
    """Read the hours of these places at an instant.

    Places whose hours or whose zone nobody said, or whose zone nobody knows, are not counted; where no other is left,
    nothing is known.
    """
    kept = tuple((site.hours, site.timezone) for site in sites if site.hours)
    clocks, now = _clocks(kept), now.astimezone(UTC)
    if not clocks:
        return Doors()
    open_now = _who_is_open(clocks, now) is not None
    for days in DAYS_AHEAD:
        closes, opens = _next(clocks, now, days)
        if opens is not None:
            break
    return Doors(open_now=open_now, closes=closes if open_now else None, next_open=opens)


def _next(clocks: tuple[_Clock, ...], now: datetime, days: int) -> tuple[datetime | None, datetime | None]:
    """When the last one closes, and when the first one opens after all were closed, within so many days."""
    closes = None
    inside = _who_is_open(clocks, now)
    changes = _changes(clocks, now.date(), days)
    end = now + timedelta(days=days)
    for at in changes[bisect_right(changes, now) :]:
        if at > end:
            break
        then = _who_is_open(clocks, at)
        if inside is None and then is not None:
            return closes, at.astimezone(then.zone)
        if inside is not None and then is None:
            closes = at.astimezone(inside.zone)
        inside = then
    return closes, None


@lru_cache(maxsize=MOST_REMEMBERED)
def _changes(clocks: tuple[_Clock, ...], today: date, days: int) -> tuple[datetime, ...]:
    """All instants from a day (UTC) on, and for so many days after, at which anything may change, in their order."""
    begin = datetime.combine(today, time(), UTC)
    end = begin + timedelta(days=days + 1)
    found: set[datetime] = set()
    for clock in clocks:
        first, last = (each.astimezone(clock.zone).date() for each in (begin, end))
        # What is open the whole week, or never, does not change, however the clock may jump.
        for number in range((last - first).days + 1 if clock.edges else 0):
            found.update(clock.changes(first + timedelta(days=number)))
    return tuple(sorted(found))


def _jumps(zone: ZoneInfo, before: datetime, after: datetime) -> Iterator[datetime]:
    """The instant between these two at which the clocks of a zone jump, if they do: halved down to the second."""
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        is_later = middle.astimezone(zone).utcoffset() != offset
        before, after = (before, middle) if is_later else (middle, after)
    yield after


def _who_is_open(clocks: Sequence[_Clock], at: datetime) -> _Clock | None:
    return next((clock for clock in clocks if clock.is_open(at)), None)


@lru_cache(maxsize=MOST_REMEMBERED)
def _clocks(kept: tuple[tuple[tuple[Hours, ...], str | None], ...]) -> tuple[_Clock, ...]:
    """One clock for each zone, in which all that is open there stands together. `kept` are hours with their zones."""
    minutes: dict[ZoneInfo, int] = defaultdict(int)
    for hours_there, timezone in kept:
        zone = _zone(timezone)
        if zone is not None:
            for hours in hours_there:
                minutes[zone] |= _minutes(hours)
    return tuple(_Clock(zone, open_then, _edges(open_then)) for zone, open_then in minutes.items() if open_then)


@lru_cache(maxsize=MOST_REMEMBERED)
def _minutes(hours: Hours) -> int:
    """The minutes of a week that are open, as bits; what ends before it begins ends on the next day."""
    begins, ends = (int(text[:2]) * 60 + int(text[3:]) for text in (hours.from_, hours.until))
    span = (1 << (ends - begins if ends > begins else ends + DAY - begins)) - 1
    # What goes beyond the week is Monday again.
    spans = sum(span << _PLACES[day] * DAY + begins for day in set(hours.days))
    return (spans | spans >> WEEK) & ((1 << WEEK) - 1)


def _edges(minutes: int) -> tuple[int, ...]:
    before = (minutes << 1 | minutes >> WEEK - 1) & ((1 << WEEK) - 1)
    changed, found = minutes ^ before, []
    while changed:
        found.append(changed.bit_length() - 1)
        changed ^= 1 << found[-1]
    return tuple(found)


def _has(minutes: int, minute: int) -> bool:
    return bool(minutes >> minute & 1)


def _zone(name: str | None) -> ZoneInfo | None:
    """The zone of this name, or None: names are checked when they come, but the list of them changes over the years."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
