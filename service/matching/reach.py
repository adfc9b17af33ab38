"""Getting to help: in person, when it comes to somebody, or from a distance where the law allows it."""

from __future__ import annotations

from service.guidance.rules import COMING_SETTINGS, PLACELESS_SETTINGS, REMOTE_SETTINGS, Setting
from service.matching import codes
from service.matching.case import Case
from service.matching.columns import Mask

# Names of counties come again and again: there are thirty Washington Counties in the United States. Outside Alaska none
# is 500 km across, so a name further off than that from every site of an offering is another place's.
SAME_NAME_KM = 500.0

FURTHER_KM = 100.0

_COMING = codes.SETTINGS.bits(COMING_SETTINGS)
_REMOTE = codes.SETTINGS.bits(REMOTE_SETTINGS)
_SOMEWHERE = codes.SETTINGS.bits(frozenset(Setting) - PLACELESS_SETTINGS - REMOTE_SETTINGS)


def _is_a_way(case: Case, these: int) -> Mask:
    """Whether one of these ways is open to the person: every way, unless they want some of those that are offered.

    Where nothing that they want is offered, the rule `setting` says so; reach then judges the ways that there are,
    so that one no has one reason.
    """
    wanted = codes.SETTINGS.bits(case.applicant.settings) & (_SOMEWHERE | _REMOTE)
    if not wanted:
        return case.everywhere
    return case.columns.any_of("settings", wanted & these) | ~case.columns.any_of("settings", wanted)


def is_in_person(case: Case) -> Mask:
    """Where people are met in person: by setting, or by having a place and no other way."""
    return case.columns.any_of("settings", _SOMEWHERE) | ~case.columns.any_of("settings", _REMOTE)


def is_remote(case: Case) -> Mask:
    """Where people are met by phone, video or text."""
    return case.columns.any_of("settings", _REMOTE)


def comes_to_them(case: Case) -> Mask:
    """Whether it comes to where the person is: within its own distance of a site, or in an area that it names.

    On the street or at home, that is; what happens in a clinic comes to nobody.
    """
    columns = case.columns
    coming = columns.having("comes", case.jurisdictions) | is_named(case, "comes")
    if case.applicant.place is not None:
        coming = coming | columns.within_own(case.applicant.place, "comes_within_m")
    somehow = columns.any_of("settings", _COMING) | ~columns.any_of("settings", codes.SETTINGS.everything)
    return coming & somehow & _is_a_way(case, _COMING)


def is_named(case: Case, kind: str) -> Mask:
    """Whether one of its areas is where the person is, by its name; not so far away that it must be another one.

    Somebody is in an area when the place that they are near lies in it, as their team wrote down.
    """
    if not case.applicant.areas:
        return case.nowhere
    named = case.columns.having(kind, tuple(sorted(case.applicant.areas)))
    if case.applicant.place is None:
        return named
    return named & (case.columns.within(case.applicant.place, SAME_NAME_KM) | ~case.columns.flag("has_sites"))


def is_covered(case: Case) -> Mask:
    """Whether the offering's own service area takes the person in: by jurisdiction, by name, by distance of a site."""
    covered = case.columns.having("covers", case.jurisdictions) | is_named(case, "covers")
    if case.applicant.place is not None:
        covered = covered | case.columns.within_own(case.applicant.place, "covers_within_m")
    return covered


def _is_near_enough(case: Case) -> Mask:
    """Whoever did not say where they are, or how far they would go, is kept from nothing."""
    if case.applicant.place is None or case.applicant.max_km is None:
        return case.everywhere
    near = case.columns.within(case.applicant.place, case.applicant.max_km)
    return near | comes_to_them(case) | is_covered(case)


def _is_lawful(case: Case) -> Mask:
    """Help that needs no licence (a legal clinic on the phone) is bound by none; nor is who did not say where."""
    if case.applicant.jurisdiction is None:
        return case.everywhere
    return case.columns.flag("needs_no_licence") | case.columns.having("licensed", case.jurisdictions)


def in_person(case: Case) -> Mask:
    """Whether the person and the offering can be in one place: within their distance, or covered, or it comes."""
    return is_in_person(case) & _is_a_way(case, _SOMEWHERE) & _is_near_enough(case)


def remotely(case: Case) -> Mask:
    """Whether its practitioners may see a person in their jurisdiction from a distance: by licence or compact."""
    return is_remote(case) & _is_a_way(case, _REMOTE) & _is_lawful(case)


def could_be(case: Case) -> Mask:
    """Whether something could change that they are out of reach: travelling on, accepting another way, asking.

    To travel on is a change up to 100 km more; beyond that, the account of an offering still says how far it is.
    Whether the person is in an area that an offering names (a county, a part of town) is often known to people and
    not to us: it keeps nobody out for good, and a human may ask.
    """
    perhaps = case.columns.flag("names_areas") | _is_near_enough(case)
    if case.applicant.place is not None and case.applicant.max_km is not None:
        further = case.columns.within(case.applicant.place, case.applicant.max_km + FURTHER_KM)
        perhaps = perhaps | _is_a_way(case, _SOMEWHERE) & further
    return is_in_person(case) & perhaps | is_remote(case) & _is_lawful(case)


def is_here(case: Case) -> Mask:
    """Whether it comes to them, and they are met in person there: as near as can be."""
    return is_in_person(case) & _is_a_way(case, _SOMEWHERE) & comes_to_them(case)


def is_there(case: Case) -> Mask:
    """Whether they are met at a place, so that it matters how far that is."""
    return is_in_person(case) & _is_a_way(case, _SOMEWHERE)


def is_wanted_from_afar(case: Case) -> Mask:
    """Whether they want one of the ways in which it helps from a distance."""
    return case.columns.any_of("settings", codes.SETTINGS.bits(case.applicant.settings) & _REMOTE)
