"""The directory as columns: one array a fact, one place in it an offering, built as of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.matching import codes, lots, readings, week
from service.matching.candidate import Candidate
from service.matching.geometry import unit_vectors
from service.matching.postings import Postings
from service.matching.rules import Tongue
from service.providers.codes import Demand
from service.providers.rules import OfferingFacts

Bits = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
# What is shown to one person is often shown to the next. An eighth of an answer's time, for a few megabytes.
MOST_CUTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The facts that matching looks at, by offering. Row numbers live as long as these columns."""

    candidates: tuple[Candidate, ...]
    rows: Postings[UUID]
    rows_of_provider: Postings[UUID]
    tickets: Bits
    level: NDArray[np.uint8]
    talks: NDArray[np.uint8]
    for_couples: Mask
    categories: Bits
    settings: Bits
    papers: Bits
    cost: Bits
    access: Bits
    affirming: Bits
    welcomes: Bits
    times: Bits
    open_half_hours: Bits
    competencies: Bits
    hours_verified: Numbers
    hours_declared: Numbers
    takes_moud: Mask
    age_min: NDArray[np.int16]
    age_max: NDArray[np.int16]
    capacity: NDArray[np.uint8]
    openness: Numbers
    capacity_as_of: Numbers
    wait_days: Numbers
    speaks: Postings[str]
    interprets: Postings[str]
    interprets_any: Mask
    sites: Numbers
    rows_with_sites: NDArray[np.intp]
    first_sites: NDArray[np.intp]
    comes_within_km: Numbers
    comes_areas: Postings[str]
    names_areas: Mask
    covers_within_km: Numbers
    covers: Postings[str]
    licensed: Postings[str]
    needs_no_licence: Mask
    cuts: dict[int, Columns] = field(default_factory=dict, repr=False, compare=False)

    @property
    def size(self) -> int:
        """How many offerings there are."""
        return len(self.candidates)

    def only(self, row: int) -> Columns:
        """One offering as a directory of one row: the same columns, cut. What is shown often is cut once."""
        cut = self.cuts.get(row)
        if cut is None:
            if len(self.cuts) >= MOST_CUTS:
                self.cuts.clear()
            cut = self.cuts[row] = self._cut(row)
        return cut

    def _cut(self, row: int) -> Columns:
        candidate = self.candidates[row]
        sites, rows_with_sites, first_sites = _sites([candidate.facts])
        return Columns(
            candidates=(candidate,),
            sites=sites,
            rows_with_sites=rows_with_sites,
            first_sites=first_sites,
            **{name: getattr(self, name)[row : row + 1] for name in _CUT},
            **_postings([candidate]),
        )


def build_columns(candidates: Sequence[Candidate]) -> Columns:
    """Turn offerings into columns; one offering is a directory of one row, judged by the very same rules."""
    facts = [each.facts for each in candidates]

    def of_candidates(code_bits: codes.CodeBits, of: Callable[[Candidate], Iterable[str]]) -> Bits:
        return np.array([code_bits.bits(of(each)) for each in candidates], dtype=np.uint64)

    def bits(code_bits: codes.CodeBits, of: Callable[[OfferingFacts], Iterable[str]]) -> Bits:
        return of_candidates(code_bits, lambda each: of(each.facts))

    def mask(of: Callable[[Candidate], bool]) -> Mask:
        return np.array([of(each) for each in candidates], dtype=np.bool_)

    def numbers(of: Callable[[Candidate], float], kind: Any = np.float64) -> NDArray[Any]:
        return np.array([of(each) for each in candidates], dtype=kind)

    sites, rows_with_sites, first_sites = _sites(facts)
    return Columns(
        candidates=tuple(candidates),
        tickets=np.array([lots.ticket(each.id) for each in candidates], dtype=np.uint64),
        level=numbers(lambda each: readings.LEVELS[each.level], np.uint8),
        talks=numbers(lambda each: readings.talks(each.facts), np.uint8),
        for_couples=mask(lambda each: readings.is_for_couples(each.facts)),
        categories=bits(codes.CATEGORIES, lambda each: each.categories),
        settings=bits(codes.SETTINGS, lambda each: each.settings),
        papers=np.array(
            [codes.PAPERS.bits(readings.demanded(each, Demand.YES)) for each in candidates], dtype=np.uint64
        ),
        cost=bits(codes.PAYMENT, lambda each: each.cost),
        access=bits(codes.ACCESS, lambda each: each.access),
        affirming=bits(codes.AFFIRMING, lambda each: each.affirming),
        welcomes=bits(codes.WELCOMES, readings.welcomes),
        times=bits(codes.TIMES, readings.times_of),
        open_half_hours=week.as_words(*map(readings.open_half_hours, facts)),
        competencies=of_candidates(codes.COMPETENCIES, lambda each: each.competencies),
        hours_verified=numbers(lambda each: each.hours_verified),
        hours_declared=numbers(lambda each: each.hours_declared),
        takes_moud=mask(readings.takes_moud),
        age_min=numbers(lambda each: each.facts.age_min or 0, np.int16),
        age_max=numbers(lambda each: readings.OLDEST if each.facts.age_max is None else each.facts.age_max, np.int16),
        capacity=numbers(lambda each: readings.room(each.capacity), np.uint8),
        openness=numbers(lambda each: readings.OPENNESS[readings.room(each.capacity)]),
        capacity_as_of=numbers(lambda each: each.capacity.as_of.timestamp() if each.capacity else -np.inf),
        wait_days=numbers(lambda each: readings.wait_days(each.capacity)),
        interprets_any=mask(
            lambda each: each.facts.interpretation.available and not each.facts.interpretation.languages
        ),
        sites=sites,
        rows_with_sites=rows_with_sites,
        first_sites=first_sites,
        comes_within_km=numbers(lambda each: readings.comes_within_km(each.facts)),
        covers_within_km=numbers(lambda each: readings.covers_within_km(each.facts)),
        names_areas=mask(lambda each: bool(readings.named_areas(each.facts))),
        needs_no_licence=mask(
            lambda each: each.facts.remote is None and each.facts.kind not in readings.LICENSED_KINDS
        ),
        **_postings(candidates),
    )


def _sites(facts: Sequence[OfferingFacts]) -> tuple[Numbers, NDArray[np.intp], NDArray[np.intp]]:
    """All sites one after the other, which rows have any, and where each of those rows begins."""
    rows: list[int] = []
    first: list[int] = []
    degrees: list[tuple[float, float]] = []
    for row, each in enumerate(facts):
        if each.sites:
            rows.append(row)
            first.append(len(degrees))
            degrees.extend(site.shown_at for site in each.sites)
    places = np.array(degrees, dtype=np.float64).reshape(-1, 2)
    return unit_vectors(places[:, 0], places[:, 1]), np.array(rows, dtype=np.intp), np.array(first, dtype=np.intp)


# Open vocabularies: for each column of postings, the keys that an offering has in it.
_KEYS: dict[str, Callable[[Candidate], Iterable[Any]]] = {
    "rows": lambda each: (each.id,),
    "rows_of_provider": lambda each: (each.provider_id,),
    "speaks": lambda each: {Tongue(one.tag, one.signed).key for one in each.facts.languages_spoken},
    "interprets": lambda each: readings.interpreted(each.facts),
    "comes_areas": lambda each: readings.comes_to(each.facts),
    "covers": lambda each: readings.covers(each.facts),
    "licensed": lambda each: readings.area_keys(readings.licensed_in(each.facts)),
}
_UNCUT = frozenset(_KEYS) | {"cuts", "candidates", "sites", "rows_with_sites", "first_sites"}
_CUT = tuple(each.name for each in fields(Columns) if each.name not in _UNCUT)


def _postings(candidates: Sequence[Candidate]) -> dict[str, Any]:
    return {name: Postings(map(keys, candidates), len(candidates)) for name, keys in _KEYS.items()}
