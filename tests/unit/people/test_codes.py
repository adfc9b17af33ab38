"""Return codes: six words that everybody can say, and that everybody spells alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.people.codes import LOCALES, NO_CODE, readings, spell, word_list
from service.vault.rules import CODE_BITS

CODES = st.integers(min_value=0, max_value=2**CODE_BITS - 1)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_list_has_2048_different_words_of_plain_letters(locale: str) -> None:
    words = word_list(locale)

    assert len(set(words)) == 2048
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)


@given(CODES, st.sampled_from(LOCALES))
def test_what_is_spelled_can_be_read(code: int, locale: str) -> None:
    assert code in readings(spell(code, locale))


@given(CODES)
def test_capitals_blanks_and_hyphens_do_not_matter(code: int) -> None:
    said = spell(code, "en")

    assert readings(f"  {said.upper().replace('-', '  ')}\n") == readings(said)


def test_accents_do_not_matter() -> None:
    said = spell(12345, "es")

    assert readings(said.replace("a", "á").replace("o", "ó")) == readings(said)


@pytest.mark.parametrize("said", ["", "one two", "x" * 200, "1-2-3-4-5-6", "zzz " * 6, "🙂"])
def test_what_is_no_code_reads_as_a_number_that_no_code_has(said: str) -> None:
    assert readings(said) == (NO_CODE,) * len(LOCALES)


@given(st.text(max_size=200))
def test_whatever_is_said_has_as_many_readings_as_there_are_languages(said: str) -> None:
    assert len(readings(said)) == len(LOCALES)


def test_a_language_that_we_do_not_speak_gets_english_words() -> None:
    assert spell(7, "fr") == spell(7, "en")
