"""What we tell everybody: in both languages, checked, honest, person-first."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from service.guidance import rules, texts
from service.guidance.language import lint
from service.guidance.vocabularies import house_vocabularies
from service.people.codes import spell, word_list

DATA = Path(texts.__file__).parent / "data"
TODAY = date(2026, 11, 23)


def by_locale(value: object) -> list[dict[str, str]]:
    if isinstance(value, dict):
        here = [value] if set(value) >= {"en"} and all(isinstance(each, str) for each in value.values()) else []
        return here + [found for each in value.values() for found in by_locale(each)]
    return [found for each in value for found in by_locale(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("file", sorted(path.name for path in DATA.glob("*.json")))
def test_every_text_is_there_in_both_languages(file: str) -> None:
    for text in by_locale(json.loads((DATA / file).read_text())):
        assert set(text) == {"en", "es"}, text
        assert all(text.values())


def test_the_floor_is_always_there_and_stale_numbers_are_withheld() -> None:
    later = TODAY + timedelta(days=400)

    assert {"911", "988", "naloxone"} <= {each.id for each in texts.help_now("en", TODAY)}
    assert [each.id for each in texts.help_now("en", later)] == ["911", "988"]


def test_danger_puts_the_floor_first_and_takes_nothing_away() -> None:
    calm = texts.help_now("es", TODAY)
    danger = texts.help_now("es", TODAY, in_danger_now=True, served=True)

    assert [each.id for each in danger][:2] == ["911", "988"]
    assert {each.id for each in danger} == {each.id for each in calm}


def test_it_is_said_truthfully_whether_somebody_watches() -> None:
    alone, watched = (texts.welcome("en", TODAY, monitored=on_duty) for on_duty in (False, True))

    assert "Nobody watches" in alone.what_we_cannot_do[0]
    assert "on duty" in watched.what_we_cannot_do[0]


def test_somebody_under_age_hears_who_consents_where_they_are() -> None:
    told = texts.welcome("en", TODAY, monitored=False, age_band=rules.AgeBand.FROM_16, jurisdiction="US-CA")
    grown = texts.welcome("en", TODAY, monitored=False, age_band=rules.AgeBand.FROM_25, jurisdiction="US-CA")

    assert any("aged 12 and over" in text for text in told.what_we_cannot_do)
    assert not any("aged 12 and over" in text for text in grown.what_we_cannot_do)


@pytest.mark.parametrize(("tags", "locale"), [(["es-MX"], "es"), (["fr", "es"], "es"), (["zh"], "en"), ([None], "en")])
def test_the_first_language_that_we_speak(tags: list[str | None], locale: str) -> None:
    assert rules.best_locale(tags) == locale


def test_every_shared_code_has_a_label() -> None:
    for name, codes in house_vocabularies().items():
        assert codes, name
        assert all(set(code.label) == {"en", "es"} for code in codes)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("A junkie, non-compliant.", ["junkie", "non-compliant"]),
        ("Es un adicto.", ["adicto"]),
        ("Funded by the National Institute on Drug Abuse; clean needles here.", []),
        ('She said "I am an addict" and smiled.', []),
        ("An addiction medicine team, addicted to coffee.", []),
    ],
)
def test_lint_finds_labels_and_leaves_names_and_quotations(text: str, terms: list[str]) -> None:
    found = lint(text)

    assert [each.term for each in found] == terms
    assert all(text[each.start : each.end] == each.term and each.suggestion for each in found)


@pytest.mark.parametrize("locale", ["en", "es"])
def test_words_of_codes_are_distinct_short_and_typed_on_any_phone(locale: str) -> None:
    words = word_list(locale)

    assert len(words) == len(set(words)) == 2048
    assert all(word.isascii() and word.islower() and 3 <= len(word) <= 8 for word in words)
    assert not set(words) & {"drug", "heroin", "needle", "addict", "relapse", "droga", "adicto", "muerte"}
    assert spell(2**66 - 1, locale).count("-") == 5
