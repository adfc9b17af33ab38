"""The plain full scan: every rule and component as NumPy expressions over whole columns, no index of any kind.

Written from the design page alone. It is a reference for speed and for answers, and shares no code with
service.matching but the value that is asked (Applicant).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import Paper, PaymentWay
from service.matching.rules import Applicant
from tests.bench.country import meaning
from tests.bench.country.arrays import ACCESS, COST
from tests.bench.country.columns import Plain, ticket
from tests.bench.country.meaning import Asked
from tests.bench.country.shares import bits_of

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
EARTH_RADIUS_KM = 6371.0088
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan over the plain columns of a country."""

    plain: Plain

    def first(self, applicant: Applicant, now: datetime, seed: bytes, k: int) -> list[tuple[UUID, float]]:
        """The first k with their scores, best first, equals by lot."""
        rows, scores = self.all_of(applicant, now)
        order = np.lexsort((_lots(self.plain.tickets[rows], seed), -scores))[:k]
        return [(self.plain.id_of(int(rows[at])), float(scores[at])) for at in order]

    def all_of(self, applicant: Applicant, now: datetime) -> tuple[NDArray[np.intp], Numbers]:
        """All rows that match, and their scores."""
        return _judged(self.plain, applicant, meaning.asked(applicant), now)


def _judged(plain: Plain, applicant: Applicant, asked: Asked, now: datetime) -> tuple[NDArray[np.intp], Numbers]:
    km = _nearest_km(plain, applicant)
    news_days = np.maximum((now.timestamp() - plain.as_of) / DAY, 0.0)
    admitted = np.select(
        (plain.level == meaning.FRIENDLY, plain.level == meaning.CONFLICTS),
        (plain.categories & asked.all_but_therapy, plain.categories & asked.by_name),
        plain.categories,
    )
    ways = _Ways(plain, applicant, asked, km)
    met = (
        _level(plain, applicant, asked, admitted)
        & ((plain.room != meaning.FULL) | (news_days > 14))
        & _language(plain, applicant, asked)
        & (ways.in_person | ways.remote)
        & _rest(plain, applicant, asked)
        & _helps(plain, applicant, asked)
    )
    certainty = np.exp2(-news_days / 7)
    values = {
        "fit": _fit(admitted, asked),
        "soon": plain.soon * (certainty * plain.openness + (1 - certainty) * 0.5),
        "near": ways.near(),
        "wishes": _wishes(plain, asked),
        "depth": plain.depth * (np.where(plain.training & asked.training != 0, 1.0, 0.5) if asked.training else 1.0),
    }
    scores = np.zeros(plain.size)
    for name, weight in asked.weights.items():
        scores += weight * values[name]
    rows = np.flatnonzero(met)
    return rows, np.round(scores[rows], 9)


def _nearest_km(plain: Plain, applicant: Applicant) -> Numbers:
    km = np.full(plain.size, np.inf)
    if applicant.place is not None:
        here = meaning.unit_vectors(*(np.array([degrees]) for degrees in applicant.place))[0]
        half_chords = np.sqrt(np.square(plain.spots - here).sum(axis=1)) / 2
        by_site = np.round(2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(half_chords, 1.0)), 3)
        km[plain.rows_with_sites] = np.minimum.reduceat(by_site, plain.first_sites)
    return km


class _Ways:
    """How each offering and the person can meet, and how near that is."""

    def __init__(self, plain: Plain, applicant: Applicant, asked: Asked, km: Numbers) -> None:
        self._applicant, self._km = applicant, km
        wanted = plain.settings & asked.ways
        self._free = wanted == 0
        self._asked_afar = (plain.settings & asked.settings & meaning.AFAR) != 0
        somewhere, afar = (plain.settings & meaning.SOMEWHERE) != 0, (plain.settings & meaning.AFAR) != 0
        self._meets = (somewhere | ~afar) & (((wanted & meaning.SOMEWHERE) != 0) | self._free)
        self._comes = self._coming(plain, asked, wanted)
        covered = (plain.covers & asked.places) != 0
        if applicant.place is not None:
            covered |= km <= plain.covers_km
        self.in_person = self._meets
        if applicant.place is not None and applicant.max_km is not None:
            self.in_person = self._meets & ((km <= applicant.max_km) | self._comes | covered)
        self.remote = afar & (((wanted & meaning.AFAR) != 0) | self._free)
        if applicant.jurisdiction is not None:
            self.remote &= plain.needs_no_licence | ((plain.licensed & asked.places) != 0)

    def _coming(self, plain: Plain, asked: Asked, wanted: Any) -> Mask:
        coming = (plain.comes_to & asked.places) != 0
        if self._applicant.place is not None:
            coming |= self._km <= plain.comes_km
        somehow = ((plain.settings & meaning.COMING) != 0) | (plain.settings == 0)
        return np.asarray(coming & somehow & (((wanted & meaning.COMING) != 0) | self._free), dtype=np.bool_)

    def near(self) -> Numbers:
        if self._applicant.place is None:
            return np.ones(self._km.size)
        there = np.where(self._meets, np.exp2(-self._km / 10), 0.0)
        afar = np.where(self.remote, np.where(self._asked_afar, 1.0, 0.5), 0.0)
        return np.asarray(np.maximum(np.maximum(there, afar), self._meets & self._comes))


def _level(plain: Plain, applicant: Applicant, asked: Asked, admitted: Any) -> Mask:
    plainly = (admitted & asked.confirmed) != 0 if asked.confirmed else admitted != 0
    fits = (plain.level == meaning.VERIFIED) | (plain.level == meaning.FRIENDLY) & plainly
    fits |= (plain.level == meaning.CONFLICTS) & (admitted != 0)
    return np.asarray(fits | (plain.level == meaning.DECLARED) & applicant.accepts_declared, dtype=np.bool_)


def _language(plain: Plain, applicant: Applicant, asked: Asked) -> Mask:
    if not asked.says_languages:
        return np.ones(plain.size, dtype=np.bool_)
    spoken = (plain.speaks & asked.tongues) != 0
    if applicant.accepts_interpreter:
        spoken |= plain.interprets_any | ((plain.interprets & asked.tongues) != 0)
    return np.asarray(spoken, dtype=np.bool_)


def _rest(plain: Plain, applicant: Applicant, asked: Asked) -> Mask:
    met = np.ones(plain.size, dtype=np.bool_)
    if applicant.settings:
        met &= (plain.settings & asked.settings) != 0
    if asked.ages is not None:
        met &= (plain.age_min <= asked.ages[1]) & (plain.age_max >= asked.ages[0])
    met &= (plain.papers & np.uint64(bits_of(applicant.will_not_show, tuple(Paper)))) == 0
    if applicant.can_pay:
        met &= (plain.cost & np.uint64(bits_of(applicant.can_pay | {PaymentWay.FREE}, COST))) != 0
    needs = np.uint64(bits_of(applicant.access_needs, ACCESS))
    met &= (plain.access & needs) == needs
    if applicant.on_moud:
        met &= plain.takes_moud
    for code in asked.dealbreakers:
        met &= _holds(plain, asked, code)
    for offering in applicant.not_these_offerings:
        met &= plain.tickets != ticket(offering)
    for provider in applicant.not_these_providers:
        met &= plain.provider_tickets != ticket(provider)
    return met


def _helps(plain: Plain, applicant: Applicant, asked: Asked) -> Mask:
    helps = np.ones(plain.size, dtype=np.bool_)
    if asked.confirmed:
        # What helps with nothing that was named stands apart, if it is therapy, and is no match either way.
        helps = (plain.categories & (asked.confirmed | asked.by_name)) != 0
    if not asked.hears_of_therapy:
        helps &= ~plain.only_talks
    if asked.needs_safety:
        helps &= ~plain.for_couples
    return helps


def _fit(admitted: Any, asked: Asked) -> Numbers:
    helped = np.zeros(admitted.size)
    for weight, categories in asked.needs:
        helped += weight * ((admitted & categories) != 0)
    return helped / sum(weight for weight, _ in asked.needs) if asked.confirmed else np.ones(admitted.size)


def _wishes(plain: Plain, asked: Asked) -> Numbers:
    if not asked.wishes:
        return np.ones(plain.size)
    held = np.zeros(plain.size)
    for code in asked.wishes:
        held += _holds(plain, asked, code)
    return held / len(asked.wishes)


def _holds(plain: Plain, asked: Asked, code: str) -> Mask:
    if code == "same_language" and asked.says_languages:
        return np.asarray((plain.speaks & asked.tongues) != 0, dtype=np.bool_)
    if code == "at_your_times" and asked.free.any():
        return np.asarray(((plain.weeks & asked.free) != 0).any(axis=1)[plain.week], dtype=np.bool_)
    if code not in meaning.HELD:
        return np.ones(plain.size, dtype=np.bool_)
    column, bit = meaning.HELD[code]
    return np.asarray((getattr(plain, column) & bit) != 0, dtype=np.bool_)


def _lots(tickets: NDArray[np.uint64], seed: bytes) -> NDArray[np.uint64]:
    """The lot of each ticket (SplitMix64's finaliser); unsigned numbers wrap, as they should."""
    start = np.uint64(int.from_bytes(hashlib.blake2b(seed, digest_size=8).digest(), "big"))
    mixed = (tickets ^ start) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
