"""A proposal for a round: made from what matches whom and how many places are open; explained, and never applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from service.coordinating.answers import PlacesAt, Proposal, Proposed
from service.coordinating.assignment import assign, deep_enough
from service.coordinating.judging import Directory, Given
from service.coordinating.words import say
from service.matching import lots
from service.matching.answers import Match
from service.matching.rules import Applicant

# Most people need no more options than these.
AT_FIRST = 50


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person of a round: their best match, the head of all that matches, and the options that count."""

    intake_id: UUID
    applicant: Applicant
    best: Given | None
    head: tuple[UUID, ...]
    options: tuple[Given, ...]

    @property
    def named(self) -> bool:
        """Whether they named anything that says what it is about."""
        return bool(self.applicant.confirmed)


@dataclass(frozen=True, slots=True)
class Round:
    """The people of a round before the directory; what is known of the offerings that are spoken of, and how many of
    the people each of those fits."""

    directory: Directory
    people: tuple[Somebody, ...]
    given: Mapping[UUID, Given | None]
    sheets: Mapping[UUID, Match]
    fits: Mapping[UUID, int]


def gather(directory: Directory, people: Sequence[tuple[UUID, Applicant]]) -> Round:
    """Put the directory before each of the people, choose, and keep what a proposal tells."""
    gathered = tuple(_gathered(directory, each, len(people)) for each in people)
    given = dict(zip(*_assigned(directory, gathered), strict=True))
    chosen = {option.place for option in given.values() if option}
    best = {each.best.place for each in gathered if each.best}
    lists = {each for each in (_waitlist(directory, person) for person in gathered) if each}
    fits = directory.fits((each.applicant for each in gathered), sorted(chosen | best))
    return Round(directory, gathered, given, directory.sheets(sorted(chosen | best | lists)), fits)


def propose(gathered: Round, left_out: Iterable[UUID]) -> Proposal:
    """Propose places to people."""
    given = gathered.given
    items = tuple(_explained(gathered, each, given[each.intake_id]) for each in gathered.people)
    chosen = Counter(option.place for option in given.values() if option)
    locale = gathered.directory.locale
    return Proposal(
        people=len(items),
        helped_with_first=sum(option.first for option in given.values() if option),
        helped=chosen.total(),
        items=items,
        places=tuple(_places(gathered, each, chosen[each]) for each in gathered.fits),
        left_out=tuple(left_out),
        says=tuple(say(locale, key) for key in ("nothing_happened", "aim", "not_kept")),
    )


def _gathered(directory: Directory, person: tuple[UUID, Applicant], people: int) -> Somebody:
    intake_id, applicant = person
    finding = directory.finding(applicant, intake_id.bytes)
    best = directory.best(finding, people)
    return Somebody(
        intake_id=intake_id,
        applicant=applicant,
        best=best[0] if best else None,
        head=tuple(option.place for option in best),
        options=tuple(deep_enough(directory.options(finding, AT_FIRST), directory.room, people)),
    )


def _assigned(directory: Directory, gathered: Sequence[Somebody]) -> tuple[list[UUID], list[Given | None]]:
    """Who is given what, people and places in the order of the day's lots: alike however they came in the request."""
    day = lots.urn(str(directory.now.date()).encode())
    people = sorted(gathered, key=lambda each: _drawn(each.intake_id, day))
    places = {option.place for each in people for option in each.options}
    order = sorted(places, key=lambda each: _drawn(each, day))
    return [each.intake_id for each in people], assign([each.options for each in people], directory.room, order)


def _drawn(of: UUID, day: np.uint64) -> tuple[int, UUID]:
    return int(lots.draw(np.array([lots.ticket(of)], dtype=np.uint64), day)[0]), of


def _places(gathered: Round, offering_id: UUID, proposed: int) -> PlacesAt:
    return PlacesAt(
        offering_id=offering_id,
        places=gathered.directory.room(offering_id),
        fits=gathered.fits[offering_id],
        proposed=proposed,
    )


def _explained(gathered: Round, person: Somebody, given: Given | None) -> Proposed:
    directory = gathered.directory
    return Proposed(
        intake_id=person.intake_id,
        offering_id=given.place if given else None,
        score=given.score if given else None,
        helps_with_first=given.first if given and person.named else None,
        uncertain=given is not None and directory.room(given.place) is None,
        best_offering_id=person.best.place if person.best else None,
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
    room, fits = directory.room(best.place), gathered.fits[best.place]
    if room == 0:
        why = say(locale, "best_is_list")
    elif given is not None and given.first > best.first:
        why = say(locale, "best_helps_later")
    elif given is not None and given.score == best.score:
        why = say(locale, "best_is_equal")
    else:
        why = say(locale, "best_is_scarce", places=room, fits=fits)
    return [say(locale, "best_is", best=gathered.sheets[best.place].offering.name), why]


def _what_then(gathered: Round, person: Somebody) -> list[str]:
    """What somebody may do for whom no place is left, or whom nothing matches yet."""
    locale = gathered.directory.locale
    if person.best is None:
        return [say(locale, "no_match"), say(locale, "ask_again")]
    said = [say(locale, "without"), *_why_not_best(gathered, person, None)]
    waitlist = _waitlist(gathered.directory, person)
    if waitlist is not None:
        said.append(say(locale, "ask_for_list", list=gathered.sheets[waitlist].offering.name))
    return [*said, say(locale, "ask_again")]


def _waitlist(directory: Directory, person: Somebody) -> UUID | None:
    """The best of their matches that has no open place."""
    return next((each for each in person.head if directory.room(each) == 0), None)
