"""Where each offering stands for a person: a match, an invitation, almost, or not here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import Category
from service.matching import reach
from service.matching.case import Case
from service.matching.conditions import CONDITIONS, helps_with_something
from service.matching.readings import DECLARED
from service.matching.rules import Rule

Mask = NDArray[np.bool_]
Met = NDArray[np.bool_]

_ROW = {condition.rule: row for row, condition in enumerate(CONDITIONS)}


def stands_apart(case: Case) -> Mask:
    """Therapy that helps with nothing the person named, where they named other things only (R-MEET-4).

    Therapy that does help with one of those (care in pregnancy, say) stands among the others.
    """
    if not case.applicant.named_no_therapy:
        return np.zeros(case.size, dtype=np.bool_)
    return case.columns.talks.astype(np.bool_) & ~helps_with_something(case)


def matched(case: Case, met: Met) -> Mask:
    """Every rule says yes, and it is not therapy that nobody asked for."""
    return np.asarray(met.all(axis=0) & ~stands_apart(case), dtype=np.bool_)


def invited(case: Case, met: Met) -> Mask:
    """Therapy that stands apart, where the person did not refuse it: it need not help with what they named."""
    if not case.applicant.hears_of_therapy:
        return np.zeros(case.size, dtype=np.bool_)
    others = np.delete(met, _ROW[Rule.SERVES], axis=0).all(axis=0)
    may_be = ~case.columns.for_couples if Category.SAFETY_FROM_HARM in case.applicant.confirmed else case.everywhere
    return np.asarray(stands_apart(case) & others & may_be, dtype=np.bool_)


# What a change could meet. What is for other ages, turns people on medication away, or helps with something else stays
# what it is; and what the person said no to is not held out to them again.
_CHANGEABLE: dict[Rule, Callable[[Case], Mask]] = {
    Rule.LEVEL: lambda case: np.asarray(case.columns.level == DECLARED, dtype=np.bool_),
    Rule.OPEN: lambda case: case.everywhere,
    Rule.LANGUAGE: lambda case: case.columns.interprets_any | case.columns.interprets.having(case.tongues),
    Rule.REACH: reach.could_be,
    Rule.SETTING: lambda case: case.columns.settings.astype(np.bool_),
    Rule.PAPERS: lambda case: case.everywhere,
    Rule.COST: lambda case: case.everywhere,
    Rule.ACCESS: lambda case: case.everywhere,
    Rule.DEALBREAKERS: lambda case: case.everywhere,
}


def almost_matched(case: Case, met: Met) -> Mask:
    """Exactly one rule says no, and a change could meet it."""
    one_no = (~met).sum(axis=0) == 1
    changeable = np.zeros(case.size, dtype=np.bool_)
    for rule, could_be in _CHANGEABLE.items():
        changeable |= ~met[_ROW[rule]] & could_be(case)
    return np.asarray(one_no & changeable & ~stands_apart(case), dtype=np.bool_)


def removed_by(met: Met) -> list[tuple[Rule, int]]:
    """How many offerings each rule keeps away, the most first; rules that keep nothing away are left out."""
    counts = (~met).sum(axis=1)
    order = sorted(range(len(CONDITIONS)), key=lambda row: -int(counts[row]))
    return [(CONDITIONS[row].rule, int(counts[row])) for row in order if counts[row]]
