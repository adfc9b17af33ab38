"""Code lists with labels: what the codes of the API mean, in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from service import errors
from service.guidance.rules import (
    AccessNeed,
    AffirmingNeed,
    AgeBand,
    Category,
    LimitKind,
    Paper,
    PaymentWay,
    Setting,
)
from service.guidance.words import choose


@dataclass(frozen=True, slots=True)
class Code:
    """One code, its label by language, and maybe what it means or leads to."""

    code: str
    label: Mapping[str, str]
    more: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class LabelledCode:
    """One code as somebody reads it."""

    code: str
    label: str
    more: str | None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A list of codes as somebody reads it."""

    name: str
    codes: tuple[LabelledCode, ...]


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """All lists: those of this room, and those that rooms further up bring."""

    lists: Mapping[str, tuple[Code, ...]]

    @property
    def names(self) -> list[str]:
        """Their names, in order."""
        return sorted(self.lists)

    def read(self, name: str, locale: str) -> Vocabulary:
        """Read one list in a language. Raise NotThere."""
        if name not in self.lists:
            raise errors.NotThere
        codes = (
            LabelledCode(each.code, choose(each.label, locale), choose(each.more, locale) if each.more else None)
            for each in self.lists[name]
        )
        return Vocabulary(name, tuple(codes))


@lru_cache
def labels() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Labels of this room's codes: list → code → language → label."""
    listed: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads(
        (Path(__file__).parent / "data" / "labels.json").read_text()
    )
    return listed


def coded(name: str, codes: Iterable[StrEnum]) -> tuple[Code, ...]:
    """Join codes with their labels."""
    found = labels()[name]
    return tuple(Code(code.value, found[code.value]) for code in codes)


def house_vocabularies() -> dict[str, tuple[Code, ...]]:
    """The lists that every room shares."""
    return {
        "categories": coded("categories", Category),
        "settings": coded("settings", Setting),
        "papers": coded("papers", Paper),
        "payment": coded("payment", PaymentWay),
        "age_bands": coded("age_bands", AgeBand),
        "access_needs": coded("access_needs", AccessNeed),
        "affirming_needs": coded("affirming_needs", AffirmingNeed),
        "limit_kinds": coded("limit_kinds", LimitKind),
    }
