"""Where each offering stands for a person: a match, an invitation, almost, or not here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_

from service.guidance.rules import Category
from service.matching import codes, reach
from service.matching.case import Case
from service.matching.columns import Mask
from service.matching.conditions import CONDITIONS, helps_with_something
from service.matching.readings import DECLARED, TALKS_ONLY, TALKS_TOO
from service.matching.rules import Rule

# What the thirteen rules said, in the order of the table.
Met = Sequence[Mask]
Standing = Callable[[Case, Met], Mask]

_ROW = {condition.rule: row for row, condition in enumerate(CONDITIONS)}


def stands_apart(case: Case) -> Mask:
    """Therapy that helps with nothing the person named, where they named other things only (R-MEET-4).

    Therapy that does help with one of those (care in pregnancy, say) stands among the others.
    """
    if not case.applicant.named_no_therapy:
        return case.nowhere
    return case.columns.any_of("talks", TALKS_TOO | TALKS_ONLY) & ~helps_with_something(case)


def matched(case: Case, met: Met) -> Mask:
    """Every rule says yes, and it is not therapy that nobody asked for."""
    return _but(case, all_met(case, met), stands_apart(case))


def invited(case: Case, met: Met) -> Mask:
    """Therapy that stands apart, where the person did not refuse it: it need not help with what they named."""
    if not (case.applicant.hears_of_therapy and case.applicant.named_no_therapy):
        return case.nowhere
    invited = all_met(case, [each for row, each in enumerate(met) if row != _ROW[Rule.SERVES]]) & stands_apart(case)
    if Category.SAFETY_FROM_HARM in case.applicant.confirmed:
        invited = invited & ~case.columns.flag("for_couples")
    return invited


# What a change could meet. What is for other ages, turns people on medication away, or helps with something else stays
# what it is; and what the person said no to is not held out to them again.
_CHANGEABLE: dict[Rule, Callable[[Case], Mask]] = {
    Rule.LEVEL: lambda case: case.columns.any_of("level", DECLARED),
    Rule.OPEN: lambda case: case.everywhere,
    Rule.LANGUAGE: lambda case: (
        case.columns.flag("interprets_any") | case.columns.having("interprets", case.applicant.tongues)
    ),
    Rule.REACH: reach.could_be,
    Rule.SETTING: lambda case: case.columns.any_of("settings", codes.SETTINGS.everything),
    Rule.PAPERS: lambda case: case.everywhere,
    Rule.COST: lambda case: case.everywhere,
    Rule.ACCESS: lambda case: case.everywhere,
    Rule.DEALBREAKERS: lambda case: case.everywhere,
}


def almost_matched(case: Case, met: Met) -> Mask:
    """Exactly one rule says no, and a change could meet it."""
    once, twice = noes(case, met)
    alone = once & ~twice
    almost = case.nowhere
    for rule, could_be in _CHANGEABLE.items():
        yes = met[_ROW[rule]]
        if yes is not case.everywhere and (no := alone & ~yes).any():
            almost = almost | no & could_be(case)
    return _but(case, almost, stands_apart(case))


def noes(case: Case, met: Met) -> tuple[Mask, Mask]:
    """Where at least one rule says no, and where at least two do."""
    once, twice = case.nowhere, case.nowhere
    for each in _telling(case, met):
        twice = twice | once & ~each
        once = once | ~each
    return once, twice


def all_met(case: Case, met: Met) -> Mask:
    """Where all of them say yes."""
    return reduce(and_, _telling(case, met), case.everywhere)


def _telling(case: Case, met: Met) -> list[Mask]:
    """Those of the answers that are not yes everywhere: most people leave half of the rules nothing to say."""
    return [each for each in met if each is not case.everywhere]


def _but(case: Case, these: Mask, those: Mask) -> Mask:
    """These without those, where there are any."""
    return these if those is case.nowhere else these & ~those


def removed_by(counts: Sequence[int]) -> list[tuple[Rule, int]]:
    """How many offerings each rule keeps away, the most first; rules that keep nothing away are left out.

    `counts` are in the order of the table.
    """
    order = sorted(range(len(CONDITIONS)), key=lambda row: -counts[row])
    return [(CONDITIONS[row].rule, counts[row]) for row in order if counts[row]]
