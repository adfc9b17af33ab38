"""Who may knock: scopes, kinds of organization, and what a caller is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service import errors
from service.ledger.rules import Hand

KEY_PREFIX = "mr"
# 45 CFR 164.528 and 164.316(b)(2): what was told is accounted for at least this long.
LEAST_RECORDS_YEARS = 6


class Scope(StrEnum):
    """What a credential may be good for. There is no scope for police or courts."""

    INTAKES_WRITE = "intakes:write"
    INTAKES_READ = "intakes:read"
    MATCHES_READ = "matches:read"
    CONSENTS_WRITE = "consents:write"
    REFERRALS_WRITE = "referrals:write"
    REFERRALS_READ = "referrals:read"
    DIRECTORY_READ = "directory:read"
    DIRECTORY_WRITE = "directory:write"
    EVENTS_READ = "events:read"
    WEBHOOKS_WRITE = "webhooks:write"
    DISCLOSURES_READ = "disclosures:read"
    LEDGER_READ = "ledger:read"
    RESEARCH_READ = "research:read"
    EMERGENCIES_WRITE = "emergencies:write"
    EMERGENCIES_REVIEW = "emergencies:review"
    LEGAL_DEMANDS_WRITE = "legal_demands:write"


class OrganizationKind(StrEnum):
    """What an organization does here; some operations are for some kinds only."""

    OUTREACH = "outreach"
    HUB = "hub"
    CLINIC = "clinic"
    STEWARD = "steward"
    OVERSIGHT = "oversight"
    RESEARCH = "research"


class Role(StrEnum):
    """Kinds of application, each with the scopes that it usually holds."""

    OUTREACH = "outreach"
    COORDINATOR = "coordinator"
    CLINIC = "clinic"
    STEWARD = "steward"
    AUDITOR = "auditor"
    RESEARCHER = "researcher"
    PRIVACY_LEAD = "privacy_lead"


_TELLING = frozenset({Scope.EVENTS_READ, Scope.WEBHOOKS_WRITE})
_SEEING_PEOPLE = frozenset(
    {
        Scope.INTAKES_WRITE,
        Scope.INTAKES_READ,
        Scope.MATCHES_READ,
        Scope.CONSENTS_WRITE,
        Scope.DISCLOSURES_READ,
        Scope.REFERRALS_WRITE,
        Scope.REFERRALS_READ,
        Scope.DIRECTORY_READ,
    }
)

SCOPES_OF: dict[Role, frozenset[Scope]] = {
    Role.OUTREACH: _SEEING_PEOPLE | _TELLING,
    Role.COORDINATOR: _SEEING_PEOPLE | _TELLING | {Scope.EMERGENCIES_WRITE},
    Role.CLINIC: _SEEING_PEOPLE | _TELLING | {Scope.DIRECTORY_WRITE, Scope.EMERGENCIES_WRITE},
    Role.STEWARD: frozenset({Scope.DIRECTORY_READ, Scope.DIRECTORY_WRITE}) | _TELLING,
    Role.AUDITOR: frozenset({Scope.DISCLOSURES_READ, Scope.LEDGER_READ}),
    Role.RESEARCHER: frozenset({Scope.DIRECTORY_READ, Scope.RESEARCH_READ}),
    # Answers for what is told without consent, in their own organization; reads no intake and refers nobody.
    Role.PRIVACY_LEAD: frozenset(
        {
            Scope.EMERGENCIES_WRITE,
            Scope.EMERGENCIES_REVIEW,
            Scope.LEGAL_DEMANDS_WRITE,
            Scope.DISCLOSURES_READ,
            Scope.LEDGER_READ,
            Scope.EVENTS_READ,
        }
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: one application, acting for exactly one organization, maybe by the hand of a named worker; or the
    person themselves, at their own door, with the organization that took them in behind them."""

    organization_id: UUID
    organization_kind: OrganizationKind
    application_id: UUID | None
    credential_id: str
    scopes: frozenset[Scope]
    request_id: str
    acting_worker: str | None = None
    person_id: UUID | None = None
    # Whether the organization has named any places; yes, where nobody looked.
    names_places: bool = True
    # Whether it lets what its people look for be recorded; no, where nobody looked.
    records_applicants: bool = False

    @property
    def hand(self) -> Hand:
        """Whose hand it is."""
        if self.person_id is not None:
            return Hand.PERSON
        return Hand.HOUSE if self.application_id is None else Hand.APPLICATION


@dataclass(frozen=True, slots=True)
class NewKey:
    """An API key as it is shown, once: the text to send, the id and the secret inside it."""

    id: str
    secret: str

    @property
    def text(self) -> str:
        """What goes into the Authorization header."""
        return f"{KEY_PREFIX}_{self.id}_{self.secret}"

    def __repr__(self) -> str:
        return f"NewKey(id={self.id!r})"


class UnknownOrganization(errors.NotThere):
    """There is no organization with this id."""


class UnknownApplication(errors.NotThere):
    """There is no application with this id."""


class UnknownKey(errors.NotThere):
    """There is no API key with this id."""


def the_house(organization_id: UUID, kind: OrganizationKind) -> Caller:
    """Who acts when the house itself does, at its chores, on behalf of one organization."""
    return Caller(
        organization_id=organization_id,
        organization_kind=kind,
        application_id=None,
        credential_id="house",
        scopes=frozenset(),
        request_id="chores",
    )


def draw_key() -> NewKey:
    """Draw an API key: a public id, and 256 random bits."""
    return NewKey(secrets.token_hex(6), secrets.token_urlsafe(32))


def read_key(text: str) -> NewKey | None:
    """Take an API key apart; None when it is not one of ours."""
    prefix, _, rest = text.partition("_")
    key_id, _, secret = rest.partition("_")
    if prefix != KEY_PREFIX or len(key_id) != 12 or not 40 <= len(secret) <= 64 or not text.isascii():
        return None
    return NewKey(key_id, secret)


def is_live(*, expires_at: datetime | None, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a credential still opens the door."""
    return revoked_at is None and (expires_at is None or now < expires_at)
