"""Weights, curves and lots, by the figures of the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service.guidance.rules import Category, Setting, Weekday
from service.intakes.rules import BestTime, Said
from service.matching.applicants import applicant_of
from service.matching.candidate import Candidate
from service.matching.case import in_rows
from service.matching.phrases import because
from service.matching.ranking import TABLE, score_all, weights
from service.matching.rules import Applicant, Component, Need, Tongue, Wish
from service.matching.search import served
from service.providers.level import Level
from service.providers.rules import Capacity, ComesToYou, Hours, Interpretation, Remote, SpokenLanguage, Welcomes
from tests.builders.matching import BOOK, CORNER, a_site, an_offering, before, room, somebody


def value(component: Component, applicant: Applicant, **offering: Any) -> float:
    """What a component is worth."""
    part = next(each for each in TABLE if each.component is component)
    return float(part.value(in_rows(before(applicant, an_offering(**offering)).case))[0])


def said(applicant: Applicant, offering: Candidate, locale: str) -> list[str]:
    """What is said about each component."""
    one = before(applicant, offering, locale)
    return [each.says for each in because(one, score_all(in_rows(one.case))[0][:, 0])]


def test_the_first_and_second_of_three_things_are_six_sevenths() -> None:
    three = somebody("housing", "legal", "moud")

    assert value(Component.FIT, three, categories=(Category.HOUSING, Category.LEGAL)) == pytest.approx(0.857142857)


def test_things_that_share_a_place_weigh_alike() -> None:
    alike = Applicant(needs=(Need(1, frozenset({Category.HOUSING})), Need(1, frozenset({Category.LEGAL}))))

    assert value(Component.FIT, alike, categories=(Category.LEGAL,)) == 0.5


def test_what_has_shown_no_training_earns_nothing_by_therapy() -> None:
    three = somebody("someone_to_talk_to", "grief_trauma", "housing")
    all_three = (Category.SOMEONE_TO_TALK_TO, Category.GRIEF_TRAUMA, Category.HOUSING)
    friendly = an_offering(level=Level.HARM_REDUCTION_FRIENDLY, categories=all_three)

    assert value(Component.FIT, three, categories=all_three) == 1
    assert value(Component.FIT, three, level=friendly.level, categories=all_three) == pytest.approx(0.142857142)
    assert said(three, friendly, "en")[0] == "Helps with the third of the things you named."
    assert [each.categories for each in served(before(three, friendly))] == [(Category.HOUSING,)]


def test_what_demands_abstinence_earns_by_what_was_asked_for_alone() -> None:
    both = (Category.HOUSING, Category.LEGAL)
    asking = replace(somebody("housing", "legal"), asks_for=frozenset({Category.LEGAL}))

    assert value(Component.FIT, asking, level=Level.CONFLICTS, categories=both) == pytest.approx(1 / 3)


def test_half_of_what_is_known_about_room_is_forgotten_in_a_week() -> None:
    assert value(Component.SOON, Applicant(), capacity=room("capacity")) == 1
    assert value(Component.SOON, Applicant(), capacity=room("capacity", days_ago=7)) == pytest.approx(0.75)
    assert value(Component.SOON, Applicant(), capacity=room("no_capacity", days_ago=7)) == pytest.approx(0.25)
    assert value(Component.SOON, Applicant(), capacity=None) == 0.5


def test_a_referral_that_nobody_answered_makes_the_news_a_week_older() -> None:
    assert value(Component.SOON, Applicant(), capacity=room("capacity", silences=1)) == pytest.approx(0.75)
    assert value(Component.SOON, Applicant(), capacity=room("no_capacity", silences=2)) == pytest.approx(0.375)
    assert value(Component.SOON, Applicant(), capacity=room("capacity", days_ago=7, silences=1)) == pytest.approx(0.625)
    assert value(Component.SOON, Applicant(), capacity=room("capacity", silences=10**9)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("known", "english", "spanish"),
    [
        (
            None,
            "We do not know whether there is room: we have no news.",
            "No sabemos si hay lugar: no tenemos noticias.",
        ),
        (room(days_ago=3), "It had room 3 days ago.", "Tenía lugar hace 3 días."),
        (
            room(days_ago=3, silences=1),
            "It had room 3 days ago. Since then they did not answer when somebody asked for a place.",
            "Tenía lugar hace 3 días. Desde entonces no contestaron cuando alguien pidió un lugar.",
        ),
        (
            room(days_ago=3, silences=2, slots=4, wait=5),
            "We do not know whether there is room: we last heard 3 days ago. "
            "Since then they did not answer when somebody asked for a place.",
            "No sabemos si hay lugar: lo último que supimos fue hace 3 días. "
            "Desde entonces no contestaron cuando alguien pidió un lugar.",
        ),
        (
            room("waitlist", days_ago=20, wait=9),
            "We do not know whether there is room: we last heard 20 days ago.",
            "No sabemos si hay lugar: lo último que supimos fue hace 20 días.",
        ),
        (
            room("waitlist", wait=9),
            "There was a waitlist less than a day ago. The wait is about 9 days.",
            "Había lista de espera hace menos de un día. La espera es de unos 9 días.",
        ),
        (
            room("waitlist"),
            "There was a waitlist less than a day ago. They did not say how long the wait is.",
            "Había lista de espera hace menos de un día. No dijeron cuánto dura la espera.",
        ),
        (room("capacity", slots=0, days_ago=1), "It had no room yesterday.", "No tenía lugar ayer."),
    ],
)
def test_of_room_nothing_is_said_that_nobody_said(known: Capacity | None, english: str, spanish: str) -> None:
    offering = an_offering(capacity=known)

    assert said(Applicant(), offering, "en")[1] == english
    assert said(Applicant(), offering, "es")[1] == spanish


def test_two_weeks_of_waiting_halve_soon() -> None:
    assert value(Component.SOON, Applicant(), capacity=room("waitlist", wait=0)) == pytest.approx(0.4)
    assert value(Component.SOON, Applicant(), capacity=room("waitlist", wait=14)) == pytest.approx(0.2)
    assert value(Component.SOON, Applicant(), capacity=room("waitlist")) == pytest.approx(0.2)


def test_news_from_the_future_is_news_from_now() -> None:
    assert value(Component.SOON, Applicant(), capacity=room("capacity", days_ago=-3)) == 1


def test_ten_kilometres_halve_near() -> None:
    here = somebody(latitude=CORNER[0], longitude=CORNER[1])

    assert value(Component.NEAR, here) == 1
    assert value(Component.NEAR, here, sites=(a_site(CORNER[0] + 0.08993, CORNER[1]),)) == pytest.approx(0.5, abs=1e-3)
    assert value(Component.NEAR, here, sites=(a_site(*CORNER),), comes_to_you=ComesToYou(within_km=5)) == 1


def test_from_a_distance_is_as_near_as_it_is_wanted() -> None:
    tele: dict[str, Any] = {"settings": (Setting.VIDEO,), "sites": (), "remote": Remote(licensed_in=("US-CA",))}
    here = somebody(latitude=CORNER[0], longitude=CORNER[1], jurisdiction="US-CA")
    wants = somebody(latitude=CORNER[0], longitude=CORNER[1], jurisdiction="US-CA", settings=frozenset({Setting.VIDEO}))

    assert value(Component.NEAR, here, **tele) == 0.5
    assert value(Component.NEAR, wants, **tele) == 1


def test_a_language_spoken_is_worth_more_than_an_interpreter() -> None:
    speaks = Applicant(languages=frozenset({Tongue("es")}))

    assert value(Component.WISHES, speaks, languages_spoken=(SpokenLanguage(tag="es"),)) == 1
    assert value(Component.WISHES, speaks, interpretation=Interpretation(available=True)) == 0


def test_who_comes_along_is_a_wish_that_they_are_welcome() -> None:
    with_dog = Applicant(with_pets=True, wishes=frozenset({Wish("evenings")}))

    assert value(Component.WISHES, with_dog, welcomes=Welcomes(pets=True)) == 0.5
    assert value(Component.WISHES, with_dog) == 0


def test_a_partner_is_no_wish_where_safety_from_harm_was_named() -> None:
    afraid = somebody("safety_from_harm", with_partner=True)

    assert value(Component.WISHES, afraid, welcomes=Welcomes(couples=False)) == 1


def test_sixty_hours_are_enough_and_declared_ones_count_by_half() -> None:
    assert value(Component.DEPTH, Applicant(), hours_verified=90) == 1
    assert value(Component.DEPTH, Applicant(), hours_verified=30) == 0.5
    assert value(Component.DEPTH, Applicant(), hours_verified=0, hours_declared=60) == 0.5


def test_training_for_something_else_counts_by_half() -> None:
    grieving = somebody("grief_trauma")

    assert value(Component.DEPTH, grieving, hours_verified=60, competencies=frozenset({"trauma"})) == 1
    assert value(Component.DEPTH, grieving, hours_verified=60, competencies=frozenset({"youth"})) == 0.5


def test_silence_gives_every_offering_all_of_a_component() -> None:
    for component in (Component.FIT, Component.NEAR, Component.WISHES):
        assert value(component, Applicant()) == 1


@pytest.mark.parametrize("most", [None, *Component])
def test_weights_sum_to_one_whatever_matters_most(most: Component | None) -> None:
    assert sum(weights(BOOK, most).values()) == pytest.approx(1)


def test_what_matters_most_weighs_double_before_scaling() -> None:
    assert weights(BOOK, Component.NEAR)[Component.NEAR] == pytest.approx(0.30 / 1.15)


def test_reasons_are_said_in_plain_words_in_both_languages() -> None:
    here = somebody(
        "someone_to_talk_to", "legal", latitude=CORNER[0], longitude=CORNER[1], languages=frozenset({Tongue("es")})
    )
    offering = an_offering(languages_spoken=(SpokenLanguage(tag="es"),), sites=(a_site(CORNER[0] + 0.0126, CORNER[1]),))

    assert said(here, offering, "en") == [
        "Helps with the first of the things you named.",
        "It had room less than a day ago.",
        "It is 1.4 km away.",
        "Of what you would like, 1 of 1: speaks your language.",
        "40 hours of verified training in harm reduction.",
    ]
    assert said(here, offering, "es")[2] == "Está a 1,4 km."


@pytest.mark.parametrize(
    ("can_come", "held"),
    [
        ({"days": (Weekday.TUE,), "from_": "17:30", "until": "19:00"}, 1),
        ({"days": (Weekday.TUE,), "from_": "17:45", "until": "18:15"}, 1),
        ({"days": (Weekday.TUE,), "from_": "18:00", "until": "19:00"}, 0),
        ({"days": (Weekday.MON,), "from_": "09:00", "until": "18:00"}, 0),
        ({"days": (Weekday.WED,), "until": "02:00"}, 0),
        ({"days": (Weekday.SAT,)}, 1),
        ({"days": (Weekday.SUN,), "from_": "01:00", "until": "02:00"}, 1),
        ({"from_": "17:00"}, 1),
    ],
)
def test_good_times_are_a_wish_for_an_open_door(can_come: dict[str, Any], held: float) -> None:
    evening = Hours(days=(Weekday.TUE,), from_="16:00", until="18:00")
    late = Hours(days=(Weekday.SAT,), from_="22:00", until="03:00")
    site = replace(a_site(*CORNER), hours=(evening, late))

    somebody_then = applicant_of(Said(best_times=(BestTime(**can_come),)))

    assert value(Component.WISHES, somebody_then, sites=(site,)) == held


def test_good_times_that_say_nothing_weigh_nothing() -> None:
    assert applicant_of(Said(best_times=(BestTime(),))).free_half_hours == 0
