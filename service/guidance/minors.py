"""Who says yes for somebody under 18, where they are: dated, sourced data, and never a guess (42 CFR 2.14)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from service.guidance.rules import AgeBand, WhoConsents
from service.guidance.vocabularies import Code

UNDER_AGE = frozenset({AgeBand.UNDER_12, AgeBand.FROM_12, AgeBand.FROM_14, AgeBand.FROM_16})


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorRule:
    """What holds for somebody under 18 in one place: whose yes it needs, in words, and where that is written.

    `effective_from` is a day since which the source reads like that, `verified_on` the day somebody last read it.
    """

    consents: WhoConsents
    text: Mapping[str, str]
    jurisdiction: str | None = None
    age_bands: frozenset[AgeBand] = UNDER_AGE
    source: str | None = None
    effective_from: date | None = None
    verified_on: date | None = None

    def holds(self, age_band: AgeBand, jurisdiction: str | None, day: date) -> bool:
        """Whether this is the rule for somebody of that age, there, on that day."""
        began = self.effective_from is not None and self.effective_from <= day
        return began and self.jurisdiction == jurisdiction and age_band in self.age_bands


def rule_for(age_band: AgeBand, jurisdiction: str | None, day: date) -> MinorRule | None:
    """Find what holds for an age that somebody says they have; None for those who do not say that they are under 18.

    A place that we know nothing about, and no place at all, lead to a human being (ISO 3166-2 codes: US-CA).
    """
    if age_band not in UNDER_AGE:
        return None
    rules, unknown = _table()
    return next((rule for rule in rules if rule.holds(age_band, jurisdiction, day)), unknown)


def minor_rules_vocabulary() -> tuple[Code, ...]:
    """Write the whole table as a list of codes: the place, what is told there, and where that is written."""
    rules, unknown = _table()
    return (*(_code(rule) for rule in rules), Code("unknown", unknown.text, _WHAT[WhoConsents.UNKNOWN]))


_WHAT: Mapping[WhoConsents, Mapping[str, str]] = {
    WhoConsents.MINOR_ALONE: {"en": "Your own yes is enough.", "es": "Basta con su propio sí."},
    WhoConsents.MINOR_AND_PARENT: {
        "en": "It needs your yes and a parent's yes, both in writing.",
        "es": "Hace falta su sí y el de un padre o una madre, los dos por escrito.",
    },
    WhoConsents.UNKNOWN: {"en": "A human being looks at it.", "es": "Lo ve una persona."},
}
_DATED = {
    "en": "Ages {ages}. {source}; in effect since {since} or longer, last read on {read}.",
    "es": "Edades {ages}. {source}; vigente desde {since} o antes, leído por última vez el {read}.",
}


def _code(rule: MinorRule) -> Code:
    ages = ", ".join(band.value for band in AgeBand if band in rule.age_bands)
    facts = {"ages": ages, "source": rule.source, "since": rule.effective_from, "read": rule.verified_on}
    more = {locale: f"{_WHAT[rule.consents][locale]} {_DATED[locale].format(**facts)}" for locale in _DATED}
    return Code(f"{rule.jurisdiction}/{rule.consents}", rule.text, more)


@lru_cache
def _table() -> tuple[tuple[MinorRule, ...], MinorRule]:
    written = json.loads((Path(__file__).parent / "data" / "minors.json").read_text())
    unknown = MinorRule(consents=WhoConsents.UNKNOWN, text=written["unknown"]["text"])
    return tuple(_rule(each) for each in written["rules"]), unknown


def _rule(written: Mapping[str, Any]) -> MinorRule:
    return MinorRule(
        consents=WhoConsents(written["consents"]),
        text=written["text"],
        jurisdiction=written["jurisdiction"],
        age_bands=frozenset(AgeBand(each) for each in written["age_bands"]),
        source=written["source"],
        effective_from=date.fromisoformat(written["effective_from"]),
        verified_on=date.fromisoformat(written["verified_on"]),
    )
