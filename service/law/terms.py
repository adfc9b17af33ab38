"""What emergencies and legal demands say: who was told, who demands what, on which papers, who approved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from service.consents.statements import Notice
from service.consents.terms import FieldGroup
from service.law.states import DemandMove, DemandState, allowed_moves

Shared = dict[FieldGroup, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MedicalPersonnel:
    """Who was told in an emergency, and where they work (42 CFR 2.51(c)(1))."""

    name: str
    facility: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Facts:
    """What 42 CFR 2.51(c) has written down beside date and time: who was told, who told it, what happened."""

    recipient: MedicalPersonnel
    discloser: str
    nature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEmergency:
    """An emergency as staff put it on record."""

    person_id: UUID
    field_groups: frozenset[FieldGroup]
    facts: Facts
    happened_at: datetime | None = None

    def __repr__(self) -> str:
        return "NewEmergency()"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLine:
    """That something was told in an emergency: what stands in the clear."""

    id: UUID
    person_id: UUID
    field_groups: tuple[FieldGroup, ...]
    happened_at: datetime
    made_at: datetime
    closes_at: datetime
    reviewed_at: datetime | None

    def __repr__(self) -> str:
        return f"EmergencyLine(id={self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """What was told in an emergency. `shared` is there as long as it is open; then only that it happened."""

    line: EmergencyLine
    facts: Facts
    shared: Shared | None
    notice: Notice | None

    @property
    def id(self) -> UUID:
        """The id of the disclosure."""
        return self.line.id

    @property
    def person_id(self) -> UUID:
        """Whom it is about, and whose key seals it."""
        return self.line.person_id

    def __repr__(self) -> str:
        return f"Emergency(id={self.id})"


class DemandKind(StrEnum):
    """What kind of paper it is. A court order is one under 42 CFR 2.61 to 2.67; any other paper of a court is other."""

    SUBPOENA = "subpoena"
    COURT_ORDER = "court_order"
    WARRANT = "warrant"
    INVESTIGATIVE_DEMAND = "investigative_demand"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sender:
    """Who demands something."""

    name: str
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Document:
    """One paper that came with a demand, or after it."""

    kind: DemandKind
    received_on: date
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDemand:
    """A demand as it comes in. Whom it says it is about is kept in its own words, and never looked up."""

    kind: DemandKind
    received_on: date
    sender: Sender
    reference: str | None = None
    about_words: str | None = None
    documents: tuple[Document, ...] = ()

    def __repr__(self) -> str:
        return "NewDemand()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One of two people saying that the papers are there, whom the order names, and what."""

    worker: str
    person_id: UUID
    field_groups: tuple[FieldGroup, ...]
    approved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A demand as it is on record."""

    id: UUID
    version: int
    state: DemandState
    content: NewDemand
    recorded_by: str | None
    recorded_at: datetime
    changed_at: datetime
    approvals: tuple[Approval, ...] = ()

    @property
    def kinds(self) -> frozenset[DemandKind]:
        """Which kinds of paper are on record for it."""
        return frozenset({self.content.kind, *(each.kind for each in self.content.documents)})

    @property
    def allowed_moves(self) -> tuple[DemandMove, ...]:
        """What can be done with it from here."""
        return allowed_moves(self.state)

    def __repr__(self) -> str:
        return f"Demand(id={self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What whoever recorded a demand reads at once; the same for whoever it names."""

    id: UUID
    state: DemandState
    what_happens_next: tuple[str, ...]
    nothing_was_looked_up: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What a court was told: about one person, what two people approved, once."""

    demand: Demand
    person_id: UUID
    field_groups: tuple[FieldGroup, ...]
    shared: Shared
    notice: Notice
    released_at: datetime

    def __repr__(self) -> str:
        return f"Release(demand={self.demand!r})"
