"""Whose yes it needs under 18: what the place says, on that day, and never a guess."""

from __future__ import annotations

from datetime import date

import pytest

from service.guidance.minors import UNDER_AGE, minor_rules_vocabulary, rule_for
from service.guidance.rules import AgeBand, WhoConsents

TODAY = date(2026, 11, 25)


def whose(age_band: AgeBand, jurisdiction: str | None, day: date = TODAY) -> WhoConsents | None:
    rule = rule_for(age_band, jurisdiction, day)
    return rule.consents if rule else None


@pytest.mark.parametrize("age_band", sorted(set(AgeBand) - UNDER_AGE))
def test_whoever_does_not_say_that_they_are_under_age_is_asked_for_nothing_more(age_band: AgeBand) -> None:
    assert whose(age_band, "US-CA") is None


@pytest.mark.parametrize("age_band", [AgeBand.FROM_12, AgeBand.FROM_14, AgeBand.FROM_16])
def test_in_california_their_own_yes_is_enough_from_twelve_on(age_band: AgeBand) -> None:
    assert whose(age_band, "US-CA") is WhoConsents.MINOR_ALONE


@pytest.mark.parametrize("age_band", sorted(UNDER_AGE))
def test_in_new_york_both_say_yes(age_band: AgeBand) -> None:
    assert whose(age_band, "US-NY") is WhoConsents.MINOR_AND_PARENT


@pytest.mark.parametrize("jurisdiction", [None, "US", "US-XX", "US-NV", "DE-BE", "us-ca"])
def test_a_place_that_we_do_not_know_is_never_guessed(jurisdiction: str | None) -> None:
    assert {whose(age_band, jurisdiction) for age_band in UNDER_AGE} == {WhoConsents.UNKNOWN}


def test_an_age_that_the_law_says_nothing_about_goes_to_a_human_being() -> None:
    assert whose(AgeBand.UNDER_12, "US-CA") is WhoConsents.UNKNOWN


def test_a_law_holds_from_its_day_on() -> None:
    assert whose(AgeBand.FROM_16, "US-CA", date(2023, 12, 31)) is WhoConsents.UNKNOWN


def test_the_table_says_where_each_rule_is_written_and_who_read_it_when() -> None:
    codes = minor_rules_vocabulary()

    assert [each.code for each in codes] == ["US-CA/minor_alone", "US-NY/minor_and_parent", "unknown"]
    assert all(set(each.label) == {"en", "es"} and each.more and set(each.more) == {"en", "es"} for each in codes)
    assert "Family Code 6929" in (codes[0].more or {})["en"]
    assert all("parent" in each.label["en"] for each in codes)
