"""Getting to help: in person, when it comes to somebody, or from a distance where the law allows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import COMING_SETTINGS, PLACELESS_SETTINGS, REMOTE_SETTINGS, Setting
from service.matching import codes
from service.matching.case import Case
from service.matching.postings import Postings

# Names of counties come again and again: there are thirty Washington Counties in the United States. Outside Alaska none
# is 500 km across, so a name further off than that from every site of an offering is another place's.
SAME_NAME_KM = 500.0

Mask = NDArray[np.bool_]

_COMING = codes.SETTINGS.bits(COMING_SETTINGS)
_REMOTE = codes.SETTINGS.bits(REMOTE_SETTINGS)
_SOMEWHERE = codes.SETTINGS.bits(frozenset(Setting) - PLACELESS_SETTINGS - REMOTE_SETTINGS)


def _is_a_way(case: Case, these: np.uint64) -> Mask:
    """Whether one of these ways is open to the person: every way, unless they want some of those that are offered.

    Where nothing that they want is offered, the rule `setting` says so; reach then judges the ways that there are,
    so that one no has one reason.
    """
    wanted = case.columns.settings & (codes.SETTINGS.bits(case.applicant.settings) & (_SOMEWHERE | _REMOTE))
    return codes.any_of(wanted, these) | ~wanted.astype(np.bool_)


def is_in_person(case: Case) -> Mask:
    """Where people are met in person: by setting, or by having a place and no other way."""
    return codes.any_of(case.columns.settings, _SOMEWHERE) | ~codes.any_of(case.columns.settings, _REMOTE)


def is_remote(case: Case) -> Mask:
    """Where people are met by phone, video or text."""
    return codes.any_of(case.columns.settings, _REMOTE)


def comes_to_them(case: Case) -> Mask:
    """Whether it comes to where the person is: within its own distance of a site, or in an area that it names.

    On the street or at home, that is; what happens in a clinic comes to nobody.
    """
    columns = case.columns
    coming = columns.comes_areas.having(case.jurisdictions) | is_named(case, columns.comes_areas)
    if case.applicant.place is not None:
        coming = coming | (case.km <= columns.comes_within_km)
    somehow = codes.any_of(columns.settings, _COMING) | ~columns.settings.astype(np.bool_)
    return coming & somehow & _is_a_way(case, _COMING)


def is_named(case: Case, areas: Postings[str]) -> Mask:
    """Whether one of these areas is where the person is, by its name; not so far away that it must be another one.

    Somebody is in an area when the place that they are near lies in it, as their team wrote down.
    """
    elsewhere = np.isfinite(case.km) & (case.km > SAME_NAME_KM)
    return areas.having(case.applicant.areas) & ~elsewhere


def is_covered(case: Case) -> Mask:
    """Whether the offering's own service area takes the person in: by jurisdiction, by name, by distance of a site."""
    columns = case.columns
    covered = columns.covers.having(case.jurisdictions) | is_named(case, columns.covers)
    if case.applicant.place is not None:
        covered = covered | (case.km <= columns.covers_within_km)
    return covered


def _is_near_enough(case: Case) -> Mask:
    """Whoever did not say where they are, or how far they would go, is kept from nothing."""
    if case.applicant.place is None or case.applicant.max_km is None:
        return case.everywhere
    return (case.km <= case.applicant.max_km) | comes_to_them(case) | is_covered(case)


def _is_lawful(case: Case) -> Mask:
    """Help that needs no licence (a legal clinic on the phone) is bound by none; nor is who did not say where."""
    if case.applicant.jurisdiction is None:
        return case.everywhere
    return case.columns.needs_no_licence | case.columns.licensed.having(case.jurisdictions)


def in_person(case: Case) -> Mask:
    """Whether the person and the offering can be in one place: within their distance, or covered, or it comes."""
    return is_in_person(case) & _is_a_way(case, _SOMEWHERE) & _is_near_enough(case)


def remotely(case: Case) -> Mask:
    """Whether its practitioners may see a person in their jurisdiction from a distance: by licence or compact."""
    return is_remote(case) & _is_a_way(case, _REMOTE) & _is_lawful(case)


def could_be(case: Case) -> Mask:
    """Whether something could change that they are out of reach: travelling on, accepting another way, asking.

    Whether the person is in an area that an offering names (a county, a part of town) is often known to people and
    not to us: it keeps nobody out for good, and a human may ask.
    """
    by_travelling = _is_a_way(case, _SOMEWHERE) & np.isfinite(case.km)
    perhaps = by_travelling | case.columns.names_areas | _is_near_enough(case)
    return is_in_person(case) & perhaps | is_remote(case) & _is_lawful(case)


def nearness(case: Case) -> NDArray[np.float64]:
    """The value of `near`: the best of the ways that are open to the person.

    In person 2^(−km ÷ 10); it comes to them, 1; by phone, video or text 1 where they want that, else 0.5. Where the
    place was not said, the same for all.
    """
    if case.applicant.place is None:
        return np.ones(case.size)
    there = np.where(is_in_person(case) & _is_a_way(case, _SOMEWHERE), np.exp2(-case.km / 10), 0.0)
    here = is_in_person(case) & _is_a_way(case, _SOMEWHERE) & comes_to_them(case)
    wanted = codes.any_of(case.columns.settings, codes.SETTINGS.bits(case.applicant.settings) & _REMOTE)
    afar = np.where(remotely(case), np.where(wanted, 1.0, 0.5), 0.0)
    return np.maximum(np.maximum(there, afar), here)
