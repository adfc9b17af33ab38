"""What a notice that a consent is over says, who is given one, and who may say that it was heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service import errors
from service.consents.terms import FieldGroup


class Extent(StrEnum):
    """How much was taken back from a recipient. Which field groups it was, nobody is told."""

    EVERYTHING = "everything"
    PART = "part"


class TheirsToAcknowledge(errors.Contradiction):
    """This recipient has an organization here and says for themselves that they heard it. Ask them to."""

    code = "theirs_to_acknowledge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice that something is over: to whom, how much, from when, and when they said that they heard it."""

    id: UUID
    person_id: UUID | None
    consent_id: UUID
    consent_version: int
    provider_id: UUID | None
    organization_id: UUID | None
    extent: Extent
    referral_ids: tuple[UUID, ...]
    made_at: datetime
    acknowledged_at: datetime | None


def extent_of(
    before: frozenset[FieldGroup], after: frozenset[FieldGroup], told: frozenset[FieldGroup]
) -> Extent | None:
    """How much a change took back from somebody who was told something; None when it is nothing they ever had.

    To say that something was taken back which they were never told would tell them that it is there.
    """
    if before and not after:
        return Extent.EVERYTHING
    return Extent.PART if (before - after) & told else None
