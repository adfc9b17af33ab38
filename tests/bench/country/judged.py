"""The country as matching judges it: every offering as a value, with an id of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from service.matching.candidate import Candidate, candidate_of
from service.providers.credentials import Credential
from service.providers.entries import Offering
from service.providers.level import level_of
from service.providers.rules import Capacity, NewOffering
from tests.bench.country.arrays import Country
from tests.bench.country.written import providers


def offering_id(row: int) -> UUID:
    """The id of an offering of the country, by its row; spread as chance would spread them."""
    return UUID(int=(row + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128))


def provider_id(number: int) -> UUID:
    """The id of a provider of the country."""
    return UUID(int=(number + 1) * 0xD1342543DE82EF95A0761D6478BD642F % (1 << 128))


def candidates(country: Country) -> Iterator[Candidate]:
    """Every offering as matching judges it, in the order of rows."""
    row = 0
    for number, brought in enumerate(providers(country)):
        credentials = tuple(each for _, owned in brought.practitioners for each in owned)
        for new in brought.offerings:
            yield _candidate(country.now, brought.provider.name, new, credentials, (row, number))
            row += 1


def _candidate(
    now: datetime, provider_name: str, new: NewOffering, credentials: tuple[Credential, ...], numbers: tuple[int, int]
) -> Candidate:
    today = now.date()
    offering = Offering(
        id=offering_id(numbers[0]),
        provider_id=provider_id(numbers[1]),
        provider_name=provider_name,
        organization_id=None,
        facts=new.facts,
        policies=new.policies,
        capacity=new.capacity or Capacity(as_of=now),
        credentials=credentials,
        verdict=level_of(new.policies, credentials, new.facts.limits, today),
        version=1,
        changed_in=1,
        described_in=1,
        made_at=now,
        changed_at=now,
    )
    return candidate_of(offering, today)
