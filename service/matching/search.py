"""The search itself: judge every offering, put the matches in order, and say what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching import answers, lots, phrases, standing, words
from service.matching.candidate import Candidate
from service.matching.case import Case, case_of
from service.matching.columns import Columns
from service.matching.conditions import ask_all
from service.matching.ranking import SAME_TO_DECIMALS, in_order, probability_open, score_all
from service.matching.rules import Applicant, Rule
from service.matching.verdicts import Single, unmet, verdicts, would_be_met
from service.matching.words import say
from service.rulebook.rules import RuleBook

MOST_INVITATIONS = 3
MOST_ALMOST = 3
MOST_REMOVED = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """The whole directory, judged and scored for one applicant."""

    case: Case
    met: NDArray[np.bool_]
    values: NDArray[np.float64]
    scores: NDArray[np.float64]
    start: np.uint64

    def ordered(self, wanted: NDArray[np.bool_]) -> NDArray[np.intp]:
        """The wanted rows in their order."""
        return in_order(np.flatnonzero(wanted), self.scores, self.case.columns.tickets, self.start)

    def matched(self) -> NDArray[np.intp]:
        """The matches, best first."""
        return self.ordered(standing.matched(self.case, self.met))

    def invited(self) -> NDArray[np.intp]:
        """The invitations, best first."""
        return self.ordered(standing.invited(self.case, self.met))


def judge_all(
    applicant: Applicant, columns: Columns, now: datetime, seed: bytes, book: RuleBook | None = None
) -> Judged:
    """Judge and score every offering, by the book in force or another. The seed decides lots: an intake's id, or what
    was asked."""
    case = case_of(applicant, columns, now, book)
    values, scores = score_all(case)
    return Judged(case, ask_all(case), values, scores, lots.urn(seed))


def seed_of(applicant: Applicant) -> bytes:
    """The seed of a question that belongs to nobody: what was asked, whatever order its sets come in."""
    parts = []
    for each in fields(applicant):
        value = getattr(applicant, each.name)
        parts.append(f"{each.name}={sorted(map(repr, value)) if isinstance(value, frozenset) else value!r}")
    return "\n".join(parts).encode()


def search(
    applicant: Applicant, columns: Columns, now: datetime, *, seed: bytes, limit: int, locale: str
) -> answers.Found:
    """Find the best `limit` matches of the whole directory, what stands apart, and what is almost there."""
    judged = judge_all(applicant, columns, now, seed)
    matched = judged.matched()
    items = tuple(_match(judged, int(row), rank, locale) for rank, row in enumerate(matched[:limit], start=1))
    invited = judged.invited()[: min(limit, MOST_INVITATIONS)]
    almost = _almost(judged, locale)
    return answers.Found(
        items=items,
        invitations=tuple(_match(judged, int(row), rank, locale) for rank, row in enumerate(invited, start=1)),
        almost=almost,
        nothing_yet=None if items else _nothing_yet(judged, locale, has_almost=bool(almost)),
    )


def stands(one: Single) -> answers.Standing:
    """Where one offering stands, judged by the very same expressions."""
    met = ask_all(one.case)
    if standing.matched(one.case, met)[0]:
        return answers.Standing.ITEMS
    invited = standing.invited(one.case, met)[0]
    return answers.Standing.INVITATIONS if invited else answers.Standing.ABSENT


def _single(judged: Judged, row: int, locale: str) -> Single:
    """Cut one offering out of the whole directory."""
    return Single(judged.case.only(row), judged.case.columns.candidates[row], locale)


def _match(judged: Judged, row: int, rank: int, locale: str) -> answers.Match:
    return shown_match(_single(judged, row, locale), judged.values[:, row], float(judged.scores[row]), rank)


def shown_match(one: Single, values: NDArray[np.float64], score: float, rank: int | None = None) -> answers.Match:
    """Show one offering with everything that speaks for it, and everything that should be known before."""
    candidate = one.candidate
    return answers.Match(
        rank=rank,
        offering=shown_offering(one),
        level=candidate.level,
        score=score,
        because=phrases.because(one, values),
        serves=served(one),
        asks_of_you=phrases.asks_of_you(candidate, one.locale),
        limits=phrases.limits(candidate, one.locale),
        limits_declared=bool(candidate.facts.limits),
        capacity=shown_capacity(one),
    )


def account(one: Single) -> answers.Account:
    """Give the full account of one offering."""
    values, scores = score_all(one.case)
    return answers.Account(
        stands=stands(one), match=shown_match(one, values[:, 0], float(scores[0])), verdicts=verdicts(one)
    )


def best(judged: Judged, without: frozenset[UUID], locale: str) -> answers.Match | None:
    """The best match that is none of these offerings; an invitation, where nothing else is left."""
    for row in (*judged.matched(), *judged.invited()):
        if judged.case.columns.candidates[row].id not in without:
            return _match(judged, int(row), 1, locale)
    return None


def _almost(judged: Judged, locale: str) -> tuple[answers.Almost, ...]:
    rows = judged.ordered(standing.almost_matched(judged.case, judged.met))
    return tuple(islice(_verified(judged, rows, locale), MOST_ALMOST))


def _verified(judged: Judged, rows: NDArray[np.intp], locale: str) -> Iterator[answers.Almost]:
    """Those of the rows where the change, made, leaves nothing unmet: judged again, or to be asked for by a human."""
    for row in rows:
        one = _single(judged, int(row), locale)
        noes = unmet(one)
        if all(no.change and (no.change.by_asking or would_be_met(one, no.change)) for no in noes):
            yield answers.Almost(
                offering=shown_offering(one),
                level=one.candidate.level,
                score=float(judged.scores[row]),
                unmet=tuple(
                    answers.ShownNo(rule=no.rule, reason=no.reason, would_change=no.would_change) for no in noes
                ),
                limits=phrases.limits(one.candidate, locale),
            )


def _nothing_yet(judged: Judged, locale: str, *, has_almost: bool) -> answers.NothingYet:
    everything = judged.case.size
    removed = standing.removed_by(judged.met)
    full = any(rule is Rule.OPEN for rule, _ in removed)
    could_declare = not judged.case.applicant.accepts_declared and any(rule is Rule.LEVEL for rule, _ in removed)
    now = {
        "nothing.empty": not everything,
        "now.help": True,
        "now.almost": has_almost,
        "now.waitlists": full,
        "now.declared": could_declare,
        "now.again": True,
    }
    return answers.NothingYet(
        removed_most=tuple(
            answers.Removed(
                rule=rule,
                count=count,
                says=say(
                    locale,
                    "nothing.removed",
                    count=count,
                    all=everything,
                    question=words.question(locale, rule.value),
                ),
            )
            for rule, count in removed[:MOST_REMOVED]
        ),
        what_now=tuple(say(locale, key) for key, holds in now.items() if holds),
    )


def shown_offering(one: Single) -> answers.ShownOffering:
    """Show an offering, as far as somebody needs it to choose."""
    candidate: Candidate = one.candidate
    return answers.ShownOffering(
        id=candidate.id,
        name=candidate.facts.name,
        provider=answers.ShownProvider(id=candidate.provider_id, name=candidate.provider_name),
        kind=candidate.facts.kind,
        settings=candidate.facts.settings,
        languages=tuple(each.tag for each in candidate.facts.languages_spoken),
        distance_km=round(one.km, 1) if np.isfinite(one.km) else None,
    )


def served(one: Single) -> tuple[answers.Served, ...]:
    """The person's priorities that the offering helps with, in their order."""
    offered = one.admitted
    return tuple(
        answers.Served(
            priority_id=need.priority_id, place=need.place, categories=tuple(sorted(need.categories & offered))
        )
        for need in sorted(one.applicant.needs, key=lambda need: need.place)
        if need.categories & offered
    )


def shown_capacity(one: Single) -> answers.ShownCapacity:
    """Show what is known about room, how likely there is some, and since when that is known."""
    capacity = one.candidate.capacity
    return answers.ShownCapacity(
        status=phrases.shown_status(one),
        as_of=min(capacity.as_of, one.now) if capacity else None,
        probability_open=round(float(probability_open(one.case)[0]), SAME_TO_DECIMALS),
        expected_wait_days=capacity.expected_wait_days if capacity else None,
    )
