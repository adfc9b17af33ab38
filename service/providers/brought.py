"""A directory as somebody brings it: one provider with everything that hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.providers.credentials import Credential, NewPractitioner
from service.providers.rules import NewOffering, NewProvider


class Done(StrEnum):
    """What an import did with a row."""

    MADE = "made"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that could not be taken: where it stands, what to mend, and its external id if it has one."""

    where: str
    why: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A row that was taken: where it stands, and what was done with it."""

    where: str
    done: Done
    external_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One provider as it is brought, with everything that hangs on it."""

    provider: NewProvider
    practitioners: tuple[tuple[NewPractitioner, tuple[Credential, ...]], ...] = ()
    offerings: tuple[NewOffering, ...] = ()


class CutOff(Exception):
    """A list cannot be read any further: it ends in the middle, or is broken there. What came before it is whole."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def external_ids(brought: Brought) -> Iterator[tuple[str, str]]:
    """Every external id of an entry, with the kind of record it is for, as often as it comes."""
    named = [("provider", brought.provider.external_id)]
    for new, owned in brought.practitioners:
        named += [("practitioner", new.external_id), *(("credential", each.external_id) for each in owned)]
    named += [("offering", new.facts.external_id) for new in brought.offerings]
    yield from ((kind, each) for kind, each in named if each is not None)
