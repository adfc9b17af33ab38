"""What a match says about itself: why it stands where it stands, what it would ask, and what its limits are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import REMOTE_SETTINGS, LimitKind, LimitScope, Paper, PaymentWay
from service.guidance.words import choose
from service.matching import reach, room, wishes
from service.matching.answers import Because, ShownLimit
from service.matching.candidate import Candidate
from service.matching.labels import joined, label, labels
from service.matching.ranking import SAME_TO_DECIMALS, TABLE, weights
from service.matching.readings import demanded
from service.matching.rules import Component
from service.matching.verdicts import Single
from service.matching.words import kilometres, say
from service.places.rules import in_common
from service.providers.codes import (
    AcceptsMoud,
    Demand,
    DrugTesting,
    IntoxicatedArrival,
    MissedVisits,
    ReportsToCourt,
    SuppliesCondition,
    TestConsequence,
)
from service.providers.rules import Policies

HEAD_OF_A_LIST = 5


def because(one: Single, values: NDArray[np.float64]) -> tuple[Because, ...]:
    """Every component with its weight, its value, what it contributes, and why. Contributions sum to the score.

    `values` are those of `score_all`, in the order of the table, shape (5,).
    """
    by_component = weights(one.case.book, one.applicant.matters_most)
    said = []
    for part, value in zip(TABLE, values.tolist(), strict=True):
        weight = by_component[part.component]
        said.append(
            Because(
                component=part.component,
                weight=round(weight, SAME_TO_DECIMALS),
                value=round(value, SAME_TO_DECIMALS),
                contributes=round(weight * value, SAME_TO_DECIMALS),
                says=SAYS[part.component](one),
            )
        )
    return tuple(said)


def _fit(one: Single) -> str:
    if not one.applicant.confirmed:
        return one.say("fit.unsaid")
    offered = one.admitted
    needs = [need for need in one.applicant.needs if need.categories]
    places = sorted({need.place for need in needs if need.categories & offered})
    if not places:
        return one.say("fit.none")
    if len(one.applicant.needs) == len([need for need in needs if need.categories & offered]):
        return one.say("fit.all")
    return one.say("fit.some", places=joined([_ordinal(one, place) for place in places], one.locale))


def _ordinal(one: Single, place: int) -> str:
    return one.say(f"place.{place}") if place <= HEAD_OF_A_LIST else one.say("place.n", place=place)


def _near(one: Single) -> str:
    if one.applicant.place is None:
        return one.say("near.unsaid")
    if not reach.in_person(one.case):
        return _how_far(one)
    if reach.comes_to_them(one.case):
        return _comes(one)
    return f"{_serves(one)} {_how_far(one)}".strip()


def _comes(one: Single) -> str:
    coming = one.candidate.facts.comes_to_you
    if coming is None or not reach.is_named(one.case, "comes"):
        return one.say("near.comes")
    return one.say("near.comes_area", areas=joined([*in_common(coming.areas, one.applicant.areas)], one.locale))


def _serves(one: Single) -> str:
    """By the name of which areas it takes the person in; nothing where it does so otherwise, or not at all."""
    area = one.candidate.facts.service_area
    if area is None or not reach.is_named(one.case, "covers"):
        return ""
    return one.say("near.serves", areas=joined([*in_common(area.counties, one.applicant.areas)], one.locale))


def _how_far(one: Single) -> str:
    remote = [each for each in one.candidate.facts.settings if each in REMOTE_SETTINGS]
    wanted = [each for each in remote if each in one.applicant.settings]
    if remote and reach.remotely(one.case) and (wanted or not np.isfinite(one.km) or _is_farther(one)):
        ways = labels("setting", wanted or remote, one.locale, either=True)
        return one.say("near.wanted" if wanted else "near.afar", settings=ways)
    if not np.isfinite(one.km):
        return one.say("near.unknown")
    return one.say("near.km", km=kilometres(one.km, one.locale))


def _is_farther(one: Single) -> bool:
    """Whether being seen from a distance counts more than going there."""
    curves = one.case.book.curves
    by_km = 2 ** (-one.km / curves.near_halves_every_km)
    return by_km < curves.unwanted_distance_counts or not reach.in_person(one.case)


def _wishes(one: Single) -> str:
    named = wishes.named(one.case)
    if not named:
        return one.say("wishes.unsaid")
    held = [code for code in named if wishes.holds(one.case, code)]
    if not held:
        return one.say("wishes.none", all=len(named))
    return one.say("wishes.some", met=len(held), all=len(named), wishes=labels("wish", held, one.locale))


def _depth(one: Single) -> str:
    candidate = one.candidate
    if candidate.hours_verified:
        return one.say("depth.verified", hours=candidate.hours_verified)
    if candidate.hours_declared:
        return one.say("depth.declared", hours=candidate.hours_declared)
    return one.say("depth.none")


SAYS: dict[Component, Callable[[Single], str]] = {
    Component.FIT: _fit,
    Component.SOON: room.in_words,
    Component.NEAR: _near,
    Component.WISHES: _wishes,
    Component.DEPTH: _depth,
}

# What a policy asks, the hardest first: these are what makes a conflict, and stand on top.
_DEMANDS: tuple[tuple[str, Callable[[Policies], bool]], ...] = (
    ("asks.abstinence_to_start", lambda policy: policy.requires_abstinence_to_start is True),
    ("asks.abstinence_goal", lambda policy: policy.requires_abstinence_goal is True),
    (
        "asks.abstinence_to_continue",
        lambda policy: policy.requires_abstinence_to_continue is True or policy.discharges_for_use is True,
    ),
    ("asks.test_discharge", lambda policy: policy.drug_test_consequence is TestConsequence.DISCHARGE),
    ("asks.test_privilege", lambda policy: policy.drug_test_consequence is TestConsequence.DOSE_OR_PRIVILEGE_CHANGE),
    ("asks.no_moud", lambda policy: policy.accepts_people_on_moud is AcceptsMoud.NONE),
    ("asks.twelve_step", lambda policy: policy.requires_12_step is True),
    ("asks.counselling", lambda policy: policy.counselling_required_for_medication is True),
    (
        "asks.test",
        lambda policy: (
            policy.drug_testing in {DrugTesting.REQUIRED_FOR_SERVICE, DrugTesting.PAYER_OR_LAW_MANDATED}
            and policy.drug_test_consequence
            not in {TestConsequence.DISCHARGE, TestConsequence.DOSE_OR_PRIVILEGE_CHANGE}
        ),
    ),
    ("asks.test_safety", lambda policy: policy.drug_testing is DrugTesting.CLINICAL_SAFETY_ONLY),
    ("asks.not_intoxicated", lambda policy: policy.accepts_intoxicated_arrival is IntoxicatedArrival.NO),
    (
        "asks.take_part",
        lambda policy: policy.accepts_intoxicated_arrival is IntoxicatedArrival.IF_CAN_TAKE_PART_SAFELY,
    ),
    ("asks.missed_discharge", lambda policy: policy.missed_visits is MissedVisits.DISCHARGE_AFTER_N),
    ("asks.missed_fee", lambda policy: policy.missed_visits is MissedVisits.FEE),
    ("asks.supplies_required", lambda policy: policy.supplies_condition is SuppliesCondition.COUNSELLING_REQUIRED),
    ("asks.supplies_offered", lambda policy: policy.supplies_condition is SuppliesCondition.COUNSELLING_OFFERED),
)


def asks_of_you(candidate: Candidate, locale: str) -> tuple[str, ...]:
    """What an offering would ask of a person, what is hardest first. Never empty: nothing is said too."""
    policies = candidate.policies
    asked = [say(locale, key) for key, holds in _DEMANDS if policies is not None and holds(policies)]
    asked += [_sentence("asks.paper", paper, locale) for paper in _papers(candidate, Demand.YES)]
    asked += [_sentence("asks.paper_for_some", paper, locale) for paper in _papers(candidate, Demand.FOR_SOME)]
    if candidate.facts.cost and PaymentWay.FREE not in candidate.facts.cost:
        asked.append(say(locale, "asks.cost", ways=labels("payment", candidate.facts.cost, locale, either=True)))
    return tuple(asked) or (say(locale, "asks.nothing"),)


def _papers(candidate: Candidate, demand: Demand) -> list[Paper]:
    """The papers in question; of tests, the policies have spoken already."""
    return sorted(demanded(candidate, demand) - {Paper.DRUG_TEST})


def _sentence(key: str, paper: str, locale: str) -> str:
    text = say(locale, key, paper=label("paper", paper, locale))
    return text[0].upper() + text[1:]


_REPORTS = {
    ReportsToCourt.ROUTINELY_FOR_MANDATED: "limit.reports_routinely",
    ReportsToCourt.ONLY_WITH_CONSENT: "limit.reports_with_consent",
}


def limits(candidate: Candidate, locale: str) -> tuple[ShownLimit, ...]:
    """What an offering cannot do or keep secret, in its own words where they are; never empty.

    An offering that declared none is shown with just that: nobody knows, so ask.
    """
    shown = [
        ShownLimit(
            kind=limit.kind,
            scope=limit.scope,
            text=choose(limit.text, locale),
            applies_when=limit.applies_when,
            required_by=limit.required_by,
        )
        for limit in candidate.facts.limits
    ]
    policies = candidate.policies
    reports = _REPORTS.get(policies.reports_to_court) if policies and policies.reports_to_court else None
    if reports:
        shown.append(_own_limit(LimitKind.CONFIDENTIALITY, say(locale, reports)))
    if not candidate.facts.limits:
        shown.append(_own_limit(LimitKind.CONFIDENTIALITY, say(locale, "limit.undeclared")))
    return tuple(shown)


def _own_limit(kind: LimitKind, text: str) -> ShownLimit:
    return ShownLimit(kind=kind, scope=LimitScope.SERVICE, text=text)
