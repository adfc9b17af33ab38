"""When two names are the same, and when they only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.places.rules import NewPlace, in_common, key_of


@pytest.mark.parametrize(
    "spelled",
    ["the library", "The Library", "  THE\tLIBRARY ", "the\u00a0library", "ｔｈｅ library", "the\u2003 library"],
)
def test_case_width_and_spaces_do_not_count(spelled: str) -> None:
    assert key_of(spelled) == "the library"


@pytest.mark.parametrize("other", ["library", "the libraries", "the-library", "the librаry", "el library", "the lib"])
def test_nothing_like_a_name_is_taken_for_it(other: str) -> None:
    assert key_of(other) != key_of("the library")


def test_an_accent_is_one_letter_however_it_is_written() -> None:
    assert key_of("Café José") == key_of("cafe\u0301 JOSE\u0301")
    assert key_of("Café") != key_of("Cafe")
    assert key_of("Straße") == key_of("STRASSE")


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(name: str) -> None:
    assert key_of(key_of(name)) == key_of(name)


@given(st.text(max_size=60))
def test_a_key_is_never_spelled_like_a_jurisdiction(name: str) -> None:
    assert not any("A" <= letter <= "Z" for letter in key_of(name))


def test_a_place_is_known_by_everything_that_it_is_called() -> None:
    place = NewPlace(name="The Library", other_names=("la biblioteca", "the library "), latitude=0, longitude=0)

    assert place.keys == {"the library", "la biblioteca"}


def test_areas_are_told_as_whoever_named_them_spells_them() -> None:
    assert list(in_common(("Alameda  County", "Marin"), frozenset({"alameda county"}))) == ["Alameda  County"]


def test_no_place_says_itself_in_a_traceback() -> None:
    assert "library" not in repr(NewPlace(name="the library", latitude=0, longitude=0))
