"""The thirteen rules, one claim at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service.guidance.rules import AccessNeed, AgeBand, Category, Paper, PaymentWay, Setting
from service.matching.phrases import SAYS
from service.matching.rules import Applicant, Component, Met, Rule, Tongue, Unmet, Verdict, Wish, places_of
from service.matching.verdicts import verdicts, would_be_met
from service.providers.codes import (
    AcceptsMoud,
    Demand,
    DrugTesting,
    OfferingKind,
)
from service.providers.level import Level
from service.providers.rules import (
    ComesToYou,
    Interpretation,
    Remote,
    ServiceArea,
    SpokenLanguage,
    Welcomes,
)
from tests.builders.matching import CORNER, a_site, an_id, an_offering, before, policies, room, somebody, standing_of

SPANISH = frozenset({Tongue("es")})
# About 18.3 km north of the corner.
FAR = (CORNER[0] + 0.1645, CORNER[1])


def verdict(applicant: Applicant, rule: Rule, locale: str = "en", **offering: Any) -> Verdict:
    """One rule's answer about one offering."""
    answers = verdicts(before(applicant, an_offering(**offering), locale))
    return next(each for each in answers if each.rule is rule)


def no(applicant: Applicant, rule: Rule, locale: str = "en", **offering: Any) -> tuple[str, str | None]:
    """Why not, and what would change it."""
    answer = verdict(applicant, rule, locale, **offering)
    assert isinstance(answer, Unmet)
    return answer.reason, answer.would_change


def yes(applicant: Applicant, rule: Rule, **offering: Any) -> bool:
    """Whether a rule says yes."""
    return isinstance(verdict(applicant, rule, **offering), Met)


def test_somebody_who_said_nothing_is_kept_from_no_verified_offering() -> None:
    assert all(isinstance(each, Met) for each in verdicts(before(Applicant(), an_offering())))


# level


@pytest.mark.parametrize("level", [Level.HRP_DECLARED, Level.CONFLICTS, Level.UNATTESTED])
def test_only_what_was_shown_is_matched_by_default(level: Level) -> None:
    assert not yes(somebody("housing"), Rule.LEVEL, level=level, categories=(Category.HOUSING,))


def test_declared_offerings_are_matched_when_asked_for() -> None:
    assert yes(Applicant(accepts_declared=True), Rule.LEVEL, level=Level.HRP_DECLARED)
    assert no(Applicant(), Rule.LEVEL, level=Level.HRP_DECLARED)[1] == "Ask for declared offerings too."


def test_friendly_offerings_are_matched_for_what_is_not_therapy() -> None:
    both = (Category.HOUSING, Category.SOMEONE_TO_TALK_TO)

    assert yes(somebody("housing"), Rule.LEVEL, level=Level.HARM_REDUCTION_FRIENDLY, categories=both)
    assert yes(Applicant(), Rule.LEVEL, level=Level.HARM_REDUCTION_FRIENDLY, categories=both)
    assert not yes(somebody("someone_to_talk_to"), Rule.LEVEL, level=Level.HARM_REDUCTION_FRIENDLY, categories=both)


def test_a_conflict_is_matched_only_for_what_was_asked_for_by_name_and_then_says_its_demands_first() -> None:
    asks = somebody("housing", asks_for=frozenset({Category.SOBER_HOUSING}))
    sober: dict[str, Any] = {
        "level": Level.CONFLICTS,
        "kind": OfferingKind.HOUSING,
        "categories": (Category.SOBER_HOUSING, Category.HOUSING),
        "policies": policies(requires_abstinence_to_start=True, discharges_for_use=True),
    }

    assert yes(asks, Rule.LEVEL, **sober)
    assert no(somebody("housing"), Rule.LEVEL, **sober)[1] is None
    assert not yes(asks, Rule.LEVEL, **{**sober, "level": Level.UNATTESTED})


# open


def test_full_is_a_no_while_it_is_news() -> None:
    assert no(Applicant(), Rule.OPEN, capacity=room("no_capacity", days_ago=2)) == (
        "It has no room. We last heard 2 days ago.",
        "Ask again in a few days, or ask about a waitlist.",
    )
    assert yes(Applicant(), Rule.OPEN, capacity=room("no_capacity", days_ago=15))
    assert yes(Applicant(), Rule.OPEN, capacity=room("no_capacity", days_ago=1, silences=2))
    assert no(Applicant(), Rule.OPEN, capacity=room("no_capacity", days_ago=2, silences=1)) == (
        no(Applicant(), Rule.OPEN, capacity=room("no_capacity", days_ago=2))
    )


@pytest.mark.parametrize("status", ["capacity", "waitlist", "unknown", "additional_assessment_required"])
def test_what_is_not_known_to_be_full_is_open(status: str) -> None:
    assert yes(Applicant(), Rule.OPEN, capacity=room(status))
    assert yes(Applicant(), Rule.OPEN, capacity=None)


def test_room_without_an_open_place_is_no_room() -> None:
    assert not yes(Applicant(), Rule.OPEN, capacity=room("capacity", slots=0))


# language


def test_varieties_of_a_language_understand_each_other() -> None:
    assert yes(
        Applicant(languages=frozenset({Tongue("es-MX")})),
        Rule.LANGUAGE,
        languages_spoken=(SpokenLanguage(tag="es-US"),),
    )


def test_an_interpreter_will_do_unless_the_person_does_not_want_one() -> None:
    called = Interpretation(available=True, languages=("es",))

    assert yes(Applicant(languages=SPANISH), Rule.LANGUAGE, interpretation=called)
    assert no(Applicant(languages=SPANISH, accepts_interpreter=False), Rule.LANGUAGE, interpretation=called) == (
        "Nobody there speaks Spanish without an interpreter.",
        "Accept an interpreter (Spanish).",
    )
    assert no(Applicant(languages=SPANISH), Rule.LANGUAGE) == ("Nobody there speaks Spanish.", None)


def test_to_sign_a_language_is_not_to_speak_it() -> None:
    signs = Applicant(languages=frozenset({Tongue("ase")}))

    assert yes(signs, Rule.LANGUAGE, languages_spoken=(SpokenLanguage(tag="ase", signed=True),))
    assert not yes(signs, Rule.LANGUAGE, languages_spoken=(SpokenLanguage(tag="en"),))


# reach


def test_too_far_says_how_far_and_what_more_it_takes() -> None:
    near = somebody(latitude=CORNER[0], longitude=CORNER[1], max_km=15.0)

    assert no(near, Rule.REACH, sites=(a_site(*FAR),)) == (
        "It is 18 km away; you said up to 15.",
        "Travel 4 km more.",
    )
    assert no(near, Rule.REACH, "es", sites=(a_site(*FAR),))[0] == "Está a 18 km; usted dijo hasta 15."


def test_just_too_far_does_not_read_like_a_contradiction() -> None:
    near = somebody(latitude=CORNER[0], longitude=CORNER[1], max_km=18.0)

    assert no(near, Rule.REACH, sites=(a_site(*FAR),))[0] == "It is 18.292 km away; you said up to 18."


def test_an_area_that_has_only_a_name_is_asked_about() -> None:
    near = somebody(latitude=CORNER[0], longitude=CORNER[1], max_km=1.0, jurisdiction="US-CA")
    nowhere: dict[str, Any] = {"sites": (), "settings": (Setting.STREET,)}
    harbour = ComesToYou(areas=("the harbour", "US-NV"))

    assert no(near, Rule.REACH, comes_to_you=harbour, **nowhere)[1] == (
        "Ask whether you are in the area that it serves: the harbour."
    )
    assert no(near, Rule.REACH, "es", service_area=ServiceArea(counties=("Marin", "Napa")), **nowhere)[1] == (
        "Pregunte si usted está en la zona que atiende: Marin o Napa."
    )
    assert no(near, Rule.REACH, service_area=ServiceArea(counties=("Marin",)), sites=(a_site(*FAR),))[1] == (
        "Travel 18 km more."
    )
    assert no(near, Rule.REACH, **nowhere)[1] is None


IN_ALAMEDA = somebody(
    latitude=CORNER[0], longitude=CORNER[1], max_km=1.0, jurisdiction="US-CA", areas=frozenset({"alameda county"})
)
AWAY: dict[str, Any] = {"sites": (a_site(*FAR),), "settings": (Setting.CLINIC,)}


def says_near(person: Applicant, locale: str = "en", **said: Any) -> str:
    """What is said about how near an offering is."""
    return SAYS[Component.NEAR](before(person, an_offering(**said), locale))


def test_a_named_area_takes_in_who_is_known_to_be_in_it() -> None:
    county: dict[str, Any] = {**AWAY, "service_area": ServiceArea(counties=("Marin", "Alameda  COUNTY"))}

    assert yes(IN_ALAMEDA, Rule.REACH, **county)
    assert not yes(replace(IN_ALAMEDA, areas=frozenset({"alameda"})), Rule.REACH, **county)
    assert not yes(replace(IN_ALAMEDA, areas=frozenset()), Rule.REACH, **county)
    assert says_near(IN_ALAMEDA, **county) == "It serves Alameda  COUNTY, where you are. It is 18 km away."
    assert says_near(IN_ALAMEDA, "es", **county).startswith("Atiende la zona de Alameda  COUNTY, donde está usted.")


def test_home_visits_come_to_a_named_area() -> None:
    visits: dict[str, Any] = {
        "sites": (),
        "settings": (Setting.HOME_VISIT,),
        "comes_to_you": ComesToYou(areas=("Alameda County",)),
    }

    assert yes(IN_ALAMEDA, Rule.REACH, **visits)
    assert not yes(IN_ALAMEDA, Rule.REACH, **{**visits, "settings": (Setting.CLINIC,)})
    assert not yes(replace(IN_ALAMEDA, areas=frozenset({"marin"})), Rule.REACH, **visits)
    assert says_near(IN_ALAMEDA, **visits) == "It comes to Alameda County, where you are."
    assert says_near(IN_ALAMEDA, **{**visits, "comes_to_you": ComesToYou(areas=("US-CA",))}) == "It comes to you."


def test_a_county_of_the_same_name_at_the_other_end_of_the_country_is_another_one() -> None:
    elsewhere: dict[str, Any] = {"sites": (a_site(35.0, -80.0),), "settings": (Setting.CLINIC,)}
    county = ServiceArea(counties=("Alameda County",))

    reason, change = no(IN_ALAMEDA, Rule.REACH, **elsewhere, service_area=county)
    assert reason.startswith("It is 3")
    assert change is not None
    assert yes(IN_ALAMEDA, Rule.REACH, **{**elsewhere, "sites": ()}, service_area=county)


def test_an_area_that_is_spelled_like_a_jurisdiction_is_no_county() -> None:
    odd = replace(IN_ALAMEDA, jurisdiction=None, areas=frozenset({"us-ca"}))

    assert not yes(odd, Rule.REACH, **AWAY, service_area=ServiceArea(counties=("US-CA",)))
    assert not yes(odd, Rule.REACH, **AWAY, service_area=ServiceArea(jurisdictions=("US-CA",)))


@pytest.mark.parametrize("silent", [{"max_km": 15.0}, {"latitude": CORNER[0], "longitude": CORNER[1]}])
def test_distance_removes_nothing_while_half_of_it_was_not_said(silent: dict[str, Any]) -> None:
    assert yes(Applicant(**silent), Rule.REACH, sites=(a_site(*FAR),))


def test_the_nearest_of_several_sites_counts() -> None:
    near = somebody(latitude=CORNER[0], longitude=CORNER[1], max_km=1.0)

    assert yes(near, Rule.REACH, sites=(a_site(*FAR), a_site(*CORNER)))


def test_what_comes_to_them_or_serves_their_area_is_within_reach() -> None:
    near = somebody(latitude=CORNER[0], longitude=CORNER[1], max_km=1.0, jurisdiction="US-CA")
    there = (a_site(*FAR),)

    coming: dict[str, Any] = {"sites": there, "settings": (Setting.CLINIC, Setting.HOME_VISIT)}

    assert yes(near, Rule.REACH, **coming, comes_to_you=ComesToYou(within_km=20))
    assert yes(near, Rule.REACH, **coming, comes_to_you=ComesToYou(areas=("US-CA",)))
    assert yes(near, Rule.REACH, sites=there, service_area=ServiceArea(radius_km=20))
    assert yes(near, Rule.REACH, sites=there, service_area=ServiceArea(jurisdictions=("US",)))
    assert not yes(near, Rule.REACH, **coming, comes_to_you=ComesToYou(within_km=10))
    assert not yes(near, Rule.REACH, sites=there, service_area=ServiceArea(jurisdictions=("US-NV",)))


def test_what_happens_in_a_clinic_comes_to_nobody() -> None:
    near = somebody(latitude=CORNER[0], longitude=CORNER[1], max_km=1.0)
    visits: dict[str, Any] = {"sites": (a_site(*FAR),), "comes_to_you": ComesToYou(within_km=20)}
    wants_clinic = replace(near, settings=frozenset({Setting.CLINIC}))

    assert not yes(near, Rule.REACH, **visits, settings=(Setting.CLINIC,))
    assert not yes(wants_clinic, Rule.REACH, **visits, settings=(Setting.CLINIC, Setting.HOME_VISIT))
    assert yes(wants_clinic, Rule.REACH, **visits, settings=(Setting.HOME_VISIT,))


def test_from_a_distance_the_law_decides() -> None:
    nevada = Applicant(jurisdiction="US-NV")
    tele: dict[str, Any] = {"settings": (Setting.VIDEO,), "sites": ()}

    assert yes(nevada, Rule.REACH, **tele, remote=Remote(licensed_in=("US-CA", "US-NV")))
    assert yes(Applicant(), Rule.REACH, **tele, remote=Remote(licensed_in=("US-CA",)))
    assert no(nevada, Rule.REACH, **tele, remote=Remote(licensed_in=("US-CA",))) == (
        "Nobody there may see people in US-NV from a distance.",
        "A practitioner licensed in US-NV.",
    )


def test_a_compact_carries_a_licence_to_its_members_and_nowhere_else() -> None:
    tele: dict[str, Any] = {"settings": (Setting.VIDEO,), "remote": Remote(compacts=("PSYPACT",))}

    assert yes(Applicant(jurisdiction="US-NV"), Rule.REACH, **tele)
    assert not yes(Applicant(jurisdiction="US-CA"), Rule.REACH, **tele)
    assert not yes(
        Applicant(jurisdiction="US-NV"),
        Rule.REACH,
        settings=(Setting.VIDEO,),
        remote=Remote(compacts=("a_compact_of_our_own",)),
    )


def test_what_needs_no_licence_may_be_done_by_phone_everywhere() -> None:
    nevada = Applicant(jurisdiction="US-NV")

    assert yes(nevada, Rule.REACH, settings=(Setting.PHONE,), kind=OfferingKind.LEGAL)
    assert not yes(nevada, Rule.REACH, settings=(Setting.PHONE,), kind=OfferingKind.THERAPY)


def test_a_way_that_was_not_wanted_does_not_bring_help_within_reach_but_could() -> None:
    walks = somebody(
        latitude=CORNER[0],
        longitude=CORNER[1],
        max_km=2.0,
        jurisdiction="US-CA",
        settings=frozenset({Setting.CLINIC}),
    )
    far_with_video: dict[str, Any] = {
        "sites": (a_site(CORNER[0] + 3, CORNER[1]),),
        "settings": (Setting.CLINIC, Setting.VIDEO),
        "remote": Remote(licensed_in=("US-CA",)),
    }

    one = before(walks, an_offering(**far_with_video))
    answer = next(each for each in verdicts(one) if each.rule is Rule.REACH)
    assert isinstance(answer, Unmet)
    assert answer.change is not None
    assert would_be_met(one, answer.change) or answer.would_change == "Travel 332 km more."


def test_a_confidential_place_is_known_by_its_area_only() -> None:
    here = somebody(latitude=CORNER[0], longitude=CORNER[1])
    hidden = a_site(CORNER[0] + 0.004, CORNER[1] - 0.003, confidential=True)
    moved = a_site(CORNER[0] + 0.012, CORNER[1] + 0.008, confidential=True)

    assert before(here, an_offering(sites=(hidden,))).km == before(here, an_offering(sites=(moved,))).km


# the others


def test_one_wanted_setting_is_enough() -> None:
    wants = Applicant(settings=frozenset({Setting.VIDEO, Setting.DROP_IN}))

    assert yes(wants, Rule.SETTING)
    assert no(Applicant(settings=frozenset({Setting.VIDEO})), Rule.SETTING) == (
        "It offers a drop-in and one to one; you wanted video.",
        "Accept a drop-in or one to one.",
    )


def test_age_bands_need_only_overlap() -> None:
    youth: dict[str, Any] = {"age_min": 12, "age_max": 21}

    assert yes(Applicant(age_band=AgeBand.FROM_18), Rule.AGE, **youth)
    assert yes(Applicant(age_band=AgeBand.DECLINED), Rule.AGE, **youth)
    assert no(Applicant(age_band=AgeBand.FROM_25), Rule.AGE, **youth) == ("It takes people from 12 to 21.", None)


def test_papers_that_are_asked_of_everybody_keep_out_who_will_not_show_them() -> None:
    without = Applicant(will_not_show=frozenset({Paper.ID}))

    assert yes(without, Rule.PAPERS, papers={Paper.ID: Demand.FOR_SOME})
    assert no(without, Rule.PAPERS, papers={Paper.ID: Demand.YES}) == (
        "It asks everybody for an ID.",
        "Bring an ID, or ask how to do it without.",
    )


def test_a_test_for_everybody_is_a_paper() -> None:
    without = Applicant(will_not_show=frozenset({Paper.DRUG_TEST}))

    assert not yes(without, Rule.PAPERS, policies=policies(drug_testing=DrugTesting.PAYER_OR_LAW_MANDATED))
    assert yes(without, Rule.PAPERS, policies=policies(drug_testing=DrugTesting.CLINICAL_SAFETY_ONLY))


def test_what_is_free_fits_everybody() -> None:
    insured = Applicant(can_pay=frozenset({PaymentWay.MEDICAID}))

    assert yes(insured, Rule.COST, cost=(PaymentWay.FREE,))
    assert no(insured, Rule.COST, cost=(PaymentWay.SLIDING,)) == (
        "It is paid with a sliding scale; you said Medicaid.",
        "Pay with a sliding scale.",
    )
    assert no(insured, Rule.COST) == ("It does not say how it can be paid.", "Ask what it costs.")


def test_every_access_need_counts() -> None:
    needs = Applicant(access_needs=frozenset({AccessNeed.STEP_FREE, AccessNeed.EASY_READ}))

    assert yes(needs, Rule.ACCESS, access=(AccessNeed.STEP_FREE, AccessNeed.EASY_READ))
    assert no(needs, Rule.ACCESS, access=(AccessNeed.STEP_FREE,))[0] == "We do not know that it has easy-to-read words."


@pytest.mark.parametrize("accepts", [AcceptsMoud.SOME, AcceptsMoud.NONE, None])
def test_somebody_on_medication_is_sent_only_where_everybody_on_medication_is_taken(accepts: Any) -> None:
    assert not yes(Applicant(on_moud=True), Rule.MEDICATION, policies=policies(accepts_people_on_moud=accepts))
    assert yes(Applicant(), Rule.MEDICATION, policies=policies(accepts_people_on_moud=accepts))


def test_a_dealbreaker_removes_and_a_wish_does_not() -> None:
    assert yes(Applicant(wishes=frozenset({Wish("pets")})), Rule.DEALBREAKERS)
    assert no(Applicant(wishes=frozenset({Wish("pets", dealbreaker=True)})), Rule.DEALBREAKERS) == (
        "It lacks what you will not do without: pets are welcome.",
        "Let go of it as something you must have: pets are welcome.",
    )


def test_a_wish_that_nothing_is_known_by_removes_nothing() -> None:
    assert yes(Applicant(wishes=frozenset({Wish("a_view_of_the_sea", dealbreaker=True)})), Rule.DEALBREAKERS)


def test_not_this_one_is_meant_of_the_offering_or_its_provider() -> None:
    assert not yes(Applicant(not_these_offerings=frozenset({an_id(1)})), Rule.NOT_BLOCKED)
    assert not yes(Applicant(not_these_providers=frozenset({an_id(1001)})), Rule.NOT_BLOCKED)
    assert yes(Applicant(not_these_offerings=frozenset({an_id(2)})), Rule.NOT_BLOCKED)


def test_only_what_helps_with_something_named_is_matched_once_something_was_named() -> None:
    assert yes(Applicant(), Rule.SERVES)
    assert not yes(somebody("legal"), Rule.SERVES)


def test_what_was_asked_for_by_name_narrows_nothing_else() -> None:
    assert yes(Applicant(asks_for=frozenset({Category.SOBER_HOUSING})), Rule.SERVES)


def test_therapy_is_not_held_out_to_who_refused_it_unless_they_named_it() -> None:
    assert no(Applicant(refuses_therapy=True), Rule.SERVES)[0] == (
        "It is therapy, and you said that you do not want that now."
    )
    assert yes(somebody("someone_to_talk_to", refuses_therapy=True), Rule.SERVES)


def test_somebody_who_named_safety_from_harm_is_not_sent_to_a_couples_room() -> None:
    afraid = somebody("safety_from_harm", "someone_to_talk_to", with_partner=True)
    together: dict[str, Any] = {"welcomes": Welcomes(couples=True), "settings": (Setting.CLINIC,)}

    assert no(afraid, Rule.SERVES, **together) == ("It is for couples together.", None)
    assert yes(replace(afraid, needs=afraid.needs[1:]), Rule.SERVES, **together)
    assert standing_of(somebody("safety_from_harm"), an_offering(**together)) == "absent"


# where it stands


def test_therapy_is_an_invitation_to_who_named_other_things_only() -> None:
    assert standing_of(somebody("housing"), an_offering()) == "invitations"
    assert standing_of(somebody("housing", refuses_therapy=True), an_offering()) == "absent"
    assert standing_of(somebody("housing", "someone_to_talk_to"), an_offering()) == "items"
    assert standing_of(Applicant(), an_offering()) == "items"


def test_therapy_that_helps_with_what_was_named_is_no_mere_invitation() -> None:
    perinatal = an_offering(categories=(Category.PREGNANCY_REPRODUCTIVE, Category.SOMEONE_TO_TALK_TO))

    assert standing_of(somebody("pregnancy_reproductive"), perinatal) == "items"
    assert standing_of(somebody("pregnancy_reproductive", refuses_therapy=True), perinatal) == "absent"


def test_a_drop_in_that_also_talks_stands_with_what_it_helps_with() -> None:
    talks: dict[str, Any] = {
        "kind": OfferingKind.DROP_IN,
        "categories": (Category.SAFER_USE_SUPPLIES, Category.SOMEONE_TO_TALK_TO),
    }

    assert standing_of(somebody("safer_use_supplies"), an_offering(**talks)) == "items"
    assert standing_of(somebody("housing"), an_offering(**talks)) == "invitations"


@pytest.mark.parametrize(
    ("ranks", "places"),
    [((), ()), ((None, None), (1, 1)), ((1, 2, 3), (1, 2, 3)), ((5, 5, 9), (1, 1, 2)), ((None, 2, 1), (3, 2, 1))],
)
def test_ties_share_a_place_and_gaps_close(ranks: tuple[int | None, ...], places: tuple[int, ...]) -> None:
    assert places_of(ranks) == places
