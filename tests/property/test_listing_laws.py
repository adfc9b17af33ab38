"""The laws of listings: what is looked up by dates is what would be decided, what is read quickly is what is right."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import marshmallow as ma
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.http.quick import quick_reader
from service.http.staff_texts import gatherer, staff_texts
from service.providers.credentials import Credential, CredentialKind, Verification, VerificationStatus
from service.providers.lapsing import lapses_of, shown_by
from service.providers.level import level_of
from service.providers.rules import Limit, Policies
from service.providers.schemas.entries import ProviderEntry
from tests.bench.directories import generated_directory
from tests.builders.matching import A_LIMIT

TODAY = date(2026, 3, 1)
DAYS = st.integers(-800, 800).map(lambda days: TODAY + timedelta(days=days))
SHAPE = ProviderEntry()
QUICK, GATHER = quick_reader(SHAPE), gatherer(SHAPE, but_not="name")
ENTRIES = generated_directory(40, today=TODAY)["providers"]
RUBBISH: tuple[Any, ...] = (
    None, True, 7, 7.5, -1, 10**30, "", "x" * 400, "en", "2026-02-30", "2026-01-01", "\x00", [], [None], {}, {"a": 1},
)  # fmt: skip

verifications = st.builds(Verification, status=st.sampled_from(VerificationStatus), recheck_due=st.none() | DAYS)
credentials = st.builds(
    Credential, kind=st.sampled_from(CredentialKind), hours=st.sampled_from((None, 3, 12)),
    months=st.sampled_from((None, 3, 6)), expires_on=st.none() | DAYS, verification=verifications,
)  # fmt: skip
policies = st.builds(
    Policies, requires_12_step=st.sampled_from((None, False, True)), attested_by=st.just("The provider"),
    attested_on=st.one_of(DAYS, st.just(date.max), st.just(date.min)),
)  # fmt: skip
limits: st.SearchStrategy[tuple[Limit, ...]] = st.sampled_from(((), (A_LIMIT,)))


@settings(max_examples=1500)
@given(st.none() | policies, st.lists(credentials, max_size=4), limits, DAYS)
def test_a_level_looked_up_by_its_dates_is_the_level_that_would_be_decided(
    demands: Policies | None, evidence: list[Credential], said: tuple[Limit, ...], day: date
) -> None:
    lapses = lapses_of(demands, shown_by(evidence), said)
    decided = level_of(demands, evidence, said, day).level

    assert lapses.level_on(day) is decided
    assert decided in lapses.ever()


def _spoiled(by: Random) -> Any:
    """An entry with a few things in it that somebody got wrong, or not."""
    entry = copy.deepcopy(by.choice(ENTRIES))
    for _ in range(by.randint(0, 3)):
        inside: Any = entry
        while isinstance(inside, dict | list) and inside:
            key = by.choice(sorted(inside)) if isinstance(inside, dict) else by.randrange(len(inside))
            if by.random() < 0.3 or not isinstance(inside[key], dict | list):
                _spoil(inside, key, by)
                break
            inside = inside[key]
    return by.choice(RUBBISH) if by.random() < 0.02 else entry


def _spoil(inside: Any, key: Any, by: Random) -> None:
    way = by.random()
    if way < 0.6:
        inside[key] = copy.deepcopy(by.choice(RUBBISH))
    elif way < 0.8 and isinstance(inside, dict):
        inside[by.choice(("unknown", "name", "tag"))] = inside.pop(key)
    else:
        del inside[key]


@settings(max_examples=1500)
@given(st.integers(0, 2**32))
@example(0)
def test_what_is_read_quickly_is_what_the_schema_reads(seed: int) -> None:
    entry = _spoiled(Random(seed))

    assert _outcome(QUICK, entry) == _outcome(SHAPE.load, entry)


def _outcome(read: Any, entry: Any) -> Any:
    try:
        return read(copy.deepcopy(entry))
    except ma.ValidationError:
        return "refused"


@settings(max_examples=300)
@given(st.integers(0, 2**32))
def test_texts_that_are_gathered_are_those_that_stand_somewhere(seed: int) -> None:
    entry, gathered = _spoiled(Random(seed)), list[str]()
    GATHER(entry, gathered)

    assert sorted(gathered) == sorted(text for place, text in staff_texts(SHAPE, entry) if not place.endswith("/name"))


def test_the_entries_that_are_spoiled_are_right_before() -> None:
    assert all(_outcome(QUICK, entry) != "refused" for entry in ENTRIES)
    assert datetime.now(UTC).date() > TODAY - timedelta(days=5000)
