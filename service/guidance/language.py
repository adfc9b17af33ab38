"""Person-first language: what staff, providers and the house itself should rather say.

Sources: NIDA *Words Matter*; table in PMC9386168; AP and ONDCP usage. The person's own words are never looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data" / "language.json"
KINDS = ("terms", "staff_terms", "exact_terms")
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»')


@dataclass(frozen=True, slots=True)
class Finding:
    """A term, where it stands (start and end, in characters), and what to say instead. A warning, never a refusal.

    `pointer` says in which text of what was sent it stands (JSON Pointer, RFC 6901).
    """

    start: int
    end: int
    term: str
    suggestion: str
    rule_id: str
    severity: str = "warn"
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class LanguageRule:
    """Terms that stand for one another, what to say instead, and the company in which they are meant otherwise.

    `about_people` are terms that label somebody in a note and are plain words elsewhere: in software a request is
    refused, and has a user agent. `begins` are the words with which its terms begin: a text that holds none of them
    is not searched, which is most of them.
    """

    id: str
    begins: frozenset[str]
    pattern: re.Pattern[str]
    about_people: re.Pattern[str] | None
    exact: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    suggestion: str


def lint(text: str, pointer: str = "") -> tuple[Finding, ...]:
    """Find terms of staff and providers that put a label before a person.

    Quotations in double quotes are somebody's words, and exempt. Of terms inside one another the longest counts.
    """
    return _judge(text, pointer, lambda rule: (rule.pattern, rule.about_people, rule.exact))


def lint_ours(text: str) -> tuple[Finding, ...]:
    """Find such terms in what the house itself says: its code, its pages, its refusals, which are about software."""
    return _judge(text, "", lambda rule: (rule.pattern, rule.exact))


def _judge(text: str, pointer: str, patterns_of: Any) -> tuple[Finding, ...]:
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    words = {word.lower() for word in _WORD.findall(text)}
    found = [
        Finding(match.start(), match.end(), match[0], rule.suggestion, rule.id, pointer=pointer)
        for rule in language_rules()
        if not rule.begins.isdisjoint(words)
        for match in _meant(rule, patterns_of(rule), text)
        if not any(start <= match.start() < end for start, end in quoted)
    ]
    longest = (each for each in found if not any(_is_within(each, other) for other in found))
    return tuple(sorted(longest, key=lambda each: (each.start, each.rule_id)))


def _meant(rule: LanguageRule, patterns: Iterable[re.Pattern[str] | None], text: str) -> list[re.Match[str]]:
    otherwise = [match.span() for match in rule.unless.finditer(text)] if rule.unless else []
    return [
        match
        for pattern in patterns
        if pattern is not None
        for match in pattern.finditer(text)
        if not any(start <= match.start() and match.end() <= end for start, end in otherwise)
    ]


def _is_within(one: Finding, other: Finding) -> bool:
    return other.start <= one.start and one.end <= other.end and other.end - other.start > one.end - one.start


@lru_cache
def language_rules() -> tuple[LanguageRule, ...]:
    """The rules, from data, in English and Spanish."""
    return tuple(
        LanguageRule(
            id=each["id"],
            begins=frozenset(word for kind in KINDS for term in each.get(kind, ()) for word in _beginnings(term)),
            pattern=_any_of(each["terms"]),
            about_people=_any_of(each["staff_terms"]) if "staff_terms" in each else None,
            exact=_any_of(each["exact_terms"], re.NOFLAG) if "exact_terms" in each else None,
            unless=_any_of(each["unless"]) if "unless" in each else None,
            suggestion=each["suggestion"],
        )
        for each in json.loads(_DATA.read_text())["rules"]
    )


def _any_of(terms: list[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(_spelled, longest_first)) + r")(?!\w)", flags)


def _spelled(term: str) -> str:
    """A term in its spellings: a space may be a hyphen or the end of a line, and a hyphen may be left out."""
    return re.escape(term).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]?")


def _beginnings(term: str) -> Iterator[str]:
    """The words with which a term may begin: all before a hyphen, and, as a hyphen may be left out, more."""
    parts = term.lower().partition(" ")[0].split("-")
    yield from ("".join(parts[:count]) for count in range(1, len(parts) + 1))
