"""The directory as the rest of the house reads it: values that were looked up together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from service.providers.credentials import Credential, Licence
from service.providers.hours import Doors, doors_at
from service.providers.level import Level, LevelReason, LevelVerdict
from service.providers.rules import Capacity, OfferingFacts, Policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """An offering with its provider, its evidence and its level as of the day it was read."""

    id: UUID
    provider_id: UUID
    provider_name: str
    organization_id: UUID | None
    facts: OfferingFacts
    policies: Policies | None
    capacity: Capacity
    credentials: tuple[Credential, ...]
    verdict: LevelVerdict
    version: int
    changed_in: int
    described_in: int
    made_at: datetime
    changed_at: datetime
    distance_km: float | None = None
    doors: Doors | None = None

    def seen_at(self, now: datetime) -> Offering:
        """The offering as somebody sees it at an instant: who is open now, and what can still be said of its room."""
        return replace(self, capacity=self.capacity.shown_at(now), doors=doors_at(self.facts.sites, now))

    @property
    def name(self) -> str:
        """Its name."""
        return self.facts.name

    @property
    def external_id(self) -> str | None:
        """Its id at whoever brought it."""
        return self.facts.external_id

    @property
    def level(self) -> Level:
        """What evidence and policies add up to."""
        return self.verdict.level

    @property
    def level_because(self) -> tuple[LevelReason, ...]:
        """Why."""
        return self.verdict.because


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCredential:
    """A credential with its id."""

    id: UUID
    practitioner_id: UUID
    provider_id: UUID
    credential: Credential
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPractitioner:
    """A practitioner with their credentials."""

    id: UUID
    external_id: str | None
    provider_id: UUID
    name: str
    licences: tuple[Licence, ...]
    competencies: tuple[str, ...]
    credentials: tuple[KnownCredential, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProvider:
    """A provider with its practitioners."""

    id: UUID
    external_id: str | None
    organization_id: UUID | None
    name: str
    kind: str
    contact: Mapping[str, str]
    practitioners: tuple[KnownPractitioner, ...]
    version: int
