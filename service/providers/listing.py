"""How an offering is listed: what it can be searched by, worked out from what is known of it, kept in no other way.

The listing is narrow and says the whole truth, so that a search can read a million of them if it has to. Its terms
only lead there: each that the listing holds is kept beside it by itself, so that what is rare is found at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from uuid import UUID

from service.guidance.rules import Category, PaymentWay, Setting
from service.providers.codes import OfferingKind
from service.providers.credentials import Credential
from service.providers.lapsing import Lapses, Shown, lapses_of, shown_by
from service.providers.level import Level
from service.providers.rules import OfferingFacts, Policies
from service.providers.words import words_of

# Which columns hold codes: one bit for each, in the order of their list. Rows are written by it, so new codes go to
# the end of a list; a test knows the order, and says so.
CODES: dict[str, type[StrEnum]] = {
    "categories": Category, "settings": Setting, "cost": PaymentWay, "kind": OfferingKind, "falls_to": Level,
}  # fmt: skip
_BITS = {name: {code: 1 << place for place, code in enumerate(codes)} for name, codes in CODES.items()}


@dataclass(frozen=True)
class Owner:
    """What an offering is read with of its provider: its name, and the evidence of everybody there."""

    name: str
    credentials: tuple[Credential, ...] = ()

    @cached_property
    def shown(self) -> Shown:
        """Until when the evidence counts."""
        return shown_by(self.credentials)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What an offering can be searched by. Words and languages stand between spaces; codes are bits."""

    offering_id: UUID
    name: str
    words: str
    languages: str
    categories: int
    settings: int
    cost: int
    kind: int
    falls_to: int
    declared_until: date
    verified_until: date

    def terms(self) -> set[str]:
        """Every term that leads here; the level's are those of all its days."""
        ends = self.declared_until, self.verified_until
        levels = {each for low in codes_in("falls_to", self.falls_to) for each in Lapses(Level(low), *ends).ever()}
        return {
            *self.words.split(),
            *[term_of("language", each) for each in self.languages.split()],
            *[term_of("level", each) for each in levels],
            *_terms("categories", self.categories),
            *_terms("settings", self.settings),
            *_terms("cost", self.cost),
            *_terms("kind", self.kind),
        }


def listing_of(offering_id: UUID, facts: OfferingFacts, policies: Policies | None, owner: Owner) -> Listing:
    """List an offering."""
    lapses = lapses_of(policies, owner.shown, facts.limits)
    return Listing(
        offering_id=offering_id,
        name=facts.name,
        words=_between_spaces(words_of(facts.name, owner.name)),
        languages=_between_spaces(sorted({primary(each.tag) for each in facts.languages_spoken})),
        categories=bits("categories", facts.categories),
        settings=bits("settings", facts.settings),
        cost=bits("cost", facts.cost),
        kind=bits("kind", (facts.kind,)),
        falls_to=bits("falls_to", (lapses.falls_to,)),
        declared_until=lapses.declared_until,
        verified_until=lapses.verified_until,
    )


def bits(name: str, codes: Iterable[StrEnum]) -> int:
    """Codes of a column as one number."""
    known, made = _BITS[name], 0
    for code in codes:
        made |= known[code]
    return made


@lru_cache(maxsize=4096)
def codes_in(name: str, number: int) -> tuple[StrEnum, ...]:
    """The codes that a number of a column holds."""
    return tuple(code for code, bit in _BITS[name].items() if number & bit)


def term_of(name: str, code: str) -> str:
    """The term of a code; no word of a name holds a colon."""
    return f"{name}:{code}"


@lru_cache(maxsize=4096)
def _terms(name: str, number: int) -> tuple[str, ...]:
    return tuple(term_of(name, code) for code in codes_in(name, number))


def primary(tag: str) -> str:
    """The language of a tag, whatever its region and its script."""
    return tag.partition("-")[0].lower()


def _between_spaces(words: Iterable[str]) -> str:
    joined = " ".join(words)
    return f" {joined} " if joined else ""
