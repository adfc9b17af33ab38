"""The rules as everybody may read them: what decides, what weighs how much, and what is never looked at."""

from __future__ import annotations

from dataclasses import dataclass

from service.matching.conditions import CONDITIONS
from service.matching.ranking import RULES_VERSION, TABLE
from service.matching.rules import Component, Rule
from service.matching.wishes import HELD


@dataclass(frozen=True, slots=True)
class PrintedRule:
    """A rule and its question."""

    rule: Rule
    question: str


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """A component, its weight and its curve."""

    component: Component
    weight: float
    curve: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRules:
    """All of it, made from the very tables that matching runs on."""

    rules_version: str
    rules: tuple[PrintedRule, ...]
    components: tuple[PrintedPart, ...]
    matters_most: str
    ties: str
    never_looked_at: tuple[str, ...]
    wishes: tuple[str, ...]


def printed_rules() -> PrintedRules:
    """Print the rules that are in force."""
    return PrintedRules(
        rules_version=RULES_VERSION,
        rules=tuple(PrintedRule(condition.rule, condition.question) for condition in CONDITIONS),
        components=tuple(PrintedPart(part.component, part.weight, part.curve) for part in TABLE),
        matters_most="The weight of the component that the person names is doubled; then all are scaled to sum to one.",
        ties="Scores that are equal to 9 decimals are put in order by lot, seeded by the intake and the offering: "
        "always the same for one person, and favouring nobody over many.",
        never_looked_at=(
            "name, pronouns and contact",
            "substances, how much, and what the person means to do about them",
            "safety answers",
            "missed visits and former referrals",
            "free text of anybody",
        ),
        wishes=tuple(sorted(HELD)),
    )
