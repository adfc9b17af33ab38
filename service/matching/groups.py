"""Groups of people and of offerings, as tables tell them apart. Coarse, because a group of few says too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from service.guidance.rules import REMOTE_SETTINGS
from service.matching.candidate import Candidate
from service.matching.cards import MILLIONTHS
from service.matching.parts import Part
from service.matching.rules import Applicant, Tongue
from service.matching.tallies import NOT_SAID, Split

# Half a degree is about fifty kilometres: as many offerings around one as a town has.
A_TOWN_HAS = 20
Cell = tuple[int, int]


def _one(value: str | None) -> frozenset[str]:
    return frozenset({value}) if value else frozenset()


PEOPLE: tuple[Split[Applicant], ...] = (
    Split("language", lambda one: frozenset(tongue.key for tongue in one.languages), once=False),
    Split("age", lambda one: _one(one.age_band)),
    Split("medication", lambda one: _one("on_medication" if one.on_moud else None)),
    Split("named", lambda one: frozenset(map(str, one.confirmed)), once=False),
    Split("place", lambda one: _one("said" if one.place else None)),
)


def _way(one: Candidate) -> frozenset[str]:
    afar = bool(set(one.facts.settings) & REMOTE_SETTINGS)
    there = bool(set(one.facts.settings) - REMOTE_SETTINGS) or not one.facts.settings
    return _one("both_ways" if afar and there else "from_a_distance" if afar else "in_person")


def _languages(one: Candidate) -> frozenset[str]:
    return frozenset(Tongue(each.tag, each.signed).key for each in one.facts.languages_spoken)


def _jurisdictions(one: Candidate) -> frozenset[str]:
    here = one.facts.service_area.jurisdictions if one.facts.service_area else ()
    return frozenset((*here, *(one.facts.remote.licensed_in if one.facts.remote else ())))


OFFERINGS: tuple[Split[Candidate], ...] = (
    Split("level", lambda one: _one(one.level)),
    Split("kind", lambda one: _one(one.facts.kind)),
    Split("way", _way),
    Split("speaks", _languages, once=False),
    Split("jurisdiction", _jurisdictions, once=False),
)


def by_surroundings(around: Mapping[Cell, int]) -> Split[Candidate]:
    """Part offerings by how many others are around them: what weighs distance weighs against thinly settled places."""

    def of(one: Candidate) -> frozenset[str]:
        cells = {_cell(*site.shown_at) for site in one.facts.sites}
        if not cells:
            return frozenset({NOT_SAID})
        return _one("many_around" if max(around.get(cell, 0) for cell in cells) >= A_TOWN_HAS else "few_around")

    return Split("surroundings", of)


def _cell(latitude: float, longitude: float) -> Cell:
    return round(latitude * 2), round(longitude * 2)


def offerings_around(parts: Iterable[Part]) -> dict[Cell, int]:
    """How many offerings have a site in each cell of half a degree."""
    around: Counter[Cell] = Counter()
    for part in parts:
        store = part.store if part.hidden is None else part.store.some(part.rows())
        rows = np.repeat(np.arange(store.size), np.diff(store.first_sites))
        cells = np.round(store.sites / MILLIONTHS * 2).astype(np.int64)
        # An offering with several sites in one cell is one offering there.
        once = np.unique(np.column_stack((rows, cells)), axis=0)[:, 1:]
        found, counts = np.unique(once, axis=0, return_counts=True)
        around.update({(int(each[0]), int(each[1])): int(count) for each, count in zip(found, counts, strict=True)})
    return dict(around)


def grouper(splits: Iterable[Split[Candidate]]) -> Callable[[Candidate], dict[str, frozenset[str]]]:
    """Answer what says of an offering in which groups it is, and looks at each offering once."""
    named, known = tuple(splits), dict[object, dict[str, frozenset[str]]]()

    def groups(one: Candidate) -> dict[str, frozenset[str]]:
        if one.id not in known:
            known[one.id] = {split.name: split.group(one) for split in named}
        return known[one.id]

    return groups
