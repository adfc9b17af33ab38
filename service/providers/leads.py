"""Which way a search goes among a million: after what is rarest of what is asked, or through what is there in order.

If few offerings have some one thing that is asked, its term leads to them, and they are looked at one by one.
Otherwise all that is asked is common, and the first offerings by name, or nearby, probably have it. In each case it is
the listing that decides; terms only lead to it. So nothing is missed that has a listing, and nothing comes too much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.providers.level import Level
from service.providers.listing import bits, primary, term_of
from service.providers.models import TermRecord
from service.providers.words import words_of

LAST_LETTER = "\U0010ffff"

Columns = Any
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a listing is asked for: words, a language, codes by column, levels; what is empty is not looked at."""

    text: str | None
    language: str | None
    codes: Mapping[str, Iterable[StrEnum]]
    levels: frozenset[Level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How much a search looks at before it goes another way; each takes a few hundredths of a second.

    `few` offerings are looked at one by one; of `names` in their order so many, then so many; of `sites` around a place
    so many. To read all that is listed takes as long as fifty of these looks.
    """

    few: int = 4000
    names: tuple[int, ...] = (256, 4096)
    sites: int = 4000


USUAL = Patience()


@dataclass(frozen=True, slots=True)
class Trail:
    """What to follow: which offerings alone come into question, if they are few, and what their listing has to say."""

    few: sa.Select[Any] | None
    holds: Callable[[Columns], list[Condition]]
    patience: Patience


def follow(session: Session, asked: Asked, today: date, patience: Patience = USUAL) -> Trail | None:
    """Find the trail of a search; None when nothing can be at its end."""
    words = words_of(asked.text) if asked.text else ()
    if asked.text and not words:
        return None
    leads: list[list[Condition]] = [*([_beginning(word)] for word in words), *_of_codes(asked)]
    rarest: list[Condition] = []
    fewest = patience.few + 1
    for lead in leads:
        count = _count(session, lead, patience.few)
        if count == 0:
            return None
        if count < fewest:
            rarest, fewest = lead, count
    few = sa.select(TermRecord.offering_id).where(sa.or_(*rarest)).distinct() if rarest else None
    return Trail(few, lambda listing: _holds(listing, words, asked, today), patience)


def _beginning(word: str) -> Condition:
    return TermRecord.term.between(word, word + LAST_LETTER)


def _of_codes(asked: Asked) -> list[list[Condition]]:
    named: dict[str, Iterable[str]] = {
        **asked.codes, "level": asked.levels, "language": [primary(asked.language)] if asked.language else [],
    }  # fmt: skip
    return [[TermRecord.term == term_of(name, code) for code in sorted(some)] for name, some in named.items() if some]


def _count(session: Session, lead: list[Condition], few: int) -> int:
    """How many terms a lead has, as far as that matters."""
    counted = 0
    for each in lead:
        # In the order of the index, or a database may think that it will soon meet so many by reading everything.
        in_order = sa.select(TermRecord.term).where(each).order_by(TermRecord.term, TermRecord.offering_id)
        some = in_order.limit(few + 1 - counted).subquery()
        counted += session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
        if counted > few:
            break
    return counted


def _holds(listing: Columns, words: Iterable[str], asked: Asked, today: date) -> list[Condition]:
    holds: list[Condition] = [listing.words.contains(f" {word}", autoescape=True) for word in words]
    if asked.language:
        holds.append(listing.languages.contains(f" {primary(asked.language)} ", autoescape=True))
    holds += [_has(listing, name, codes) for name, codes in asked.codes.items() if codes]
    if asked.levels:
        holds.append(sa.or_(*(_is_at(listing, level, today) for level in sorted(asked.levels))))
    return holds


def _has(listing: Columns, name: str, codes: Iterable[StrEnum]) -> Condition:
    has: Condition = listing[name].bitwise_and(bits(name, codes)) != 0
    return has


def _is_at(listing: Columns, level: Level, today: date) -> Condition:
    """Whether an offering is at a level on a day: in SQL what Lapses.level_on decides."""
    verified, declared = listing.verified_until >= today, listing.declared_until >= today
    if level is Level.HRP_VERIFIED:
        return sa.and_(verified)
    if level is Level.HRP_DECLARED:
        return sa.and_(declared, sa.not_(verified))
    return sa.and_(_has(listing, "falls_to", (level,)), sa.not_(declared), sa.not_(verified))
