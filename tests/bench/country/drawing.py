"""The country as chance draws it: arrays of what every offering is, the same for the same seed and size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np

from service.guidance.rules import Category, Setting
from service.providers.codes import CapacityStatus
from tests.bench.country import places, shares
from tests.bench.country.arrays import (
    ACCESS,
    AFAR,
    AFFIRMING,
    ANYWHERE_IN_THE_COUNTRY,
    CATEGORIES,
    COST,
    KINDS,
    SETTINGS,
    SOMEWHERE,
    STATUSES,
    TONGUES,
    TRAINING,
    Country,
    Evidence,
    Ints,
)
from tests.bench.country.weeks import WEEKS

OFFERINGS_A_PROVIDER = 4
SEED = 20261125

# Interpreters are called for what is seldom spoken.
_INTERPRETED = {tag: min(1.0, 6 * share) for tag, share in shares.TONGUES.items()}


def draw_country(offerings: int, now: datetime, seed: int = SEED) -> Country:
    """Draw a country of so many offerings, all attested, with its clock at `now` (whole seconds)."""
    chance = np.random.default_rng([seed, offerings])
    towns = places.draw_towns(np.random.default_rng(seed))  # However many offerings, the towns are the same.
    firsts, provider = _shared_out(chance, offerings)
    count = firsts.size - 1
    town, state_of_provider, latitude, longitude = places.settle(chance, towns, count)
    facts = _facts(chance, offerings)
    state = state_of_provider[provider]
    return Country(
        seed=seed,
        now=now.replace(microsecond=0),
        towns=towns,
        first_offering=firsts,
        state_of_provider=state_of_provider,
        provider=provider,
        **_evidence(chance, count),
        **facts,
        **_reach(chance, facts["settings"], state),
        **_policies(chance, offerings),
        **_room(chance, offerings),
        **_sites(chance, towns, facts["settings"], town[provider], (latitude[provider], longitude[provider])),
    )


def _shared_out(chance: np.random.Generator, offerings: int) -> tuple[Ints, Ints]:
    """Share the offerings out among providers, about four each; answer where each one's begin, and whose each is."""
    counts = 1 + chance.poisson(OFFERINGS_A_PROVIDER - 1, offerings)
    firsts = np.concatenate(([0], np.cumsum(counts)))
    firsts = np.append(firsts[firsts < offerings], offerings)
    return firsts, np.repeat(np.arange(firsts.size - 1), np.diff(firsts))


def _picked(chance: np.random.Generator, count: int, weights: dict[int, float]) -> Ints:
    """Draw one of some numbers for each of `count`."""
    weighed = np.array(list(weights.values()))
    return np.asarray(np.array(list(weights))[chance.choice(len(weights), count, p=weighed / weighed.sum())])


def _maybe(chance: np.random.Generator, share: float, drawn: Ints, otherwise: float = -1) -> Ints:
    """Keep so large a share of what was drawn; the others did not say."""
    return np.where(chance.random(drawn.shape[0]) < share, drawn, otherwise)


def _evidence(chance: np.random.Generator, count: int) -> dict[str, Ints]:
    kinds = dict(zip(Evidence, (0.28, 0.22, 0.2, 0.05, 0.05, 0.12, 0.08), strict=True))
    evidence = _picked(chance, count, {int(kind): share for kind, share in kinds.items()})
    more = _maybe(chance, 0.4, chance.integers(4, 41, count), 0)
    return {
        "evidence": evidence,
        "evidence_hours": np.where(
            evidence == Evidence.TOO_SHORT, 6, _picked(chance, count, {12: 3, 24: 3, 40: 2, 60: 1, 120: 1})
        ),
        "evidence_tags": shares.draw_bits(chance, count, shares.TRAINING, TRAINING),
        "more_hours": np.where(evidence >= Evidence.LICENCE_ALONE, 0, more),
        "more_tags": shares.draw_bits(chance, count, shares.TRAINING, TRAINING),
    }


def _facts(chance: np.random.Generator, count: int) -> dict[str, Ints]:
    bits: Callable[..., Ints] = lambda of, codes: shares.draw_bits(chance, count, of, codes)  # noqa: E731
    kind = _picked(chance, count, {KINDS.index(kind): share for kind, share in shares.KINDS.items()})
    tongues = bits(shares.TONGUES, TONGUES)
    named = chance.random(count) < 0.08
    return {
        "kind": kind,
        "categories": _categories(chance, kind),
        "settings": _settings(chance, count),
        "tongues": np.where(tongues == 0, np.uint64(1 << TONGUES.index("en")), tongues),
        "interprets_any": ~named & (chance.random(count) < 0.15),
        "interprets": np.where(named, bits(_INTERPRETED, TONGUES), 0),
        "papers": chance.choice(3, (count, 4), p=(0.68, 0.2, 0.12)),
        "cost": bits(shares.COST, COST),
        "access": bits(shares.ACCESS, ACCESS),
        "affirming": bits(shares.AFFIRMING, AFFIRMING),
        "welcomes": chance.choice(3, (count, 3), p=(0.25, 0.35, 0.4)),
        "age_min": _picked(chance, count, {-1: 2, 12: 1, 13: 1, 16: 1, 18: 6, 21: 1}),
        "age_max": _picked(chance, count, {-1: 8, 24: 1, 64: 1, 120: 2}),
        "limited": chance.random(count) < 0.97,
    }  # fmt: skip


def _categories(chance: np.random.Generator, kind: Ints) -> Ints:
    """Draw what each offering is for: what its kind is mainly for, and up to four things more, by Zipf."""
    mainly = np.array([1 << CATEGORIES.index(shares.MAINLY[each]) for each in KINDS], dtype=np.uint64)
    common = np.array([1 << CATEGORIES.index(Category(each)) for each in shares.COMMON_FIRST], dtype=np.uint64)
    bits = np.where(chance.random(kind.size) < 0.8, mainly[kind], np.uint64(0))
    more = chance.integers(1, 5, kind.size)
    for nth in range(4):
        drawn = common[chance.choice(common.size, kind.size, p=shares.ZIPF_OF_CATEGORIES)]
        bits |= np.where(more > nth, drawn, np.uint64(0))
    return bits


def _settings(chance: np.random.Generator, count: int) -> Ints:
    """Draw ways to meet: a quarter from afar, most of these nowhere else."""
    draw: Callable[..., Ints] = lambda of: shares.draw_bits(chance, count, of, SETTINGS)  # noqa: E731
    afar = chance.random(count) < 0.25
    somewhere = ~afar | (chance.random(count) < 0.3)
    there, remote = draw(shares.IN_PERSON), draw(shares.FROM_AFAR)
    there = np.where(there == 0, np.uint64(1 << SETTINGS.index(Setting.CLINIC)), there)
    remote = np.where(remote == 0, np.uint64(1 << SETTINGS.index(Setting.VIDEO)), remote)
    return np.where(somewhere, there, np.uint64(0)) | np.where(afar, remote, np.uint64(0)) | draw(shares.TOGETHER)


def _reach(chance: np.random.Generator, settings: Ints, state: Ints) -> dict[str, Ints]:
    count = settings.size
    coming = shares.bits_of((Setting.STREET, Setting.HOME_VISIT), SETTINGS)
    comes = (settings & np.uint64(coming) != 0) & (chance.random(count) < 0.6)
    somewhere = settings & np.uint64(SOMEWHERE) != 0
    says = (settings & np.uint64(AFAR) != 0) & (chance.random(count) < 0.85)
    licensed = np.uint64(1) << state.astype(np.uint64)
    for share in (0.3, 0.15, 0.1, 0.05):
        other = np.uint64(1) << chance.choice(len(places.CODES), count, p=places.PEOPLE).astype(np.uint64)
        licensed |= np.where(chance.random(count) < share, other, np.uint64(0))
    everywhere = np.where(chance.random(count) < 0.01, np.uint64(1 << ANYWHERE_IN_THE_COUNTRY), np.uint64(0))
    return {
        "comes_km": np.where(comes & (chance.random(count) < 0.8), chance.integers(2, 41, count), -1),
        "comes_state": comes & (chance.random(count) < 0.1),
        "comes_named": comes & (chance.random(count) < 0.1),
        "covers_km": np.where(somewhere & (chance.random(count) < 0.12), chance.integers(5, 121, count), -1),
        "covers_state": somewhere & (chance.random(count) < 0.03),
        "licensed": np.where(says, licensed | everywhere, np.uint64(0)),
        "compact": says & (chance.random(count) < 0.2),
        "any_licence": says,
    }


def _policies(chance: np.random.Generator, count: int) -> dict[str, Ints]:
    return {
        "policy": _picked(chance, count, {0: 93, 1: 2, 2: 2, 3: 1.5, 4: 1.5}),
        "takes_moud": _picked(chance, count, {0: 75, 1: 15, 2: 10}),
        "tested": chance.random(count) < 0.05,
        "attested_days": np.where(
            chance.random(count) < 0.03, chance.integers(380, 500, count), chance.integers(1, 330, count)
        ),
    }


def _room(chance: np.random.Generator, count: int) -> dict[str, Ints]:
    status = _picked(
        chance, count, {STATUSES.index(CapacityStatus(code)): share for code, share in
                        (("capacity", 50), ("waitlist", 20), ("no_capacity", 12), ("unknown", 15),
                         ("additional_assessment_required", 3))},
    )  # fmt: skip
    waits = status == STATUSES.index(CapacityStatus.WAITLIST)
    room = status == STATUSES.index(CapacityStatus.CAPACITY)
    wait = np.where(waits, _maybe(chance, 0.7, chance.integers(7, 121, count)), -1)
    return {
        "status": status,
        "open_slots": np.where(room, _maybe(chance, 0.6, chance.integers(0, 30, count)), -1),
        "wait_days": np.where(room, _maybe(chance, 0.5, chance.integers(0, 15, count)), wait),
        "news_age": np.minimum(chance.exponential(6 * 86_400, count), 60 * 86_400).astype(np.int64),
    }


def _sites(
    chance: np.random.Generator, towns: places.Towns, settings: Ints, town: Ints, homes: tuple[Ints, Ints]
) -> dict[str, Ints]:
    """Draw sites where people meet in person: most offerings have one, some two or three, a few of them far apart."""
    somewhere = settings & np.uint64(SOMEWHERE) != 0
    count = np.where(somewhere, _picked(chance, settings.size, {1: 88, 2: 9, 3: 3}), 0)
    owner = np.repeat(np.arange(settings.size), count)
    first = np.concatenate(([0], np.cumsum(count)))
    nth = np.arange(owner.size) - first[owner]
    # A provider's offerings are often under one roof, and then tie; other sites are nearby, or in another town.
    at = places.around(chance, homes[0][owner], homes[1][owner], np.where(town[owner] < 0, 20.0, 4.0))
    elsewhere = places.scatter(chance, towns, chance.choice(places.TOWNS, owner.size, p=towns.share))
    same_roof = (nth == 0) & (chance.random(owner.size) < 0.6)
    far = (nth > 0) & (chance.random(owner.size) < 0.3)
    confidential = chance.random(owner.size) < 0.05
    degrees = [
        np.where(same_roof, of_provider[owner], np.where(far, away, near)).round(5)
        for of_provider, near, away in zip(homes, at, elsewhere, strict=True)
    ]
    return {
        "week": np.where(somewhere, np.minimum(chance.zipf(1.3, settings.size), WEEKS - 1), 0),
        "first_site": first,
        "latitude": degrees[0],
        "longitude": degrees[1],
        "confidential": confidential,
    }
