"""A card holds on every day before the one that it names, whatever lapses when."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.candidate import candidate_of
from service.matching.cards import NEVER, card_of, holds_until
from service.providers.credentials import Credential, CredentialKind, Verification, VerificationStatus
from service.providers.entries import Offering
from service.providers.level import level_of
from service.providers.rules import Capacity
from tests.builders.matching import A_LIMIT, NOW, an_offering, policies

TODAY = NOW.date()


def a_day(by: Random) -> date | None:
    """A day that something ends on, around today, or none."""
    return by.choice((None, TODAY + timedelta(days=by.randint(-3, 12))))


def a_credential(by: Random) -> Credential:
    """A piece of evidence, verified or not, that may end."""
    return Credential(
        kind=by.choice(list(CredentialKind)),
        hours=by.choice((None, 6, 12, 40)),
        months=by.choice((None, 3, 8)),
        expires_on=a_day(by),
        competency_tags=("trauma",) if by.random() < 0.5 else (),
        verification=Verification(status=by.choice(list(VerificationStatus)), recheck_due=a_day(by)),
    )


def an_entry(by: Random, today: date, *, seed: tuple[Credential, ...], attested_on: date) -> Offering:
    """An offering as the directory reads it on a day."""
    said = policies(attested_on=attested_on)
    facts = an_offering(limits=(A_LIMIT,)).facts
    verdict = level_of(said, seed, facts.limits, today)
    return Offering(
        id=UUID(int=1), provider_id=UUID(int=2), provider_name="A provider", organization_id=None, facts=facts,
        policies=said, capacity=Capacity(as_of=NOW), credentials=seed, verdict=verdict,
        version=1, changed_in=1, described_in=1, made_at=NOW, changed_at=NOW,
    )  # fmt: skip


@settings(max_examples=300)
@given(st.integers(0, 2**64 - 1).map(Random))
def test_until_the_day_it_names_a_card_is_what_it_would_be_made_anew(by: Random) -> None:
    credentials = tuple(a_credential(by) for _ in range(by.randint(0, 3)))
    attested_on = TODAY - timedelta(days=by.choice((10, 355, 360, 365, 366, 400)))

    def card_on(day: date) -> object:
        return card_of(candidate_of(an_entry(by, day, seed=credentials, attested_on=attested_on), day))

    until = holds_until(an_entry(by, TODAY, seed=credentials, attested_on=attested_on), TODAY)

    days = [TODAY + timedelta(days=more) for more in range(30)]
    assert all(card_on(day) == card_on(TODAY) for day in days if day < until)
    assert until > TODAY
    assert until == NEVER or until <= TODAY + timedelta(days=400)
