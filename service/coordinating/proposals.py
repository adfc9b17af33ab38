"""A proposal for a round: made from what matches whom and how many places are open; explained, and never applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.coordinating.answers import PlacesAt, Proposal, Proposed
from service.coordinating.assignment import Option, assign, deep_enough
from service.coordinating.judging import Directory
from service.coordinating.words import say
from service.matching import lots
from service.matching.rules import Applicant

Given = Option[int]


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person of a round: their best match, the head of all that matches, and the options that count, as rows."""

    intake_id: UUID
    named: bool
    best: Given | None
    head: tuple[int, ...]
    options: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """The people of a round before the directory, and how many of them each offering fits, by row."""

    directory: Directory
    people: tuple[Somebody, ...]
    fits: NDArray[np.int64]


def gather(directory: Directory, people: Sequence[tuple[UUID, Applicant]]) -> Round:
    """Put the directory before each of the people, and keep of it what a proposal needs."""
    fits = np.zeros(directory.size, dtype=np.int64)
    return Round(directory, tuple(_gathered(directory, each, len(people), fits) for each in people), fits)


def propose(gathered: Round, left_out: Iterable[UUID]) -> tuple[Proposal, tuple[int, ...]]:
    """Propose places to people. Answer the rows, too, of the offerings that it speaks of."""
    given = dict(zip(*_assigned(gathered), strict=True))
    items = tuple(_explained(gathered, each, given[each.intake_id]) for each in gathered.people)
    chosen = Counter(option.place for option in given.values() if option)
    spoken_of = sorted({*chosen, *(each.best.place for each in gathered.people if each.best)})
    locale = gathered.directory.locale
    proposal = Proposal(
        people=len(items),
        helped_with_first=sum(option.first for option in given.values() if option),
        helped=chosen.total(),
        items=items,
        places=tuple(_places(gathered, row, chosen[row]) for row in spoken_of),
        left_out=tuple(left_out),
        says=tuple(say(locale, key) for key in ("nothing_happened", "aim", "not_kept")),
    )
    return proposal, tuple(spoken_of)


def _gathered(directory: Directory, person: tuple[UUID, Applicant], people: int, fits: NDArray[np.int64]) -> Somebody:
    intake_id, applicant = person
    ranked = directory.rank(applicant, intake_id.bytes)
    fits[ranked.rows] += 1
    aims = np.argsort(~ranked.first, kind="stable")

    def option(at: int) -> Given:
        return Option(int(ranked.rows[at]), bool(ranked.first[at]), float(ranked.scores[at]))

    return Somebody(
        intake_id=intake_id,
        named=bool(applicant.confirmed),
        best=option(0) if ranked.rows.size else None,
        head=tuple(int(row) for row in ranked.rows[:people]),
        options=tuple(deep_enough(map(option, aims), directory.room, people)),
    )


def _assigned(gathered: Round) -> tuple[list[UUID], list[Given | None]]:
    """Who is given what, people and places in the order of the day's lots: alike however they came in the request."""
    directory = gathered.directory
    day = lots.urn(str(directory.now.date()).encode())
    people = sorted(gathered.people, key=lambda each: _drawn(each.intake_id, day))
    rows = {option.place for each in people for option in each.options}
    order = sorted(rows, key=lambda row: _drawn(directory.candidate(row).id, day))
    return [each.intake_id for each in people], assign([each.options for each in people], directory.room, order)


def _drawn(of: UUID, day: np.uint64) -> tuple[int, UUID]:
    return int(lots.draw(np.array([lots.ticket(of)], dtype=np.uint64), day)[0]), of


def _places(gathered: Round, row: int, proposed: int) -> PlacesAt:
    directory = gathered.directory
    return PlacesAt(
        offering_id=directory.candidate(row).id,
        places=directory.room(row),
        fits=int(gathered.fits[row]),
        proposed=proposed,
    )


def _explained(gathered: Round, person: Somebody, given: Given | None) -> Proposed:
    directory = gathered.directory
    return Proposed(
        intake_id=person.intake_id,
        offering_id=directory.candidate(given.place).id if given else None,
        score=given.score if given else None,
        helps_with_first=given.first if given and person.named else None,
        uncertain=given is not None and directory.room(given.place) is None,
        best_offering_id=directory.candidate(person.best.place).id if person.best else None,
        says=tuple(_why(gathered, person, given) if given else _what_then(gathered, person)),
    )


def _why(gathered: Round, person: Somebody, given: Given) -> list[str]:
    """Why this one, and, where it is not their best match, why not that; never who else is helped there."""
    directory, locale = gathered.directory, gathered.directory.locale
    is_best = person.best is not None and given.place == person.best.place
    said = [say(locale, "best")] if is_best else _why_not_best(gathered, person, given)
    if person.named:
        said.append(say(locale, "helps_first" if given.first else "helps_later"))
    if directory.room(given.place) is None:
        said.append(say(locale, "uncertain"))
    return said


def _why_not_best(gathered: Round, person: Somebody, given: Given | None) -> list[str]:
    directory, locale, best = gathered.directory, gathered.directory.locale, person.best
    if best is None:
        return []
    room, fits = directory.room(best.place), int(gathered.fits[best.place])
    if room == 0:
        why = say(locale, "best_is_list")
    elif given is not None and given.first > best.first:
        why = say(locale, "best_helps_later")
    elif given is not None and given.score == best.score:
        why = say(locale, "best_is_equal")
    else:
        why = say(locale, "best_is_scarce", places=room, fits=fits)
    return [say(locale, "best_is", best=directory.candidate(best.place).facts.name), why]


def _what_then(gathered: Round, person: Somebody) -> list[str]:
    """What somebody may do for whom no place is left, or whom nothing matches yet."""
    directory, locale = gathered.directory, gathered.directory.locale
    if person.best is None:
        return [say(locale, "no_match"), say(locale, "ask_again")]
    said = [say(locale, "without"), *_why_not_best(gathered, person, None)]
    waitlist = next((row for row in person.head if directory.room(row) == 0), None)
    if waitlist is not None:
        said.append(say(locale, "ask_for_list", list=directory.candidate(waitlist).facts.name))
    return [*said, say(locale, "ask_again")]
