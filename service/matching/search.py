"""The search itself: judge every offering, put the matches in order, and say what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching import answers, openings, phrases, words
from service.matching.candidate import Candidate
from service.matching.case import in_rows
from service.matching.conditions import ask_all
from service.matching.finding import Finding, Hit
from service.matching.ranking import SAME_TO_DECIMALS, probability_open, score_all
from service.matching.rules import Applicant, Rule
from service.matching.standing import almost_matched, invited, matched, removed_by
from service.matching.store import Placed
from service.matching.verdicts import Single, unmet, verdicts, would_be_met
from service.matching.widening import wider
from service.matching.words import say
from service.providers.codes import CapacityStatus

MOST_INVITATIONS = 3
MOST_ALMOST = 3
# Of those that are close, some turn out to fail another rule once the first one is met.
CLOSE_AT_FIRST = 4
MOST_REMOVED = 3


def seed_of(applicant: Applicant) -> bytes:
    """The seed of a question that belongs to nobody: what was asked, whatever order its sets come in."""
    parts = []
    for each in fields(applicant):
        value = getattr(applicant, each.name)
        parts.append(f"{each.name}={sorted(map(repr, value)) if isinstance(value, frozenset) else value!r}")
    return "\n".join(parts).encode()


Read = Callable[[Sequence[Placed]], Mapping[UUID, Candidate]]


def search(finding: Finding, read: Read, *, limit: int, locale: str) -> answers.Found:
    """Find the best `limit` matches of the whole directory, what stands apart, and what is almost there.

    `read` brings what the directory knows of the offerings that are shown.
    """
    items, invitations, close = finding.firsts(
        (matched, limit), (invited, min(limit, MOST_INVITATIONS)), (almost_matched, CLOSE_AT_FIRST)
    )
    known = read([hit.placed for hit in (*items, *invitations, *close)])
    almost = _almost(finding, close, known, read, locale)
    return answers.Found(
        items=tuple(_match(hit, known, rank, locale) for rank, hit in enumerate(items, start=1)),
        invitations=tuple(_match(hit, known, rank, locale) for rank, hit in enumerate(invitations, start=1)),
        almost=almost,
        would_add=_would_add(finding, locale) if len(items) < limit else (),
        nothing_yet=None if items else _nothing_yet(finding, locale, has_almost=bool(almost)),
    )


def shown_matches(finding: Finding, read: Read, *, limit: int, locale: str) -> tuple[answers.Match, ...]:
    """The best `limit` matches alone."""
    items = finding.first(matched, limit)
    known = read([hit.placed for hit in items])
    return tuple(_match(hit, known, rank, locale) for rank, hit in enumerate(items, start=1))


def stands(one: Single) -> answers.Standing:
    """Where one offering stands, judged by the very same expressions."""
    met = ask_all(one.case)
    if matched(one.case, met):
        return answers.Standing.ITEMS
    return answers.Standing.INVITATIONS if invited(one.case, met) else answers.Standing.ABSENT


def _match(hit: Hit, known: Mapping[UUID, Candidate], rank: int, locale: str) -> answers.Match:
    return shown_match(Single(hit.case, known[hit.id], locale), hit.values, hit.score, rank)


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
        hours=openings.shown_hours(one),
    )


def account(one: Single) -> answers.Account:
    """Give the full account of one offering."""
    values, scores = score_all(in_rows(one.case))
    return answers.Account(
        stands=stands(one), match=shown_match(one, values[:, 0], float(scores[0])), verdicts=verdicts(one)
    )


def best(finding: Finding, read: Read, without: frozenset[UUID], locale: str) -> answers.Match | None:
    """The best match that is none of these offerings; an invitation, where nothing else is left."""
    for standing in (matched, invited):
        hit = next((hit for hit in finding.first(standing, len(without) + 1) if hit.id not in without), None)
        if hit is not None:
            return _match(hit, read((hit.placed,)), 1, locale)
    return None


def _almost(
    finding: Finding, close: Sequence[Hit], known: Mapping[UUID, Candidate], read: Read, locale: str
) -> tuple[answers.Almost, ...]:
    """The first of those that fail one rule where the change, made, leaves nothing unmet: judged again, not assumed."""
    shown = tuple(islice(_verified(close, known, locale), MOST_ALMOST))
    many = CLOSE_AT_FIRST
    while len(shown) < MOST_ALMOST and len(close) == many:
        many *= 4
        close = finding.first(almost_matched, many)
        shown = tuple(islice(_verified(close, read([hit.placed for hit in close]), locale), MOST_ALMOST))
    return shown


def _verified(hits: Iterable[Hit], known: Mapping[UUID, Candidate], locale: str) -> Iterator[answers.Almost]:
    """Those that the change makes a match, or where it has to be asked for by a human."""
    for hit in hits:
        one = Single(hit.case, known[hit.id], locale)
        noes = unmet(one)
        if all(no.change and (no.change.by_asking or would_be_met(one, no.change)) for no in noes):
            yield answers.Almost(
                offering=shown_offering(one),
                level=one.candidate.level,
                score=hit.score,
                unmet=tuple(
                    answers.ShownNo(rule=no.rule, reason=no.reason, would_change=no.would_change) for no in noes
                ),
                limits=phrases.limits(one.candidate, locale),
            )


def _would_add(finding: Finding, locale: str) -> tuple[answers.WouldAdd, ...]:
    """What one change would add, where there are fewer matches than were asked for."""
    return tuple(
        answers.WouldAdd(
            rule=each.rule,
            would_change=each.change.says,
            adds=each.adds,
            says=say(
                locale, "would_add.one" if each.adds == 1 else "would_add", change=each.change.says, count=each.adds
            ),
        )
        for each in wider(finding, locale)
    )


def _nothing_yet(finding: Finding, locale: str, *, has_almost: bool) -> answers.NothingYet:
    everything = finding.size
    removed = removed_by(finding.removed())
    full = any(rule is Rule.OPEN for rule, _ in removed)
    could_declare = not finding.applicant.accepts_declared and any(rule is Rule.LEVEL for rule, _ in removed)
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
    shown = one.room
    return answers.ShownCapacity(
        status=shown.status if shown else CapacityStatus.UNKNOWN,
        as_of=min(shown.as_of, one.now) if shown else None,
        silences=shown.silences if shown else 0,
        probability_open=round(float(probability_open(one.case)), SAME_TO_DECIMALS),
        open_slots=shown.open_slots if shown else None,
        expected_wait_days=shown.expected_wait_days if shown else None,
    )
