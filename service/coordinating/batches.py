"""A round of matches: many intakes before one directory, each with a result of its own, every offering shown once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from service.coordinating.answers import BatchItem, MatchesInBatch
from service.coordinating.judging import Directory
from service.intakes.rules import Intake, RecordedChoice
from service.matching.answers import Match
from service.matching.applicants import applicant_of, name_to_look_up
from service.matching.rules import Applicant
from service.places.rules import NamedPlace

MOST_INTAKES = 500


def applicants_of(
    intakes: Mapping[UUID, Intake],
    choices: Mapping[UUID, Sequence[RecordedChoice]],
    places: Mapping[str, NamedPlace],
    *,
    declared: bool,
) -> dict[UUID, Applicant]:
    """What of each intake matching may look at, with all that its person ever said to a match."""
    return {
        intake.id: applicant_of(
            intake.content,
            choices.get(intake.person_id, ()) if intake.person_id else (),
            there=places.get(name_to_look_up(intake.content) or ""),
            accepts_declared=declared,
        )
        for intake in intakes.values()
    }


def match_all(
    directory: Directory, ids: Iterable[UUID], intakes: Mapping[UUID, Intake], applicants: Mapping[UUID, Applicant],
    limit: int,
) -> tuple[BatchItem, ...]:  # fmt: skip
    """Match each intake that is there, in the order in which they are asked for."""
    return tuple(
        BatchItem(
            intake_id=intake_id,
            matches=_matches(directory, intakes[intake_id], applicants[intake_id], limit)
            if intake_id in intakes
            else None,
        )
        for intake_id in ids
    )


def shown_once(items: Iterable[BatchItem], besides: Mapping[UUID, Match]) -> tuple[Match, ...]:
    """Every offering that is spoken of, once: what is matched to somebody, and what a proposal speaks of besides."""
    shown = {match.offering.id: match for item in items if item.matches for match in item.matches.items}
    return tuple({**besides, **shown}.values())


def _matches(directory: Directory, intake: Intake, applicant: Applicant, limit: int) -> MatchesInBatch:
    finding = directory.finding(applicant, intake.id.bytes)
    items = directory.matches(finding, limit)
    nothing_yet = None if items else directory.nothing_yet(finding)
    return MatchesInBatch(intake_version=intake.version, items=items, nothing_yet=nothing_yet)
