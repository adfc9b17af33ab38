"""What a referral is: what is asked for, what is on record, and what each side is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.consents.statements import Notice
from service.consents.terms import FieldGroup, Scope
from service.providers.rules import Site
from service.referrals.reasons import LeadsTo, Reason
from service.referrals.states import Move, Route, Side, State


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NewReferral:
    """What somebody asks for when they make a referral."""

    intake_id: UUID
    offering_id: UUID
    choice_id: UUID
    route: Route = Route.CONSENTED
    consent_id: UUID | None = None
    note: str | None = None
    shows: frozenset[FieldGroup] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Details:
    """What goes along with a move: when to meet, as the clocks there show it; how long a wait is expected."""

    appointment_local: str | None = None
    timezone: str | None = None
    expected_wait_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NewMove:
    """One step that somebody wants to make."""

    move: Move
    reason: Reason | None = None
    text: str | None = None
    happened_at: datetime | None = None
    details: Details = Details()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Because:
    """Why a step was made, in a code and maybe in words, and what that leads to."""

    code: Reason
    text: str | None = None
    leads_to: tuple[LeadsTo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step that was made, as far as whoever looks at it may know."""

    move: Move
    state: State
    at: datetime
    by: Side
    happened_at: datetime | None = None
    reason: Because | None = None
    details: Details = Details()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A hand-off: until when it is good, and the token itself, which is shown once."""

    expires_at: datetime
    token: str | None = None

    def __repr__(self) -> str:
        return f"Ticket(expires_at={self.expires_at!r})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OfferingName:
    """Which offering, whose, and where, as far as whoever looks may know where."""

    id: UUID
    name: str
    provider_id: UUID
    provider_name: str
    sites: tuple[Site, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A referral on a worklist: ids and where it stands. Whose it is, its own organization alone is told."""

    id: UUID
    version: int
    state: State
    route: Route
    side: Side
    offering_id: UUID
    made_at: datetime
    changed_at: datetime
    person_id: UUID | None = None
    intake_id: UUID | None = None
    notice: Notice | None = None
    consent_scope: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Referral:
    """A referral as one side sees it now. Under whose key a copy of it is sealed, nobody is shown."""

    concerning: UUID
    id: UUID
    version: int
    state: State
    route: Route
    side: Side
    allowed_moves: tuple[Move, ...]
    history: tuple[Step, ...]
    offering: OfferingName
    shared: Mapping[FieldGroup, Any]
    made_at: datetime
    changed_at: datetime
    notice: Notice | None = None
    consent_scope: Scope | None = None
    consent_effective: bool | None = None
    closing_word: Reason | None = None
    person_id: UUID | None = None
    intake_id: UUID | None = None
    choice_id: UUID | None = None
    consent_id: UUID | None = None
    note: str | None = None
    hand_off: Ticket | None = None
    next_best: Any | None = None
    language_findings: tuple[Any, ...] = ()
