"""The country as plain columns: what an ordinary scan, or an ordinary table, is filled with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import Paper, Setting
from service.matching.compacts import members
from service.providers.codes import CapacityStatus, OfferingKind
from tests.bench.country import arrays, meaning, places
from tests.bench.country.arrays import Country, Evidence, Policy
from tests.bench.country.judged import offering_id, provider_id
from tests.bench.country.shares import bits_of
from tests.bench.country.weeks import draw_weeks, half_hours_of, times_of, words_of

Bits = NDArray[np.uint64]
Ints = NDArray[Any]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
UNKNOWN_WAIT_DAYS = 14.0
ENOUGH_HOURS = 60.0
OPENNESS = {meaning.UNSAID: 0.5, meaning.ROOM: 1.0, meaning.WAITLIST: 0.4, meaning.FULL: 0.0}
_TALKING = (OfferingKind.THERAPY, OfferingKind.GROUP)
_LICENSED = (*_TALKING, OfferingKind.MEDICATION, OfferingKind.MEDICAL_WITHDRAWAL, OfferingKind.RESIDENTIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """One array a fact, one place in it an offering. Sets are bits; `week` is a number of `weeks`."""

    tickets: Bits
    provider_tickets: Bits
    level: Ints
    only_talks: Mask
    for_couples: Mask
    categories: Bits
    settings: Bits
    papers: Bits
    cost: Bits
    access: Bits
    affirming: Bits
    welcomes: Bits
    times: Bits
    training: Bits
    depth: Numbers
    takes_moud: Mask
    age_min: Ints
    age_max: Ints
    room: Ints
    openness: Numbers
    as_of: Numbers
    soon: Numbers
    speaks: Bits
    interprets: Bits
    interprets_any: Mask
    spots: Numbers
    rows_with_sites: Ints
    first_sites: Ints
    comes_km: Numbers
    comes_to: Bits
    covers_km: Numbers
    covers: Bits
    licensed: Bits
    needs_no_licence: Mask
    week: Ints
    weeks: Bits

    @property
    def size(self) -> int:
        """How many offerings."""
        return int(self.level.size)

    @staticmethod
    def id_of(row: int) -> UUID:
        """The id of an offering."""
        return offering_id(row)


def ticket(one: UUID) -> np.uint64:
    """The ticket of an id: both of its halves, folded."""
    return np.uint64((one.int >> 64) ^ (one.int & 0xFFFFFFFFFFFFFFFF))


def plain_columns(country: Country) -> Plain:
    """Read the country into plain columns."""
    weeks = draw_weeks(country.seed)
    only_talks = _is_one_of(country.kind, _TALKING)
    one_to_one = (country.settings & np.uint64(bits_of([Setting.ONE_TO_ONE], arrays.SETTINGS))) != 0
    provider_tickets = np.array([ticket(provider_id(each)) for each in range(country.providers)])
    return Plain(
        tickets=np.array([ticket(offering_id(row)) for row in range(country.size)]),
        provider_tickets=provider_tickets[country.provider],
        level=_levels(country),
        only_talks=only_talks,
        for_couples=only_talks & (country.welcomes[:, 0] == 1) & ~one_to_one,
        categories=country.categories,
        settings=country.settings,
        papers=_papers(country),
        cost=country.cost,
        access=country.access,
        affirming=country.affirming,
        welcomes=_flags(country.welcomes == 1),
        times=np.array([times_of(week) for week in weeks], dtype=np.uint64)[country.week],
        takes_moud=(country.takes_moud == 0) & (country.policy != Policy.NO_MEDICATION),
        age_min=np.maximum(country.age_min, 0),
        age_max=np.where(country.age_max < 0, 130, country.age_max),
        **_training(country),
        **_room(country),
        **_tongues(country),
        **_sites(country),
        **_reach(country),
        week=country.week,
        weeks=np.stack([words_of(half_hours_of(week)) for week in weeks]),
    )


def _is_one_of(kinds: Ints, these: tuple[OfferingKind, ...]) -> Mask:
    return np.isin(kinds, [arrays.KINDS.index(each) for each in these])


def _flags(said: Mask) -> Bits:
    """Columns of yes and no as bits, the first column first."""
    return np.asarray(
        (said.astype(np.uint64) << np.arange(said.shape[1], dtype=np.uint64)).sum(axis=1, dtype=np.uint64)
    )


def _levels(country: Country) -> Ints:
    """How far each is harm reduction psychotherapy, by what was drawn for it."""
    evidence = country.evidence[country.provider]
    shown = (evidence == Evidence.CERTIFICATE) | (evidence == Evidence.COURSE)
    verified = shown & country.limited & (country.attested_days <= 365)
    return np.select(
        (country.policy != Policy.WELCOMING, evidence >= Evidence.LICENCE_ALONE, verified),
        (meaning.CONFLICTS, meaning.FRIENDLY, meaning.VERIFIED),
        meaning.DECLARED,
    )


def _papers(country: Country) -> Bits:
    places_of = [tuple(Paper).index(each) for each in (Paper.ID, Paper.LEGAL_NAME, Paper.ADDRESS, Paper.INSURANCE)]
    demanded = (country.papers == 2).astype(np.uint64) << np.array(places_of, dtype=np.uint64)
    tested = country.tested.astype(np.uint64) << np.uint64(tuple(Paper).index(Paper.DRUG_TEST))
    return np.asarray(demanded.sum(axis=1, dtype=np.uint64) | tested)


def _training(country: Country) -> dict[str, Any]:
    """Evidence of training, by provider and then by offering: what it is for, and how much of it there is."""
    claims = country.evidence < Evidence.LICENCE_ALONE
    seen = np.isin(country.evidence, [Evidence.CERTIFICATE, Evidence.COURSE, Evidence.TOO_SHORT])
    first = np.where(claims, country.evidence_hours, 0)
    depth = np.maximum(
        np.minimum(np.where(seen, first, 0), ENOUGH_HOURS),
        np.minimum(first + country.more_hours, ENOUGH_HOURS) * 0.5,
    )
    tags = np.where(claims, country.evidence_tags, 0) | np.where(country.more_hours > 0, country.more_tags, 0)
    return {
        "training": tags.astype(np.uint64)[country.provider],
        "depth": (depth / ENOUGH_HOURS)[country.provider],
    }


def _room(country: Country) -> dict[str, Any]:
    has = {status: country.status == arrays.STATUSES.index(status) for status in CapacityStatus}
    full = has[CapacityStatus.NO_CAPACITY] | has[CapacityStatus.CAPACITY] & (country.open_slots == 0)
    room = np.select(
        (full, has[CapacityStatus.CAPACITY], has[CapacityStatus.WAITLIST]),
        (meaning.FULL, meaning.ROOM, meaning.WAITLIST),
        meaning.UNSAID,
    )
    unsaid = np.where(room == meaning.WAITLIST, UNKNOWN_WAIT_DAYS, 0.0)
    wait = np.where(country.wait_days < 0, unsaid, country.wait_days)
    return {
        "room": room,
        "openness": np.array([OPENNESS[each] for each in sorted(OPENNESS)])[room],
        "as_of": country.now.timestamp() - country.news_age,
        "soon": np.exp2(-wait / 14),
    }


def _tongues(country: Country) -> dict[str, Any]:
    return {
        "speaks": country.tongues,
        "interprets": country.interprets.astype(np.uint64),
        "interprets_any": country.interprets_any,
    }


def _sites(country: Country) -> dict[str, Any]:
    latitude, longitude = shown_at(country)
    return {
        "spots": meaning.unit_vectors(latitude, longitude),
        "rows_with_sites": np.flatnonzero(np.diff(country.first_site)),
        "first_sites": country.first_site[:-1][np.diff(country.first_site) > 0],
    }


def shown_at(country: Country) -> tuple[Numbers, Numbers]:
    """Where each site may be found, in degrees; of a confidential one, its area. Rounded as Python rounds."""
    shown = []
    for degrees in (country.latitude, country.longitude):
        coarse = degrees.copy()
        coarse[country.confidential] = [round(each, 1) for each in degrees[country.confidential].tolist()]
        shown.append(coarse)
    return shown[0], shown[1]


def _reach(country: Country) -> dict[str, Any]:
    here = np.uint64(1) << country.state.astype(np.uint64)
    nowhere = np.uint64(0)
    compact = np.uint64(bits_of([each for each in places.CODES if each in members(["psypact"])], places.CODES))
    return {
        "comes_km": country.comes_km.astype(np.float64),
        "comes_to": np.where(country.comes_state, here, nowhere),
        "covers_km": country.covers_km.astype(np.float64),
        "covers": np.where(country.covers_state, here, nowhere),
        "licensed": country.licensed | np.where(country.compact, compact, nowhere),
        "needs_no_licence": ~country.any_licence & ~_is_one_of(country.kind, _LICENSED),
    }
