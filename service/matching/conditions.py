"""The thirteen rules: who can be helped here. Each is one expression over columns, be it one offering or a million."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.guidance.rules import AgeBand, Category, PaymentWay
from service.matching import codes, reach, wishes
from service.matching.case import Case
from service.matching.columns import Mask
from service.matching.readings import DECLARED, TALKS_ONLY, VERIFIED
from service.matching.rules import Rule
from service.providers.rules import NEWS_COUNTS_FOR


def has_a_level_asked_for(case: Case) -> Mask:
    """Is what it has shown and promised what this search is for?"""
    applicant = case.applicant
    shown = VERIFIED | DECLARED if applicant.accepts_declared else VERIFIED
    confirmed = codes.CATEGORIES.bits(applicant.confirmed) if applicant.confirmed else codes.CATEGORIES.everything
    plain, by_name = case.is_plain_help_for(confirmed), case.is_asked_for_by_name(codes.CATEGORIES.everything)
    return case.columns.any_of("level", shown) | plain | by_name


def is_not_known_to_be_full(case: Case) -> Mask:
    """Is it not known to be closed? Old news is no news; a waitlist is open, and says that it is one."""
    return ~case.columns.full_since((case.now - NEWS_COUNTS_FOR).timestamp())


def shares_a_language(case: Case) -> Mask:
    """Do they speak or sign in common, or can an interpreter help whom the person accepts?"""
    tongues = case.applicant.tongues
    if not tongues:
        return case.everywhere
    spoken = case.columns.having("speaks", tongues)
    if not case.applicant.accepts_interpreter:
        return spoken
    return spoken | case.columns.flag("interprets_any") | case.columns.having("interprets", tongues)


def is_within_reach(case: Case) -> Mask:
    """Can they get there, or does it come to them, or may its practitioners legally see them where they are?"""
    return reach.in_person(case) | reach.remotely(case)


def has_a_wanted_setting(case: Case) -> Mask:
    """Is it offered in at least one of the ways they want, if they named any?"""
    if not case.applicant.settings:
        return case.everywhere
    return case.columns.any_of("settings", codes.SETTINGS.bits(case.applicant.settings))


def takes_their_age(case: Case) -> Mask:
    """Does their age band overlap the ages it takes?"""
    bounds = case.applicant.age_band.bounds if isinstance(case.applicant.age_band, AgeBand) else None
    if bounds is None:
        return case.everywhere
    return case.columns.at_most("age_min", bounds[1]) & case.columns.at_least("age_max", bounds[0])


def demands_no_paper_they_lack(case: Case) -> Mask:
    """Is nothing demanded of everybody that they cannot or will not show?"""
    if not case.applicant.will_not_show:
        return case.everywhere
    return ~case.columns.any_of("papers", codes.PAPERS.bits(case.applicant.will_not_show))


def can_be_paid_for(case: Case) -> Mask:
    """Does one of their ways to pay fit, if they named any? What is free fits everybody."""
    if not case.applicant.can_pay:
        return case.everywhere
    return case.columns.any_of("cost", codes.PAYMENT.bits(case.applicant.can_pay | {PaymentWay.FREE}))


def meets_their_access_needs(case: Case) -> Mask:
    """Is every access need met that they named?"""
    return case.columns.all_of("access", codes.ACCESS.bits(case.applicant.access_needs))


def takes_people_on_medication(case: Case) -> Mask:
    """Does it take everybody on medication for opioid use disorder, if they said that they are on it?

    *Some* is not enough: which ones would be decided at the door, and that is where people have been turned away.
    """
    return case.columns.flag("takes_moud") if case.applicant.on_moud else case.everywhere


def holds_every_dealbreaker(case: Case) -> Mask:
    """Does every wish hold without which they will not go?"""
    held = case.everywhere
    for wish in sorted(case.applicant.wishes):
        if wish.dealbreaker and wishes.is_known(wish.code):
            held = held & wishes.holds(case, wish.code)
    return held


def is_not_ruled_out(case: Case) -> Mask:
    """Have they not said *not this one* to it or to its provider?"""
    left = case.everywhere
    if case.applicant.not_these_offerings:
        left = left & ~case.columns.among_offerings(case.applicant.not_these_offerings)
    if case.applicant.not_these_providers:
        left = left & ~case.columns.among_providers(case.applicant.not_these_providers)
    return left


def helps_with_something(case: Case) -> Mask:
    """Is there a category in common, if the person confirmed any?"""
    applicant = case.applicant
    if not applicant.confirmed:
        return case.everywhere
    return case.columns.any_of("categories", codes.CATEGORIES.bits(applicant.confirmed | applicant.asks_for))


def helps_with_what_they_named(case: Case) -> Mask:
    """Does it help with at least one category that they confirmed, if they confirmed any?

    What they asked for by name counts as named, and narrows nothing else. Therapy helps nobody who refused it and
    named nothing that it is for. A couples offering serves nobody who named safety from harm: where a partner may be
    the harm, sitting down together is not help (story 20).
    """
    columns, applicant = case.columns, case.applicant
    helps = helps_with_something(case)
    if not applicant.hears_of_therapy:
        helps = helps & ~columns.any_of("talks", TALKS_ONLY)
    if Category.SAFETY_FROM_HARM in applicant.confirmed:
        helps = helps & ~columns.flag("for_couples")
    return helps


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule as it stands in the table: its name, its question, and the expression that answers it."""

    rule: Rule
    met: Callable[[Case], Mask]

    @property
    def question(self) -> str:
        """The first sentence of the expression's own docstring."""
        return (self.met.__doc__ or "").split("?", 1)[0].strip() + "?"


CONDITIONS: tuple[Condition, ...] = (
    Condition(Rule.LEVEL, has_a_level_asked_for),
    Condition(Rule.OPEN, is_not_known_to_be_full),
    Condition(Rule.LANGUAGE, shares_a_language),
    Condition(Rule.REACH, is_within_reach),
    Condition(Rule.SETTING, has_a_wanted_setting),
    Condition(Rule.AGE, takes_their_age),
    Condition(Rule.PAPERS, demands_no_paper_they_lack),
    Condition(Rule.COST, can_be_paid_for),
    Condition(Rule.ACCESS, meets_their_access_needs),
    Condition(Rule.MEDICATION, takes_people_on_medication),
    Condition(Rule.DEALBREAKERS, holds_every_dealbreaker),
    Condition(Rule.NOT_BLOCKED, is_not_ruled_out),
    Condition(Rule.SERVES, helps_with_what_they_named),
)


def ask_all(case: Case) -> list[Mask]:
    """Ask every rule, in the order of the table: thirteen masks."""
    return [condition.met(case) for condition in CONDITIONS]


def ask_some(case: Case, rules: frozenset[Rule]) -> list[Mask]:
    """Ask some of the rules."""
    return [condition.met(case) for condition in CONDITIONS if condition.rule in rules]
