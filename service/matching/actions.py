"""Answering who can help: for an intake, for one offering, for a described need, for a referral that is to be sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.guidance.rules import best_locale
from service.intakes import queries as intakes
from service.intakes.rules import Intake, Said
from service.ledger.actions import write_entry
from service.matching import answers, index, queries, recorded, search
from service.matching.applicants import applicant_of, name_to_look_up
from service.matching.candidate import Candidate
from service.matching.finding import Finding
from service.matching.rules import Applicant, Asked, UnknownOffering, Unmet
from service.matching.shown import Moved, read_shown
from service.matching.verdicts import single, unmet
from service.places import queries as places
from service.places.rules import NamedPlace
from service.rulebook import shelf

READ = "matches_read"


def matches_for(
    session: Session, intake_id: UUID, asked: Asked, *, spoken: str, by: Caller, now: datetime
) -> answers.Matches:
    """Match an intake of the caller's organization, and write down that somebody looked. It sends nothing.

    Sentences are in the language that was asked for, else the intake's, else the one `spoken` by the request. Raise
    NotThere.
    """
    intake = _intake(session, by.organization_id, intake_id)
    applicant = _applicant(session, intake, look_up=by.names_places, accepts_declared=asked.declared)
    recorded.offer_to_record(session, intake, applicant, action=READ, by=by, now=now)
    locale = best_locale((asked.locale, intake.content.locale, spoken))
    version, found = _search(session, applicant, seed=intake.id.bytes, limit=asked.limit, locale=locale, now=now)
    shown = [match.offering.id for match in (*found.items, *found.invitations)]
    shown += [almost.offering.id for almost in found.almost]
    _note(session, READ, intake, shown, by=by, now=now)
    return answers.Matches(answers.Origin(intake.id, intake.version, shelf.in_force().version, version, now), found)


def account_of(
    session: Session, intake_id: UUID, offering_id: UUID, asked: Asked, *, spoken: str, by: Caller, now: datetime
) -> answers.AccountOf:
    """Give the full account of one offering for an intake: every verdict, every component. Raise NotThere."""
    intake = _intake(session, by.organization_id, intake_id)
    candidate = _candidate(session, offering_id, now)
    applicant = _applicant(session, intake, look_up=by.names_places, accepts_declared=asked.declared)
    one = single(applicant, candidate, now, best_locale((asked.locale, intake.content.locale, spoken)))
    _note(session, "match_read", intake, [offering_id], by=by, now=now)
    version = queries.directory_version(session)
    origin = answers.Origin(intake.id, intake.version, shelf.in_force().version, version, now)
    return answers.AccountOf(origin, search.account(one))


def match_need(
    session: Session, need: Said, asked: Asked, *, locale: str, by: Caller, now: datetime
) -> answers.Matches:
    """Match a need that somebody describes, and keep nothing: nobody has to be written down to look."""
    there = _there(session, by.organization_id, need) if by.names_places else None
    applicant = applicant_of(need, there=there, accepts_declared=asked.declared)
    version, found = _search(
        session, applicant, seed=search.seed_of(applicant), limit=asked.limit, locale=locale, now=now
    )
    return answers.Matches(answers.Origin(None, None, shelf.in_force().version, version, now), found)


def judge(
    session: Session, organization_id: UUID, intake_id: UUID, offering_id: UUID, *, locale: str, now: datetime
) -> tuple[Unmet, ...]:
    """Answer what keeps an offering from somebody, with the reasons that its match would have: nothing, or a no.

    The person has chosen this very offering, so a declared one is asked for by that. Therapy that stands apart as an
    invitation need not help with what they named. Raise NotThere, UnknownOffering.
    """
    intake = _intake(session, organization_id, intake_id)
    candidate = _candidate(session, offering_id, now)
    one = single(_applicant(session, intake, accepts_declared=True), candidate, now, locale)
    return () if search.stands(one) is not answers.Standing.ABSENT else unmet(one)


def best_match(
    session: Session, organization_id: UUID, intake_id: UUID, *, without: Iterable[UUID], locale: str, now: datetime
) -> answers.Match | None:
    """The best match of an intake that is none of these offerings, or None. It is offered, not chosen.

    Runs inside units of work that have just changed the directory, and sees those changes. Raise NotThere.
    """
    intake = _intake(session, organization_id, intake_id)
    known = index.passing_index(session, now.date())
    finding = Finding(_applicant(session, intake), known.parts, now, intake.id.bytes)
    read = partial(read_shown, session, known.today, exactly=False)
    return search.best(finding, read, frozenset(without), locale)


def _search(
    session: Session, applicant: Applicant, *, seed: bytes, limit: int, locale: str, now: datetime
) -> tuple[int, answers.Found]:
    """Search the directory as it is now; where what is shown has just changed, once more. Answer its version, too."""
    for exactly in (True, True, True, False):
        known = index.current_index(session, now.date())
        read = partial(read_shown, session, known.today, exactly=exactly)
        try:
            with index.turn_to_search(session):
                finding = Finding(applicant, known.parts, now, seed)
                return known.version, search.search(finding, read, limit=limit, locale=locale)
        except Moved:
            continue
    raise errors.Unavailable(retry_after=1)


def _intake(session: Session, organization_id: UUID, intake_id: UUID) -> Intake:
    intake = intakes.find_intake(session, organization_id, intake_id)
    if intake is None:
        raise errors.NotThere
    return intake


def _applicant(session: Session, intake: Intake, *, look_up: bool = True, accepts_declared: bool = False) -> Applicant:
    """See an intake through the narrow gate; `look_up` says whether there may be a place that it names."""
    choices = intakes.choices_of(session, intake.organization_id, intake.id) if intake.has_chosen else ()
    there = _there(session, intake.organization_id, intake.content) if look_up else None
    return applicant_of(intake.content, choices, there=there, accepts_declared=accepts_declared)


def _there(session: Session, organization_id: UUID, said: Said) -> NamedPlace | None:
    """Find the organization's place that somebody is near, by exactly that name, and look for it nowhere else."""
    name = name_to_look_up(said)
    return places.find_by_name(session, organization_id, name) if name else None


def _candidate(session: Session, offering_id: UUID, now: datetime) -> Candidate:
    candidate = queries.find_candidate(session, offering_id, now.date())
    if candidate is None:
        raise UnknownOffering
    return candidate


def _note(session: Session, action: str, intake: Intake, shown: Iterable[UUID], *, by: Caller, now: datetime) -> None:
    write_entry(session, action, by=by, now=now, person_id=intake.person_id, subject=("intake", intake.id), also=shown)
