"""Searching finds all that fits and nothing else, in order and page by page, whichever way it goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from service.guidance.rules import Category, PaymentWay, Setting
from service.providers import queries
from service.providers.by_place import distance_km
from service.providers.codes import OfferingKind
from service.providers.entries import Offering
from service.providers.importing import import_directory
from service.providers.leads import USUAL, Patience
from service.providers.level import Level
from service.providers.schemas.entries import read_entry
from service.providers.search import Search, order_key, search_offerings
from service.providers.words import words_of
from tests.bench.directories import generated_providers
from tests.houses import House

pytestmark = pytest.mark.database

OFFERINGS = 240
SEARCHES = 150
TODAY = date(2026, 3, 1)
NAMES = ("Corner Room", "Café Ñandú", "Women’s House", "Drop-in 24/7", "Lantern", "Corner")
TEXTS = ("corner", "CAFE nandu", "womens", "lant", "in 24", "a", "—", "nobody")
PLACES = ((37.76, -122.41), (89.9, 10.0), (0.0, 179.95), (0.0, -179.95), (41.0, -87.0))
# A search that has hardly any patience goes every other way among as few as these.
HARDLY_ANY = Patience(few=3, names=(2, 5), sites=4)


def an_odd_directory(by: Random) -> Iterator[dict[str, Any]]:
    """Names, places, languages and demands that collide, lapse and contradict."""
    for provider in generated_providers(OFFERINGS, today=TODAY):
        provider["name"] = by.choice(NAMES)
        for offering in provider["offerings"]:
            offering["name"] = " ".join(by.sample(NAMES, by.randint(1, 2)))
            offering["kind"] = by.choice(list(OfferingKind)).value
            offering["languages_spoken"] = [
                {"tag": tag} for tag in by.sample(("en", "es-MX", "nv", "ase"), by.randint(0, 2))
            ]
            offering["sites"] = [_site(by) for _ in range(by.choice((0, 1, 1, 2, 3)))]
            if by.random() < 0.2:
                del offering["policies"]
            elif by.random() < 0.2:
                offering["policies"]["requires_12_step"] = True
            if by.random() < 0.3:
                offering["limits"] = []
        evidence = provider["practitioners"][0]["credentials"][0]
        evidence["expires_on"] = str(TODAY + timedelta(days=by.randint(-50, 300)))
        if by.random() < 0.3:
            provider["practitioners"] = []
        yield provider


def _site(by: Random) -> dict[str, float]:
    latitude, longitude = by.choice(PLACES)
    spread = by.choice((0.0, 0.01, 0.5))
    east = longitude + by.uniform(-spread, spread)
    return {"latitude": min(90.0, latitude + by.uniform(-spread, spread)), "longitude": (east + 180) % 360 - 180}


def a_search(by: Random) -> Search:
    """Some of what can be asked, or all of it."""

    def some(codes: Any) -> frozenset[Any]:
        return frozenset(by.sample(list(codes), by.randint(1, 3))) if by.random() < 0.25 else frozenset()

    latitude, longitude = by.choice(PLACES) if by.random() < 0.5 else (None, None)
    return Search(
        text=by.choice(TEXTS) if by.random() < 0.4 else None,
        categories=some(tuple(Category)[:12]), settings=some(Setting), kinds=some(OfferingKind), levels=some(Level),
        language=by.choice(("en", "es", "nv-US", "fr")) if by.random() < 0.25 else None,
        cost=some(PaymentWay),
        latitude=latitude, longitude=longitude, within_km=by.choice((0.0, 0.5, 40.0, 3000.0, 20_000.0)),
    )  # fmt: skip


def fits(asked: Search, offering: Offering) -> bool:
    """Whether an offering is what is looked for, place apart; as somebody would say it who has never seen an index."""
    facts, names = offering.facts, words_of(offering.name, offering.provider_name)
    return (
        (asked.text is None or _all_begin(words_of(asked.text), names))
        and (not asked.categories or bool(asked.categories & set(facts.categories)))
        and (not asked.settings or bool(asked.settings & set(facts.settings)))
        and (not asked.kinds or facts.kind in asked.kinds)
        and (not asked.levels or offering.level in asked.levels)
        and (not asked.cost or bool(asked.cost & set(facts.cost)))
        and (asked.language is None or asked.language[:2] in {each.tag[:2] for each in facts.languages_spoken})
    )


def _all_begin(wanted: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return bool(wanted) and all(any(name.startswith(word) for name in names) for word in wanted)


def expected(asked: Search, everything: list[Offering]) -> set[Any]:
    """The ids of all that a search should find, with the distance of each."""
    found = {each.id: each for each in everything if fits(asked, each)}
    if asked.here is None:
        return {(each, None) for each in found}
    here = asked.here
    near = {
        each.id: min(distance_km(here, site.shown_at) for site in each.facts.sites)
        for each in found.values()
        if each.facts.sites
    }
    return {(each, km) for each, km in near.items() if km <= asked.within_km}


@pytest.mark.parametrize("patience", [USUAL, HARDLY_ANY], ids=["as usual", "with hardly any patience"])
def test_a_search_finds_all_that_fits_once_and_in_order_on_any_day(house: House, patience: Patience) -> None:
    by = Random(11)
    import_directory(house.runtime.database, an_odd_directory(by), read_entry, now=house.clock.now())
    asked = [(a_search(by), TODAY + timedelta(days=by.choice((0, 0, 30, 200, 500)))) for _ in range(SEARCHES)]
    with house.runtime.database.session(reading=True) as session:
        for search, day in asked:
            everything = queries.list_offerings(session, after=None, count=2 * OFFERINGS, today=day)
            found = _paged(session, search, day, patience, count=by.choice((1, 7, 500)))
            in_order = [order_key(each) for each in found]

            assert {(each.id, each.distance_km) for each in found} == expected(search, everything), search
            assert len(in_order) == len(set(in_order))
            assert search.here is None or in_order == sorted(in_order)
    assert len(everything) == OFFERINGS


def _paged(session: Any, search: Search, day: date, patience: Patience, *, count: int) -> list[Offering]:
    found: list[Offering] = []
    page = None
    while page is None or len(page) == count:
        after = order_key(found[-1]) if found else None
        page = search_offerings(session, search, after=after, count=count, today=day, patience=patience)
        found += page
    return found
