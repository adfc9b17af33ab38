"""What one change of the person's own would add over the whole search: the smallest one first, each judged again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from service.guidance.rules import Paper, PaymentWay, Setting
from service.matching import changes
from service.matching.finding import Finding
from service.matching.labels import labels
from service.matching.rules import Applicant, Change, Rule
from service.matching.words import say

MOST_WIDER = 3
# Which rules a change is about; none of the others can say anything else after it.
_ABOUT: dict[Rule, frozenset[Rule]] = {rule: frozenset({rule}) for rule in Rule} | {
    Rule.SETTING: frozenset({Rule.SETTING, Rule.REACH})
}


@dataclass(frozen=True, slots=True)
class Wider:
    """One change, the rule that it meets, and how many matches it would add."""

    rule: Rule
    change: Change
    adds: int


def wider(finding: Finding, locale: str) -> tuple[Wider, ...]:
    """The changes that would add matches, those first that ask least of the person; at most three."""
    found = []
    for rule, change in _possible(finding, locale):
        adds = added(finding, rule, change)
        if adds > 0:
            found.append(Wider(rule, change, adds))
        if len(found) == MOST_WIDER:
            break
    return tuple(found)


def added(finding: Finding, rule: Rule, change: Change) -> int:
    """How many matches there would be more after a change, judged again."""
    if change.turn is None:
        return 0
    return finding.would_add(change.turn(finding.applicant), _ABOUT[rule])


def _possible(finding: Finding, locale: str) -> Iterator[tuple[Rule, Change]]:
    """Every change that this person could make, from what costs nothing to what they will not do without."""
    applicant = finding.applicant
    if applicant.languages and not applicant.accepts_interpreter:
        names = labels("language", sorted(each.tag for each in applicant.languages), locale, either=True)
        yield Rule.LANGUAGE, Change(say(locale, "change.interpreter", languages=names), changes.with_interpreter)
    if not applicant.accepts_declared:
        yield Rule.LEVEL, Change(say(locale, "change.declared"), changes.including_declared)
    further = _further(finding)
    if further is not None:
        yield Rule.REACH, Change(say(locale, "change.travel", km=further), changes.travelling(further))
    yield from _one_by_one(applicant, locale)


def _one_by_one(applicant: Applicant, locale: str) -> Iterator[tuple[Rule, Change]]:
    for setting in Setting if applicant.settings else ():
        if setting not in applicant.settings:
            says = say(locale, "change.setting", settings=labels("setting", [setting], locale))
            yield Rule.SETTING, Change(says, changes.accepting([setting]))
    for way in PaymentWay if applicant.can_pay else ():
        if way not in applicant.can_pay:
            says = say(locale, "change.cost", ways=labels("payment", [way], locale))
            yield Rule.COST, Change(says, changes.paying([way]))
    for wish in sorted(each.code for each in applicant.wishes if each.dealbreaker):
        says = say(locale, "change.let_go", wishes=labels("wish", [wish], locale))
        yield Rule.DEALBREAKERS, Change(says, changes.letting_go([wish]))
    for paper in sorted(applicant.will_not_show, key=list(Paper).index):
        says = say(locale, "change.papers", papers=labels("paper", [paper], locale))
        yield Rule.PAPERS, Change(says, changes.showing([paper]))


def _further(finding: Finding) -> int | None:
    """The fewest whole kilometres more that would add a match; None where travelling would add none."""
    applicant, about = finding.applicant, _ABOUT[Rule.REACH]
    if applicant.place is None or applicant.max_km is None:
        return None
    however_far = replace(applicant, max_km=None)
    if not finding.would_add(however_far, about):
        return None
    nearest = finding.nearest_km(however_far, about, beyond=applicant.max_km)
    return max(1, changes.further(nearest, applicant.max_km)) if np.isfinite(nearest) else None
