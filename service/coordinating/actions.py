"""Looking after many at once: whom an offering could help, and a round of matches. It sends and reserves nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.access.rules import Caller, Scope
from service.coordinating import batches, helpable, judging, proposals, queries
from service.coordinating.answers import Batch, BatchItem, Considered, CouldHelp, NewBatch, Proposal, WhoWaits
from service.intakes import queries as intakes
from service.intakes.rules import Intake, RecordedChoice
from service.ledger.actions import Look, write_looks
from service.matching.answers import Standing
from service.matching.applicants import name_to_look_up
from service.matching.rules import Applicant
from service.places.queries import find_by_names
from service.places.rules import NamedPlace
from service.rulebook import shelf

Choices = Mapping[UUID, list[RecordedChoice]]


def could_help(
    session: Session, offering_id: UUID, asked: WhoWaits, *, locale: str, by: Caller, now: datetime
) -> CouldHelp:
    """Answer whom of the caller's people who wait an offering could help now. Whoever is shown finds it on record.

    Raise UnknownOffering.
    """
    offering = judging.open_offering(session, offering_id, now=now, locale=locale)
    most = helpable.MOST_CONSIDERED
    waiting = queries.waiting(session, by.organization_id, count=most + 1, received_before=asked.received_before)
    lines, more = helpable.whole_instants(waiting, most)
    said, choices, places = _said(session, [line.intake_id for line in lines], by)
    judged = helpable.judge_people(offering, lines, said, choices, places)
    named = Scope.INTAKES_READ in by.scopes
    helped = helpable.in_order(offering, judged, Standing.ITEMS, named=named)
    invited = helpable.in_order(offering, judged, Standing.INVITATIONS, named=named)
    items, invitations = tuple(helped[: asked.limit]), tuple(invited[: asked.limit])
    looks = [_look(said[each.intake_id], (offering_id,)) for each in (*items, *invitations)]
    write_looks(session, "could_help_read", looks, by=by, now=now)
    return CouldHelp(
        offering=judging.sheet_of(offering),
        rules_version=shelf.in_force().version,
        computed_at=now,
        considered=Considered(count=len(judged), received_from=lines[-1].received_at if lines else None, more=more),
        could_help=len(helped),
        items=items,
        invitations=invitations,
    )


def match_batch(session: Session, asked: NewBatch, *, locale: str, by: Caller, now: datetime) -> Batch:
    """Match many intakes of the caller's organization at once, and propose places to their people if that is asked.

    What is not there, or is somebody else's, has no matches and fails nothing else.
    """
    said, choices, places = _said(session, asked.intake_ids, by)
    applicants = batches.applicants_of(said, choices, places, declared=asked.declared)
    directory = judging.open_directory(session, now=now, locale=locale)
    items = batches.match_all(directory, asked.intake_ids, said, applicants, asked.limit)
    gathered, left_out = _gathered(session, directory, items, applicants, by) if asked.propose else (None, [])
    proposal = proposals.propose(gathered, left_out) if gathered else None
    write_looks(session, "match_batch_read", _looks(items, said, proposal), by=by, now=now)
    return Batch(
        rules_version=shelf.in_force().version,
        directory_version=directory.version,
        computed_at=now,
        items=items,
        offerings=batches.shown_once(items, gathered.sheets if gathered else {}),
        proposal=proposal,
    )


def _said(
    session: Session, ids: Collection[UUID], by: Caller
) -> tuple[dict[UUID, Intake], Choices, dict[str, NamedPlace]]:
    """What was said at these intakes, what their people ever said to a match, and the places that they are near."""
    found = intakes.find_intakes(session, by.organization_id, ids)
    people = {intake.person_id for intake in found.values() if intake.person_id}
    names = {name for intake in found.values() if (name := name_to_look_up(intake.content))} if by.names_places else ()
    there = find_by_names(session, by.organization_id, names)
    return found, intakes.choices_of_people(session, by.organization_id, people), there


def _gathered(
    session: Session,
    directory: judging.Directory,
    items: tuple[BatchItem, ...],
    applicants: Mapping[UUID, Applicant],
    by: Caller,
) -> tuple[proposals.Round, list[UUID]]:
    """A proposal is for those who wait: nobody stands in it twice, or for a question about somebody else."""
    here = [item.intake_id for item in items if item.matches]
    waiting = queries.waiting_among(session, by.organization_id, here)
    people = [(each, applicants[each]) for each in here if each in waiting]
    return proposals.gather(directory, people), [each for each in here if each not in waiting]


def _looks(items: tuple[BatchItem, ...], said: Mapping[UUID, Intake], proposal: Proposal | None) -> list[Look]:
    proposed = {each.intake_id: each.offering_id for each in proposal.items} if proposal else {}
    return [
        _look(
            said[item.intake_id],
            dict.fromkeys([*(each.offering.id for each in item.matches.items), *_one(proposed.get(item.intake_id))]),
        )
        for item in items
        if item.matches
    ]


def _one(value: UUID | None) -> tuple[UUID, ...]:
    return () if value is None else (value,)


def _look(intake: Intake, offerings: Collection[UUID]) -> Look:
    return Look(intake.person_id, ("intake", intake.id), tuple(offerings))
