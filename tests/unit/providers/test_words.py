"""Words of names, folded: nobody has to spell a name as it is written to find it."""

from __future__ import annotations

import pytest

from service.providers.words import LONGEST_WORD, words_of


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Centro Médico Ñandú", "medico nandu"),
        ("Women’s House", "womens"),
        ("Women's House", "WOMEN’S"),
        ("Straße der Hoffnung", "strasse"),
        ("Łódź & Ørsted", "lodz orsted"),
        ("İstanbul_Yardım", "istanbul yardim"),
        ("Drop-in, 24/7", "drop in 24 7"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(name: str, asked: str) -> None:
    assert set(words_of(asked)) <= set(words_of(name))


def test_words_are_each_kept_once_in_their_order_and_cut_where_they_have_no_end() -> None:
    assert words_of("room", "A Room of a", "x" * 300) == ("a", "of", "room", "x" * LONGEST_WORD)


def test_what_holds_no_word_has_none() -> None:
    assert words_of("—", "!!", "") == ()
