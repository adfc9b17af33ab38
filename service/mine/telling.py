"""What somebody said, as lines that read well: fields by name, codes by label, every word as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from service.guidance.rules import AccessNeed, AffirmingNeed, AgeBand, Category, Paper, PaymentWay, Setting
from service.intakes.codes import Horizon, MattersMost, Mode, Naloxone, RecordedBy, Stance, TravelBy, Want, WantsTherapy
from service.intakes.rules import Said
from service.mine.sentences import label, say

_LISTS: dict[type[StrEnum], str] = {
    AccessNeed: "access_needs",
    AffirmingNeed: "affirming_needs",
    AgeBand: "age_bands",
    Category: "categories",
    Horizon: "horizons",
    MattersMost: "matters_most",
    Mode: "modes",
    Naloxone: "naloxone",
    Paper: "papers",
    PaymentWay: "payment",
    RecordedBy: "recorded_by",
    Setting: "settings",
    Stance: "stances",
    TravelBy: "travel_by",
    Want: "wants",
    WantsTherapy: "wants_therapy",
}
# What matters stands above, in the person's order; in which language the page is, they see.
_ELSEWHERE = frozenset({"priorities", "locale"})
_NOT_SAID: tuple[Any, ...] = (None, (), "not_asked", "unspecified")


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One thing that was said: what it is about, and the words."""

    about: str
    words: tuple[str, ...]


def lines_of(said: Said, locale: str) -> tuple[Line, ...]:
    """Tell what else was said, field by field; what was not said is left out."""
    return tuple(
        Line(label("field", name, locale), words)
        for name, value in _said(said)
        if name not in _ELSEWHERE and (words := _words(value, locale))
    )


def day_of(instant: datetime) -> str:
    """An instant as somebody reads it, in UTC."""
    return f"{instant:%Y-%m-%d %H:%M}"


def _said(value: Any) -> Iterator[tuple[str, Any]]:
    for each in fields(value):
        found = getattr(value, each.name)
        if found not in _NOT_SAID:
            yield each.name, found


def _words(value: Any, locale: str) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(word for each in value for word in _words(each, locale))
    if is_dataclass(value):
        parts = [(label("field", name, locale), _words(part, locale)) for name, part in _said(value)]
        told = "; ".join(f"{about}: {', '.join(words)}" for about, words in parts if words)
        return (told,) if told else ()
    return (_word(value, locale),)


def _word(value: Any, locale: str) -> str:
    if isinstance(value, bool):
        return say("yes" if value else "no", locale)
    if isinstance(value, StrEnum):
        return label(_LISTS.get(type(value), "code"), value, locale)
    if isinstance(value, datetime):
        return day_of(value)
    return str(value) if isinstance(value, str | int | float | UUID) else ""
