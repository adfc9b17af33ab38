"""What the person is shown at their own door: everything that stands on record about them, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.consents.rules import Consent
from service.consents.terms import Basis, FieldGroup, Purpose, Recipient
from service.guidance.texts import PlatformLimit, Resource
from service.intakes.rules import Intake, RecordedChoice
from service.ledger.rules import Hand
from service.mine import rules
from service.people.rules import Person
from service.providers.rules import Site
from service.referrals.referral import Step
from service.referrals.states import Route, State

_LINKS = {
    "self": "",
    "matches": "/matches",
    "disclosures": "/disclosures",
    "notices": "/notices",
    "export": "/export",
    "choices": "/choices",
    "revocations": "/revocations",
    "return_codes": "/return-codes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A code and what it says, in the language of whoever reads."""

    code: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Named:
    """Somebody who may be told something, by the name that they go by here."""

    name: str
    provider_id: UUID | None = None
    organization_id: UUID | None = None
    text: str | None = None
    # What the person took back from them alone, of all that a consent names.
    withheld: tuple[Labelled, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MyChoice:
    """What the person said to one offering."""

    choice: RecordedChoice
    offering: str
    provider: str
    says: str

    @property
    def offering_id(self) -> UUID:
        """Which offering."""
        return self.choice.offering_id


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MyConsent:
    """One consent: to whom it lets be told what."""

    consent: Consent
    recipients: tuple[Named, ...]
    allows: tuple[Labelled, ...]
    purpose: str | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MyReferral:
    """One way to help: where it stands, and what the other side would be told if they looked now."""

    id: UUID
    offering_id: UUID
    offering: str
    provider: str
    sites: tuple[Site, ...]
    state: State
    says: str
    route: Route
    would_be_told: tuple[Labelled, ...]
    history: tuple[Step, ...]
    note: str | None
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ToldLine:
    """One thing that somebody was told, when, and on which ground; `id` is what its proof is asked for by."""

    id: UUID
    at: datetime
    to: Named
    basis: Basis
    says: str
    purpose: Purpose
    what_for: str
    field_groups: tuple[Labelled, ...]
    consent_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Looked:
    """One thing that was done with the record, or read in it, and by whom."""

    at: datetime
    hand: Hand
    who: str
    worker: str | None
    action: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Somebody who had been told something, must stop now, and has not said that they know."""

    consent_id: UUID
    over_since: datetime
    to: Named


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Mine:
    """Everything that stands on record about somebody, as they read it themselves."""

    person: Person
    organization: str
    standing: str
    intakes: tuple[Intake, ...]
    choices: tuple[MyChoice, ...]
    consents: tuple[MyConsent, ...]
    referrals: tuple[MyReferral, ...]
    help_now: tuple[Resource, ...]
    limits: tuple[PlatformLimit, ...]

    @property
    def version(self) -> int:
        """A number that rises with every word that is written down, at whichever intake."""
        return rules.version_of(self.intakes)

    @property
    def person_id(self) -> UUID:
        """Whose record it is."""
        return self.person.id

    @property
    def links(self) -> Mapping[str, str]:
        """Where the rest is."""
        return {name: f"/v1/mine{path}" for name, path in _LINKS.items()}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Account:
    """Who was told what, and who looked."""

    told: tuple[ToldLine, ...]
    looked: tuple[Looked, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Copy:
    """All there is, to take along: what stands, every version of what was said, who was told, who looked."""

    made_at: datetime
    mine: Mine
    versions: tuple[Intake, ...]
    account: Account
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingBack:
    """What is taken back: everything, or one consent, whole, for one recipient, or as far as some field groups go."""

    everything: bool = False
    consent_id: UUID | None = None
    recipient: Recipient | None = None
    field_groups: frozenset[FieldGroup] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What erasing did, in plain words: what is gone, what stays, what nobody can unsay."""

    erased_at: datetime
    done: tuple[str, ...]
    stays: tuple[str, ...]
    cannot_be_unsaid: tuple[str, ...]
