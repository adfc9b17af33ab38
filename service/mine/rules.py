"""The small decisions at the person's own door: about their words, their order, and their visits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from service import errors
from service.intakes.rules import Intake, NotKept, Priority, Said, StatedBy

IDLE_FOR = timedelta(minutes=15)
MOST_PRIORITIES = 100


class NoRoomForMore(errors.Malformed):
    """As many things as fit are written down here. Take one out, or put two of them together."""


class NothingNamed(errors.Malformed):
    """Say what to take back: one consent, or `everything`. A recipient or field groups belong to one consent."""


def version_of(intakes: tuple[Intake, ...]) -> int:
    """Count what was written down: each intake begins with one version, and only ever gets more."""
    return sum(intake.version for intake in intakes)


def in_order(priorities: tuple[Priority, ...]) -> tuple[Priority, ...]:
    """The person's order: by rank; what has none comes last, as it was said."""
    return tuple(sorted(priorities, key=lambda each: each.rank if each.rank is not None else len(priorities) + 1000))


def with_added(priorities: tuple[Priority, ...], words: str) -> tuple[Priority, ...]:
    """Add one more thing that matters, at the end. Raise NoRoomForMore."""
    if len(priorities) >= MOST_PRIORITIES:
        raise NoRoomForMore
    return ranked((*in_order(priorities), Priority(verbatim=words, stated_by=StatedBy.PERSON)))


def with_words(priorities: tuple[Priority, ...], which: UUID, words: str) -> tuple[Priority, ...]:
    """Say one thing in other words. What was said before stays in the version before. Raise Stale when it is gone."""
    _place(priorities, which)
    return tuple(
        replace(each, verbatim=words, stated_by=StatedBy.PERSON) if each.id == which else each for each in priorities
    )


def moved(priorities: tuple[Priority, ...], which: UUID, step: int) -> tuple[Priority, ...]:
    """Move one thing up (-1) or down (1) in the person's order. Raise Stale when it is gone."""
    ordered = list(in_order(priorities))
    place = _place(tuple(ordered), which)
    other = min(max(place + step, 0), len(ordered) - 1)
    ordered[place], ordered[other] = ordered[other], ordered[place]
    return ranked(tuple(ordered))


def without(priorities: tuple[Priority, ...], which: UUID) -> tuple[Priority, ...]:
    """Take one thing out: it is no longer theirs, and the version before still knows that it was. Raise Stale."""
    _place(priorities, which)
    return ranked(tuple(each for each in in_order(priorities) if each.id != which))


def said_with(said: Said, priorities: tuple[Priority, ...]) -> tuple[Said, tuple[NotKept, ...]]:
    """All that was said, with these things that matter; nothing is dropped."""
    return replace(said, priorities=priorities), ()


def no_longer(intakes: tuple[Intake, ...], now: tuple[Priority, ...]) -> tuple[str, ...]:
    """What mattered in some version and does not stand in the newest one, each once, in its words."""
    standing = {each.id for each in now} | {each.verbatim for each in now}
    earlier = {
        each.verbatim: None
        for intake in intakes
        for each in intake.content.priorities
        if each.verbatim and each.id not in standing and each.verbatim not in standing
    }
    return tuple(earlier)


def ranked(priorities: tuple[Priority, ...]) -> tuple[Priority, ...]:
    """Number them from one on, as they stand."""
    return tuple(replace(each, rank=rank) for rank, each in enumerate(priorities, start=1))


def _place(priorities: tuple[Priority, ...], which: UUID) -> int:
    for place, each in enumerate(priorities):
        if each.id == which:
            return place
    raise errors.Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit to the pages, as the sealed cookie carries it. Nothing of it is kept by us."""

    number: UUID
    person_id: UUID
    organization_id: UUID
    code: frozenset[str]
    locale: str
    seen_at: datetime

    def __repr__(self) -> str:
        return "Visit()"

    def in_language(self, locale: str) -> Visit:
        """The same visit, in another language."""
        return replace(self, locale=locale)

    def is_alive(self, now: datetime) -> bool:
        """Whether the person was here a short while ago; from the future nobody comes."""
        return timedelta() <= now - self.seen_at < IDLE_FOR


def new_visit_number() -> UUID:
    """Draw the number of a visit."""
    return uuid.uuid4()
