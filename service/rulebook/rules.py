"""What a rule book is, and what must hold of one. A pure value: where books stand is not known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from math import isfinite
from typing import Any, TypeVar

Kind = TypeVar("Kind")
WEIGHTS_SUM_TO_WITHIN = 1e-9


class WrongBook(ValueError):
    """A text that is no rule book, with all that is wrong about it: each sentence names its key, and no value."""

    def __init__(self, *wrongs: str) -> None:
        super().__init__("; ".join(wrongs))
        self.wrongs = wrongs


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each component counts, each in 0…1, together 1."""

    fit: float
    soon: float
    near: float
    wishes: float
    depth: float


@dataclass(frozen=True, slots=True)
class Openness:
    """How likely there is room, in 0…1, by what was last said of it; news that ages drifts towards `unknown`."""

    room: float
    waitlist: float
    full: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Curves:
    """What values fall by. Days, kilometres and hours are above 0; what counts for less than the whole is in 0…1."""

    next_priority_counts: float
    wait_halves_every_days: float
    unknown_wait_days: float
    news_halves_every_days: float
    near_halves_every_km: float
    unwanted_distance_counts: float
    hours_are_enough_at: float
    declared_hours_count: float
    other_training_counts: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """One version of the numbers that matching runs on. Without a day of signing it is a draft, and never in force."""

    version: str
    why: str
    weights: Weights
    curves: Curves
    openness: Openness
    signed_off_on: date | None = None
    signed_off_by: str | None = None

    @property
    def is_signed_off(self) -> bool:
        """Whether somebody answers for it."""
        return self.signed_off_on is not None


Says = Callable[[Any], str | None]


def read_book(document: Mapping[str, Any]) -> RuleBook:
    """Read a book from its document, all of it or nothing. Raise WrongBook with everything that is wrong."""
    wrongs = list(_wrongs(document))
    if wrongs:
        raise WrongBook(*wrongs)
    return RuleBook(
        version=str(document["version"]),
        why=document["why"],
        weights=_numbers(Weights, document["weights"]),
        curves=_numbers(Curves, document["curves"]),
        openness=_numbers(Openness, document["openness"]),
        signed_off_on=document.get("signed_off_on"),
        signed_off_by=document.get("signed_off_by"),
    )


def _wrongs(document: Mapping[str, Any]) -> Iterator[str]:
    yield from _wrong_keys("", document, _HEAD, may_lack=_SIGNED)
    if len(_SIGNED & set(document)) == 1:
        yield "signed_off_on and signed_off_by belong together: a draft has neither."
    for section, says in _SECTIONS.items():
        inside = document.get(section)
        if not isinstance(inside, Mapping):
            yield f"{section}: this must be a table, [{section}]."
            continue
        here = list(_wrong_keys(f"{section}.", inside, says))
        yield from here
        if section == "weights" and not here and abs(sum(inside.values()) - 1) > WEIGHTS_SUM_TO_WITHIN:
            yield "weights: together they must be 1."


def _wrong_keys(
    where: str, table: Mapping[str, Any], says: Mapping[str, Says], *, may_lack: frozenset[str] = frozenset()
) -> Iterator[str]:
    for key, say in says.items():
        if key in table:
            wrong = say(table[key])
            if wrong is not None:
                yield f"{where}{key}: {wrong}"
        elif key not in may_lack:
            yield f"{where}{key}: this is missing."
    for key in table:
        if key not in says and not (where == "" and key in _SECTIONS):
            yield f"{where}{key}: there is no such key."


def _whole(value: Any) -> str | None:
    return None if type(value) is int and value >= 1 else "this must be a whole number from 1 on."


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "this must be a text that says something."


def _day(value: Any) -> str | None:
    return None if type(value) is date else "this must be a day, such as 2026-11-23."


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _above_nothing(value: Any) -> str | None:
    return None if _is_number(value) and value > 0 else "this must be a number above 0, and finite."


def _share(value: Any) -> str | None:
    return None if _is_number(value) and 0 < value <= 1 else "this must be a number above 0 and up to 1."


def _chance(value: Any) -> str | None:
    return None if _is_number(value) and 0 <= value <= 1 else "this must be a number from 0 to 1."


_SIGNED = frozenset({"signed_off_on", "signed_off_by"})
_HEAD: Mapping[str, Says] = {"version": _whole, "why": _text, "signed_off_on": _day, "signed_off_by": _text}
_SECTIONS: Mapping[str, Mapping[str, Says]] = {
    "weights": {each.name: _chance for each in fields(Weights)},
    "curves": {
        each.name: _share if each.name.endswith(("_count", "_counts")) else _above_nothing for each in fields(Curves)
    },
    "openness": {each.name: _chance for each in fields(Openness)},
}


def _numbers(kind: type[Kind], table: Mapping[str, Any]) -> Kind:
    return kind(**{name: float(value) for name, value in table.items()})
