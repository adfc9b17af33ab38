"""A directory as somebody brings it: one provider with everything that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass

from service.providers.credentials import Credential, NewPractitioner
from service.providers.rules import NewOffering, NewProvider


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that could not be taken: where it stands, and what to mend."""

    where: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One provider as it is brought, with everything that hangs on it."""

    provider: NewProvider
    practitioners: tuple[tuple[NewPractitioner, tuple[Credential, ...]], ...] = ()
    offerings: tuple[NewOffering, ...] = ()


def external_ids(brought: Brought) -> set[str]:
    """Every external id of an entry, with the kind of record it is for."""
    people = [new for new, _ in brought.practitioners]
    owned = [credential for _, credentials in brought.practitioners for credential in credentials]
    ids = {
        "provider": [brought.provider.external_id],
        "practitioner": [new.external_id for new in people],
        "credential": [credential.external_id for credential in owned],
        "offering": [new.facts.external_id for new in brought.offerings],
    }
    return {f"{kind} {each}" for kind, some in ids.items() for each in some if each is not None}
