"""The thirteen rules: who can be helped here. Each is one expression over columns, be it one offering or a million."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import AgeBand, Category, PaymentWay
from service.matching import codes, reach, wishes
from service.matching.case import Case
from service.matching.readings import CONFLICTS, DECLARED, FRIENDLY, FULL, TALKS_ONLY, VERIFIED
from service.matching.rules import Rule

Mask = NDArray[np.bool_]


def has_a_level_asked_for(case: Case) -> Mask:
    """Is what it has shown and promised what this search is for?"""
    columns, applicant = case.columns, case.applicant
    confirmed = codes.CATEGORIES.bits(applicant.confirmed) if applicant.confirmed else codes.CATEGORIES.everything
    plain = codes.any_of(case.admitted, confirmed)
    by_name = case.admitted.astype(np.bool_)
    fits = (columns.level == VERIFIED) | (columns.level == FRIENDLY) & plain | (columns.level == CONFLICTS) & by_name
    return np.asarray(fits | (columns.level == DECLARED) & applicant.accepts_declared, dtype=np.bool_)


def is_not_known_to_be_full(case: Case) -> Mask:
    """Is it not known to be closed? Old news is no news; a waitlist is open, and says that it is one."""
    return np.asarray(
        (case.columns.capacity != FULL) | (case.news_age_days > case.book.curves.news_lasts_days), dtype=np.bool_
    )


def shares_a_language(case: Case) -> Mask:
    """Do they speak or sign in common, or can an interpreter help whom the person accepts?"""
    tongues = case.tongues
    if not tongues:
        return case.everywhere
    spoken = case.columns.speaks.having(tongues)
    if not case.applicant.accepts_interpreter:
        return spoken
    return spoken | case.columns.interprets_any | case.columns.interprets.having(tongues)


def is_within_reach(case: Case) -> Mask:
    """Can they get there, or does it come to them, or may its practitioners legally see them where they are?"""
    return reach.in_person(case) | reach.remotely(case)


def has_a_wanted_setting(case: Case) -> Mask:
    """Is it offered in at least one of the ways they want, if they named any?"""
    if not case.applicant.settings:
        return case.everywhere
    return codes.any_of(case.columns.settings, codes.SETTINGS.bits(case.applicant.settings))


def takes_their_age(case: Case) -> Mask:
    """Does their age band overlap the ages it takes?"""
    bounds = case.applicant.age_band.bounds if isinstance(case.applicant.age_band, AgeBand) else None
    if bounds is None:
        return case.everywhere
    return (case.columns.age_min <= bounds[1]) & (case.columns.age_max >= bounds[0])


def demands_no_paper_they_lack(case: Case) -> Mask:
    """Is nothing demanded of everybody that they cannot or will not show?"""
    return ~codes.any_of(case.columns.papers, codes.PAPERS.bits(case.applicant.will_not_show))


def can_be_paid_for(case: Case) -> Mask:
    """Does one of their ways to pay fit, if they named any? What is free fits everybody."""
    if not case.applicant.can_pay:
        return case.everywhere
    return codes.any_of(case.columns.cost, codes.PAYMENT.bits(case.applicant.can_pay | {PaymentWay.FREE}))


def meets_their_access_needs(case: Case) -> Mask:
    """Is every access need met that they named?"""
    return codes.all_of(case.columns.access, codes.ACCESS.bits(case.applicant.access_needs))


def takes_people_on_medication(case: Case) -> Mask:
    """Does it take everybody on medication for opioid use disorder, if they said that they are on it?

    *Some* is not enough: which ones would be decided at the door, and that is where people have been turned away.
    """
    return case.columns.takes_moud if case.applicant.on_moud else case.everywhere


def holds_every_dealbreaker(case: Case) -> Mask:
    """Does every wish hold without which they will not go?"""
    held = case.everywhere
    for wish in sorted(case.applicant.wishes):
        if wish.dealbreaker and wishes.is_known(wish.code):
            held = held & wishes.holds(case, wish.code)
    return held


def is_not_ruled_out(case: Case) -> Mask:
    """Have they not said *not this one* to it or to its provider?"""
    columns, applicant = case.columns, case.applicant
    ruled_out = columns.rows.having(applicant.not_these_offerings) | columns.rows_of_provider.having(
        applicant.not_these_providers
    )
    return ~ruled_out


def helps_with_something(case: Case) -> Mask:
    """Is there a category in common, if the person confirmed any?"""
    applicant = case.applicant
    if not applicant.confirmed:
        return case.everywhere
    return codes.any_of(case.columns.categories, codes.CATEGORIES.bits(applicant.confirmed | applicant.asks_for))


def helps_with_what_they_named(case: Case) -> Mask:
    """Does it help with at least one category that they confirmed, if they confirmed any?

    What they asked for by name counts as named, and narrows nothing else. Therapy helps nobody who refused it and
    named nothing that it is for. A couples offering serves nobody who named safety from harm: where a partner may be
    the harm, sitting down together is not help (story 20).
    """
    columns, applicant = case.columns, case.applicant
    helps = helps_with_something(case)
    if not applicant.hears_of_therapy:
        helps = helps & (columns.talks != TALKS_ONLY)
    if Category.SAFETY_FROM_HARM in applicant.confirmed:
        helps = helps & ~columns.for_couples
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


def ask_all(case: Case) -> NDArray[np.bool_]:
    """Ask every rule of every offering, shape (13, n), in the order of the table."""
    return np.stack([condition.met(case) for condition in CONDITIONS])
