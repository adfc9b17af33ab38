"""The rules as everybody may read them: what decides, what weighs how much, and what is never looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service import errors
from service.matching.conditions import CONDITIONS
from service.matching.ranking import TABLE
from service.matching.rules import Component, Rule
from service.matching.wishes import HELD
from service.rulebook import shelf
from service.rulebook.rules import RuleBook


class UnknownRules(errors.NotThere):
    """There are no rules with this version. `versions` of the rules in force names all that there are."""

    says_more = True


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
    """All of it, made from the very tables and the very book that matching runs on."""

    rules_version: str
    in_force: bool
    versions: tuple[str, ...]
    signed_off_on: date | None
    signed_off_by: str | None
    why: str
    rules: tuple[PrintedRule, ...]
    components: tuple[PrintedPart, ...]
    matters_most: str
    ties: str
    never_looked_at: tuple[str, ...]
    wishes: tuple[str, ...]


def printed_rules(version: str | None = None) -> PrintedRules:
    """Print the rules of a version, or those in force. Raise UnknownRules."""
    book = shelf.in_force() if version is None else shelf.find(version)
    if book is None:
        raise UnknownRules
    return PrintedRules(
        rules_version=book.version,
        in_force=book == shelf.in_force(),
        versions=tuple(shelf.signed_off()),
        signed_off_on=book.signed_off_on,
        signed_off_by=book.signed_off_by,
        why=" ".join(book.why.split()),
        rules=tuple(PrintedRule(condition.rule, condition.question) for condition in CONDITIONS),
        components=printed_parts(book),
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


def printed_parts(book: RuleBook) -> tuple[PrintedPart, ...]:
    """Print the components of a book in the order of the table, with their weights and curves."""
    curves = _curves(book)
    return tuple(
        PrintedPart(part.component, getattr(book.weights, part.component), curves[part.component]) for part in TABLE
    )


def _curves(book: RuleBook) -> dict[Component, str]:
    """What each value is made of, in the numbers of a book."""
    curve, room = book.curves, book.openness
    falls = f"{curve.next_priority_counts:g}^(place-1)"
    unwanted = f"{curve.unwanted_distance_counts:g}"
    return {
        Component.FIT: f"sum over priorities of {falls} where the offering serves one of its categories / sum of "
        f"{falls}; what has shown no training serves none that is therapy",
        Component.SOON: f"2^(-expected wait / {curve.wait_halves_every_days:g} d) * (c*s + (1-c)*{room.unknown:g}); "
        f"c = 2^(-age / {curve.news_halves_every_days:g} d); s = {room.room:g} capacity, {room.waitlist:g} waitlist, "
        f"{room.full:g} none, {room.unknown:g} otherwise; a waitlist of unknown length counts as "
        f"{curve.unknown_wait_days:g} d",
        Component.NEAR: f"in person 2^(-km / {curve.near_halves_every_km:g}); comes to you 1; phone, video, text 1 "
        f"where wanted, else {unwanted}; place unknown: 1 for all",
        Component.WISHES: "share of the named wishes that hold; none named: 1 for all",
        Component.DEPTH: f"min(hours, {curve.hours_are_enough_at:g}) / {curve.hours_are_enough_at:g}, "
        f"by {curve.declared_hours_count:g} where declared only, by {curve.other_training_counts:g} where not for what "
        "was named first",
    }
