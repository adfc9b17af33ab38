"""Every rule's verdict for one offering: the columns say whether, this says why, and what would change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import inf

import numpy as np

from service.guidance.rules import PLACELESS_SETTINGS, REMOTE_SETTINGS, Category, LimitKind, Setting
from service.guidance.words import choose
from service.matching import changes, codes, readings, wishes
from service.matching.candidate import Candidate
from service.matching.case import OneCase, Question
from service.matching.conditions import CONDITIONS, Condition
from service.matching.labels import joined, labels
from service.matching.reach import is_in_person, is_remote
from service.matching.row import row_of
from service.matching.rules import Applicant, Change, Met, Rule, Unmet, Verdict
from service.matching.words import ago, kilometres, say
from service.providers.codes import Demand
from service.providers.level import Level
from service.providers.rules import Capacity

IN_PERSON = frozenset(Setting) - REMOTE_SETTINGS - PLACELESS_SETTINGS


@dataclass(frozen=True)
class Single:
    """One offering before one applicant, in one language: a directory of one row."""

    case: OneCase
    candidate: Candidate
    locale: str

    @property
    def now(self) -> datetime:
        """When it is asked."""
        return self.case.now

    @property
    def applicant(self) -> Applicant:
        """Who asks."""
        return self.case.applicant

    @cached_property
    def room(self) -> Capacity | None:
        """What can be said of its room."""
        return self.candidate.capacity.shown_at(self.now) if self.candidate.capacity else None

    @property
    def heard(self) -> str:
        """How long ago anybody there said anything of it; nothing to say where nobody ever did."""
        capacity = self.candidate.capacity
        age = max(self.now - capacity.as_of, timedelta()) / timedelta(days=1) if capacity else inf
        return ago(age, self.locale)

    @cached_property
    def km(self) -> float:
        """How far its nearest site is."""
        return self.case.columns.km(self.applicant.place)

    @cached_property
    def admitted(self) -> frozenset[Category]:
        """For which of its categories it can be matched at its level."""
        offered = self.candidate.facts.categories
        return frozenset(each for each in offered if self.case.is_admitted_for(codes.CATEGORIES.bits((each,))))

    def say(self, key: str, **parts: object) -> str:
        """Say a sentence in the reader's language."""
        return say(self.locale, key, **parts)

    def after(self, applicant: Applicant) -> Single:
        """The same offering before the applicant that a change would make."""
        return Single(Question(applicant, self.case.columns, self.now, self.case.book), self.candidate, self.locale)


Why = tuple[str, Change | None]


def single(applicant: Applicant, candidate: Candidate, now: datetime, locale: str) -> Single:
    """Put one offering before one applicant."""
    return Single(Question(applicant, row_of(candidate), now), candidate, locale)


def verdicts(one: Single) -> tuple[Verdict, ...]:
    """Ask every rule; give every no its reason."""
    return tuple(
        Met(condition.rule) if condition.met(one.case) else _unmet(one, condition.rule) for condition in CONDITIONS
    )


def unmet(one: Single) -> tuple[Unmet, ...]:
    """The rules that say no."""
    return tuple(_unmet(one, condition.rule) for condition in CONDITIONS if not condition.met(one.case))


def would_be_met(one: Single, change: Change) -> bool:
    """Whether nothing is left unmet after the change: judged again, not assumed."""
    return _hold_after(one, CONDITIONS, change)


def _unmet(one: Single, rule: Rule) -> Unmet:
    reason, change = WHY[rule](one)
    return Unmet(rule, reason, change)


def _level(one: Single) -> Why:
    level = one.candidate.level
    change = None
    if level is Level.HRP_DECLARED:
        change = Change(one.say("change.declared"), changes.including_declared)
    return one.say(f"level.{level.value}"), change


def _open(one: Single) -> Why:
    reason = one.say("open", ago=one.heard)
    return reason, Change(one.say("change.ask_again"), by_asking=True)


def _language(one: Single) -> Why:
    names = labels("language", [key.partition("/")[0] for key in one.applicant.tongues], one.locale, either=True)
    with_help = Change(one.say("change.interpreter", languages=names), changes.with_interpreter)
    if not _holds_after(one, Rule.LANGUAGE, with_help):
        return one.say("language", languages=names), None
    return one.say("language.interpreter", languages=names), with_help


def _reach(one: Single) -> Why:
    """Distance first, where there is one: then the law. Of what would change it, the first that does."""
    in_person = bool(is_in_person(one.case))
    remote = bool(is_remote(one.case))
    offers = [
        Change(one.say("change.setting", settings=_named(one, kind)), changes.accepting(_settings(one, kind)))
        for kind in (REMOTE_SETTINGS, IN_PERSON)
        if _settings(one, kind)
    ]
    travel = _travel(one) if in_person else None
    turned = [each for each in (travel, *offers) if each and _holds_after(one, Rule.REACH, each)]
    turned += [_ask_area(one)] if in_person and readings.named_areas(one.candidate.facts) else []
    if in_person and one.applicant.place is not None and one.applicant.max_km is not None and not _is_only_remote(one):
        return _too_far(one), (turned[0] if turned else None)
    where = one.applicant.jurisdiction or one.say("somewhere")
    licence = Change(one.say("change.licence", jurisdiction=where)) if remote else None
    return one.say("reach.licence", jurisdiction=where), (turned[0] if turned else licence)


def _ask_area(one: Single) -> Change:
    """Which part of town somebody is in is often known to people and not to us; so a human may ask."""
    areas = joined(list(readings.named_areas(one.candidate.facts)), one.locale, either=True)
    return Change(one.say("change.ask_area", areas=areas), by_asking=True)


def _is_only_remote(one: Single) -> bool:
    """Whether the person wants only those of the offered ways that are remote, so that distance is not the reason."""
    wanted = one.applicant.settings & frozenset(one.candidate.facts.settings)
    return bool(wanted & REMOTE_SETTINGS) and not wanted & IN_PERSON


def _too_far(one: Single) -> str:
    if not np.isfinite(one.km):
        return one.say("reach.nowhere")
    # Between 15 km and 15.2 km a whole number would say that 15 is further than 15.
    km, most = kilometres(one.km, one.locale), kilometres(one.applicant.max_km or 0.0, one.locale)
    if km == most:
        km = kilometres(one.km, one.locale, exact=True)
    return one.say("reach.far", km=km, max_km=most)


def _travel(one: Single) -> Change | None:
    if one.applicant.max_km is None or not np.isfinite(one.km):
        return None
    extra = changes.further(one.km, one.applicant.max_km)
    return Change(one.say("change.travel", km=extra), changes.travelling(extra)) if extra > 0 else None


def _settings(one: Single, kind: frozenset[Setting]) -> tuple[Setting, ...]:
    return tuple(each for each in one.candidate.facts.settings if each in kind)


def _named(one: Single, kind: frozenset[Setting]) -> str:
    return labels("setting", _settings(one, kind), one.locale, either=True)


def _setting(one: Single) -> Why:
    offered = one.candidate.facts.settings
    reason = one.say(
        "setting",
        offered=labels("setting", offered, one.locale) or "–",
        wanted=labels("setting", sorted(one.applicant.settings), one.locale, either=True),
    )
    if not offered:
        return reason, None
    accept = one.say("change.setting", settings=labels("setting", offered, one.locale, either=True))
    return reason, Change(accept, changes.accepting(offered))


def _age(one: Single) -> Why:
    low, high = one.candidate.facts.age_min, one.candidate.facts.age_max
    if low is not None and high is not None:
        ages = one.say("ages.between", low=low, high=high)
    else:
        ages = one.say("ages.to", high=high) if low is None else one.say("ages.from", low=low)
    return one.say("age", ages=ages), None


def _papers(one: Single) -> Why:
    lacking = sorted(readings.demanded(one.candidate, Demand.YES) & one.applicant.will_not_show)
    names = labels("paper", lacking, one.locale)
    without = " ".join(
        choose(limit.text, one.locale) for limit in one.candidate.facts.limits if limit.kind is LimitKind.DOCUMENTS
    )
    says = f"{one.say('change.papers', papers=names)} {without}".strip()
    return one.say("papers", papers=names), Change(says, changes.showing(lacking))


def _cost(one: Single) -> Why:
    ways = one.candidate.facts.cost
    if not ways:
        return one.say("cost.unknown"), Change(one.say("change.ask_cost"), by_asking=True)
    names = labels("payment", ways, one.locale, either=True)
    said = labels("payment", sorted(one.applicant.can_pay), one.locale, either=True)
    return one.say("cost", ways=names, said=said), Change(one.say("change.cost", ways=names), changes.paying(ways))


def _access(one: Single) -> Why:
    lacking = sorted(one.applicant.access_needs - frozenset(one.candidate.facts.access))
    reason = one.say("access", needs=labels("wish", lacking, one.locale))
    return reason, Change(one.say("change.ask_access"), by_asking=True)


def _medication(one: Single) -> Why:
    return one.say("medication"), None


def _dealbreakers(one: Single) -> Why:
    lacking = sorted(
        wish.code
        for wish in one.applicant.wishes
        if wish.dealbreaker and wishes.is_known(wish.code) and not wishes.holds(one.case, wish.code)
    )
    names = labels("wish", lacking, one.locale)
    let_go = Change(one.say("change.let_go", wishes=names), changes.letting_go(lacking))
    return one.say("dealbreakers", wishes=names), let_go


def _not_blocked(one: Single) -> Why:
    back = changes.unblocking(one.candidate.id, one.candidate.provider_id)
    return one.say("not_blocked"), Change(one.say("change.unblock"), back)


def _serves(one: Single) -> Why:
    columns = one.case.columns
    if Category.SAFETY_FROM_HARM in one.applicant.confirmed and columns.flag("for_couples"):
        return one.say("serves.couples"), None
    if not one.applicant.hears_of_therapy and columns.any_of("talks", readings.TALKS_ONLY):
        welcome = Change(one.say("change.therapy"), changes.welcoming_therapy)
        return one.say("serves.therapy"), welcome if _holds_after(one, Rule.SERVES, welcome) else None
    return one.say("serves"), None


def _holds_after(one: Single, rule: Rule, change: Change) -> bool:
    """Whether this one rule would say yes after the change."""
    return _hold_after(one, [condition for condition in CONDITIONS if condition.rule is rule], change)


def _hold_after(one: Single, conditions: Sequence[Condition], change: Change) -> bool:
    if change.turn is None:
        return False
    after = one.after(change.turn(one.applicant))
    return all(condition.met(after.case) for condition in conditions)


WHY: dict[Rule, Callable[[Single], Why]] = {
    Rule.LEVEL: _level,
    Rule.OPEN: _open,
    Rule.LANGUAGE: _language,
    Rule.REACH: _reach,
    Rule.SETTING: _setting,
    Rule.AGE: _age,
    Rule.PAPERS: _papers,
    Rule.COST: _cost,
    Rule.ACCESS: _access,
    Rule.MEDICATION: _medication,
    Rule.DEALBREAKERS: _dealbreakers,
    Rule.NOT_BLOCKED: _not_blocked,
    Rule.SERVES: _serves,
}
