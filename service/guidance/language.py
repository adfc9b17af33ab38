"""Person-first language: what staff, providers and the house itself should rather say.

Sources: NIDA *Words Matter*; table in PMC9386168; AP and ONDCP usage. The person's own words are never looked at.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LINT_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Finding:
    """A term, where it stands (start and end, in characters), and what to say instead. A warning, never a refusal."""

    start: int
    end: int
    term: str
    suggestion: str
    rule_id: str
    severity: str = "warn"


@dataclass(frozen=True, slots=True)
class LanguageRule:
    """Terms that stand for one another, what to say instead, and the company in which they are meant otherwise."""

    id: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    suggestion: str


def lint(text: str) -> tuple[Finding, ...]:
    """Find terms that put a label before a person. Quotations in double quotes are somebody's words, and exempt."""
    quoted = [match.span() for match in re.finditer(r'"[^"]*"|“[^”]*”|«[^»]*»', text)]
    found = [finding for rule in language_rules() for finding in _findings(rule, text)]
    return tuple(
        sorted(
            (each for each in found if not any(start <= each.start < end for start, end in quoted)),
            key=lambda each: (each.start, each.rule_id),
        )
    )


@lru_cache
def language_rules() -> tuple[LanguageRule, ...]:
    """The rules, from data, in English and Spanish."""
    listed = json.loads((Path(__file__).parent / "data" / "language.json").read_text())
    return tuple(
        LanguageRule(
            id=each["id"],
            pattern=_any_of(each["terms"]),
            unless=_any_of(each["unless"]) if each.get("unless") else None,
            suggestion=each["suggestion"],
        )
        for each in listed["rules"]
    )


def _any_of(terms: list[str]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(term) for term in longest_first) + r")(?!\w)", re.IGNORECASE)


def _findings(rule: LanguageRule, text: str) -> list[Finding]:
    meant = [match.span() for match in rule.unless.finditer(text)] if rule.unless else []
    return [
        Finding(match.start(), match.end(), match[0], rule.suggestion, rule.id)
        for match in rule.pattern.finditer(text)
        if not any(start <= match.start() and match.end() <= end for start, end in meant)
    ]
