"""An offering as matching judges it: what the directory knows of it, as of a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.providers.credentials import Credential
from service.providers.entries import Offering
from service.providers.level import NOT_HRP, Level, hours_shown
from service.providers.rules import Capacity, OfferingFacts, Policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One offering with its provider, its level and its evidence. Level and hours belong to one day.

    `changed_in` is the version of the directory in which it changed last.
    """

    id: UUID
    provider_id: UUID
    provider_name: str
    facts: OfferingFacts
    policies: Policies | None = None
    capacity: Capacity | None = None
    level: Level = Level.UNATTESTED
    hours_verified: int = 0
    hours_declared: int = 0
    competencies: frozenset[str] = frozenset()
    changed_in: int = 0


def candidate_of(offering: Offering, today: date) -> Candidate:
    """See an offering of the directory as matching judges it. What it says of itself and what was seen stay apart."""
    counting = tuple(_claims(offering.credentials, today))
    return Candidate(
        id=offering.id,
        provider_id=offering.provider_id,
        provider_name=offering.provider_name,
        facts=offering.facts,
        policies=offering.policies,
        capacity=offering.capacity,
        level=offering.level,
        hours_verified=hours_shown(offering.credentials, today),
        hours_declared=sum(each.hours or 0 for each in counting),
        competencies=frozenset(tag for each in counting for tag in each.competency_tags),
        changed_in=offering.changed_in,
    )


def _claims(credentials: Iterable[Credential], today: date) -> Iterable[Credential]:
    """What counts at least as a claim of harm reduction training: a licence to practise does not."""
    return (each for each in credentials if each.kind not in NOT_HRP and each.still_counts(today))
