"""What an intake is on record, and the small decisions about it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service import errors
from service.documents import from_document, to_document
from service.intakes.codes import AssignedBy as AssignedBy
from service.intakes.codes import Choice as Choice
from service.intakes.codes import DecidedBy as DecidedBy
from service.intakes.codes import Horizon as Horizon
from service.intakes.codes import IntakeStatus as IntakeStatus
from service.intakes.codes import InterpreterBy as InterpreterBy
from service.intakes.codes import MattersMost as MattersMost
from service.intakes.codes import Mode as Mode
from service.intakes.codes import Naloxone as Naloxone
from service.intakes.codes import RecordedBy as RecordedBy
from service.intakes.codes import Stance as Stance
from service.intakes.codes import StatedBy as StatedBy
from service.intakes.codes import TravelBy as TravelBy
from service.intakes.codes import Want as Want
from service.intakes.codes import WantsTherapy as WantsTherapy
from service.intakes.said import BestTime as BestTime
from service.intakes.said import Coercion as Coercion
from service.intakes.said import Given as Given
from service.intakes.said import Household as Household
from service.intakes.said import Interpreter as Interpreter
from service.intakes.said import Language as Language
from service.intakes.said import NotThisOne as NotThisOne
from service.intakes.said import Place as Place
from service.intakes.said import Priority as Priority
from service.intakes.said import PriorityCategory as PriorityCategory
from service.intakes.said import Safety as Safety
from service.intakes.said import Said as Said
from service.intakes.said import Shown as Shown
from service.intakes.said import Substance as Substance
from service.intakes.said import Travel as Travel
from service.intakes.said import Wish as Wish

# How long a third party's question is kept; then its key is destroyed, and the question with it.
ENQUIRIES_KEPT = timedelta(days=90)
# What a database counts versions with.
VERSION_NUMBERS = range(1, 2**31)


@dataclass(frozen=True, slots=True, repr=False)
class NotKept:
    """Something that was sent and is not kept: where it stood and why; never what it was."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIntake:
    """An intake as it comes in."""

    said: Said
    id: UUID | None = None
    person_id: UUID | None = None
    return_code: str | None = None
    not_kept: tuple[NotKept, ...] = ()

    def __repr__(self) -> str:
        return f"NewIntake(id={self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What is said anew: a JSON merge patch of what was said before, already checked."""

    document: Mapping[str, Any]
    not_kept: tuple[NotKept, ...] = ()

    def __repr__(self) -> str:
        return "Amendment()"

    def apply(self, said: Said) -> tuple[Said, tuple[NotKept, ...]]:
        """Answer what is said now, and what of the patch is not kept. Null takes back; lists are replaced."""
        return from_document(merge_patch(to_document(said), self.document), Said), self.not_kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """An intake as it is on record, in one of its versions."""

    organization_id: UUID
    id: UUID
    person_id: UUID | None
    status: IntakeStatus
    version: int
    received_at: datetime
    changed_at: datetime
    content: Said
    key_id: UUID | None = None
    not_kept: tuple[NotKept, ...] = ()
    # Whether the person ever said anything to a match, at any intake; yes, where nobody looked.
    has_chosen: bool = True

    def __repr__(self) -> str:
        return f"Intake(id={self.id}, version={self.version})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An intake in a worklist: what stands in the clear, and nothing that was said."""

    id: UUID
    person_id: UUID | None
    status: IntakeStatus
    mode: Mode
    version: int
    received_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """That there is a version of an intake, and since when."""

    version: int
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChoice:
    """A choice as it is brought."""

    offering_id: UUID
    choice: Choice
    decided_by: DecidedBy = DecidedBy.PERSON
    readback_confirmed: bool = False
    rules_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedChoice:
    """What the person said to one match, at one instant."""

    id: UUID
    person_id: UUID
    intake_id: UUID
    offering_id: UUID
    choice: Choice
    decided_by: DecidedBy
    readback_confirmed: bool
    rules_version: str | None
    made_at: datetime


class IdTaken(errors.Contradiction):
    """There is an intake with this id, or one is just being written. The same again is fine; another needs an id."""


class UnknownRulesVersion(errors.Malformed):
    """There are no matching rules with this version. Send the `rules_version` of the matches that the person saw, or
    leave it out."""


class NobodyToChoose(errors.Contradiction):
    """This is somebody's question about another person. Only the person chooses, at an intake of their own."""


def with_ids(said: Said, known: Iterable[Priority] = ()) -> Said:
    """Give every priority an id. Words that were there before keep theirs; an id that we never gave is not used."""
    ids = {priority.id for priority in known}
    by_words = {priority.verbatim: priority.id for priority in known if priority.verbatim}
    taken: set[UUID | None] = set()
    priorities = []
    for priority in said.priorities:
        mine = priority.id if priority.id in ids else by_words.get(priority.verbatim or "")
        mine = mine if mine is not None and mine not in taken else uuid.uuid4()
        taken.add(mine)
        priorities.append(replace(priority, id=mine))
    return replace(said, priorities=tuple(priorities))


def coarse(degrees: float) -> float:
    """Keep half of a position to two decimals, about a kilometre: exact positions are never kept."""
    return round(float(degrees), 2)


def merge_patch(target: object, patch: object) -> object:
    """Apply a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged
