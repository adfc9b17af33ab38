"""The question the other way round: whom, of the people who wait, could this offering help now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import numpy as np

from service.coordinating import judging
from service.coordinating.answers import Helpable, Waiting
from service.intakes.rules import Intake, RecordedChoice
from service.matching import lots
from service.matching.answers import Account, Standing
from service.matching.applicants import applicant_of, name_to_look_up
from service.matching.rules import Applicant
from service.matching.verdicts import Single
from service.places.rules import NamedPlace

MOST_CONSIDERED = 500
Judged = tuple[Waiting, Account]


def whole_instants(lines: Sequence[Waiting], most: int) -> tuple[Sequence[Waiting], bool]:
    """The first `most` of the lines, and whether there are more; lines of one instant stay together.

    Whoever goes on asks for those before the last instant, and would miss who came in at that very one.
    """
    if len(lines) <= most:
        return lines, False
    cut = lines[most].received_at
    return [line for line in lines[:most] if line.received_at > cut] or lines[:most], True


def judge_people(
    offering: Single,
    lines: Iterable[Waiting],
    intakes: Mapping[UUID, Intake],
    choices: Mapping[UUID, Sequence[RecordedChoice]],
    places: Mapping[str, NamedPlace],
) -> list[Judged]:
    """Put the offering before each person, as a referral to it would be judged: a declared one is asked for by that.

    Whose words cannot be opened any more is somebody who was erased just now, and is passed over.
    """
    return [
        (line, judging.account_before(offering, _applicant(intakes[line.intake_id], choices, places, line)))
        for line in lines
        if line.intake_id in intakes
    ]


def in_order(offering: Single, judged: Iterable[Judged], standing: Standing, *, named: bool) -> list[Helpable]:
    """Those who stand so, in order of fit; equals by lot, always alike for one offering, favouring nobody over many."""
    start = lots.urn(offering.candidate.id.bytes)

    def place(each: Judged) -> tuple[float, int, UUID]:
        line, account = each
        ticket = np.array([lots.ticket(line.intake_id)], dtype=np.uint64)
        return -account.match.score, int(lots.draw(ticket, start)[0]), line.intake_id

    ordered = sorted((each for each in judged if each[1].stands is standing), key=place)
    return [_shown(line, account, rank, named=named) for rank, (line, account) in enumerate(ordered, start=1)]


def _applicant(
    intake: Intake,
    choices: Mapping[UUID, Sequence[RecordedChoice]],
    places: Mapping[str, NamedPlace],
    line: Waiting,
) -> Applicant:
    there = places.get(name_to_look_up(intake.content) or "")
    return applicant_of(intake.content, choices.get(line.person_id, ()), there=there, accepts_declared=True)


def _shown(line: Waiting, account: Account, rank: int, *, named: bool) -> Helpable:
    return Helpable(
        rank=rank,
        intake_id=line.intake_id,
        person_id=line.person_id if named else None,
        received_at=line.received_at,
        score=account.match.score,
        because=account.match.because,
        serves=account.match.serves,
    )
