"""A rule book is read whole or not at all; what is wrong is named by its key, and never by its value."""

from __future__ import annotations

import math
import tomllib
from typing import Any

import pytest

from service.rulebook.rules import WrongBook, read_book
from service.rulebook.shelf import read_text
from tests.builders.books import a_book, a_document, a_draft, as_toml


def wrongs(document: dict[str, Any]) -> tuple[str, ...]:
    """What is wrong about a document."""
    with pytest.raises(WrongBook) as refused:
        read_book(document)
    return refused.value.wrongs


def test_the_first_book_holds_the_numbers_of_the_page() -> None:
    book = read_book(a_document())

    assert (book.weights.fit, book.weights.soon, book.weights.near) == (0.45, 0.20, 0.15)
    assert (book.weights.wishes, book.weights.depth) == (0.15, 0.05)
    assert (book.curves.wait_halves_every_days, book.curves.near_halves_every_km) == (14, 10)
    assert (book.openness.waitlist, book.openness.unknown) == (0.4, 0.5)
    assert book.is_signed_off


def test_a_draft_is_a_book_that_nobody_answers_for() -> None:
    assert not a_book().is_signed_off
    assert a_book(weights__near=0.05, weights__wishes=0.25).weights.wishes == 0.25


def test_what_is_written_is_what_is_read() -> None:
    assert read_text(as_toml(a_draft())) == a_book()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"weights__fit": None}, "weights.fit: this is missing."),
        ({"weights__charm": 0.1}, "weights.charm: there is no such key."),
        ({"weights__near": -0.1}, "weights.near: this must be a number from 0 to 1."),
        ({"weights__near": 1.01}, "weights.near: this must be a number from 0 to 1."),
        ({"weights__near": "much"}, "weights.near: this must be a number from 0 to 1."),
        ({"weights__near": True}, "weights.near: this must be a number from 0 to 1."),
        ({"weights__near": math.nan}, "weights.near: this must be a number from 0 to 1."),
        ({"weights__near": 0.16}, "weights: together they must be 1."),
        ({"curves__wait_halves_every_days": 0}, "curves.wait_halves_every_days: this must be a number above 0"),
        ({"curves__near_halves_every_km": math.inf}, "curves.near_halves_every_km: this must be a number above 0"),
        ({"curves__declared_hours_count": 1.5}, "curves.declared_hours_count: this must be a number above 0 and up"),
        ({"curves__next_priority_counts": 0}, "curves.next_priority_counts: this must be a number above 0 and up"),
        ({"openness__full": -1}, "openness.full: this must be a number from 0 to 1."),
        ({"openness": None}, "openness: this must be a table"),
        ({"curves": [1]}, "curves: this must be a table"),
        ({"version": 0}, "version: this must be a whole number"),
        ({"version": "2"}, "version: this must be a whole number"),
        ({"why": " "}, "why: this must be a text"),
        ({"signed_off_on": "today"}, "signed_off_on: this must be a day"),
        ({"signed_off_by": None}, "signed_off_on and signed_off_by belong together"),
        ({"mood": "good"}, "mood: there is no such key."),
    ],
)
def test_what_is_wrong_is_named_by_its_key(changes: dict[str, Any], named: str) -> None:
    (wrong,) = wrongs(a_document(**changes))

    assert wrong.startswith(named)


def test_everything_that_is_wrong_is_named_at_once() -> None:
    document = a_document(weights__fit=None, curves__unknown_wait_days=-3, why=None)

    assert [each.split(":")[0] for each in wrongs(document)] == ["why", "weights.fit", "curves.unknown_wait_days"]


def test_no_value_of_a_wrong_book_is_said_again() -> None:
    document = a_document(weights__near=0.987654, curves__near_halves_every_km=-54321.5, openness__room="SECRET")

    assert not [each for each in wrongs(document) for value in ("0.987654", "54321", "SECRET") if value in each]


def test_weights_may_be_off_by_what_a_float_is_off_by() -> None:
    tenths = {"fit": 0.7, "soon": 0.1, "near": 0.1, "wishes": 0.1, "depth": 0}

    assert sum(tenths.values()) != 1
    assert read_book(a_document(weights=tenths)).weights.fit == 0.7


@pytest.mark.parametrize("text", ["version = ", "[weights", "weights.fit = 1\nweights.fit = 2", "\x00"])
def test_text_that_is_no_toml_is_refused_by_its_place(text: str) -> None:
    with pytest.raises(WrongBook, match=r"This is no TOML \(at "):
        read_text(text)


def test_empty_text_lacks_everything() -> None:
    assert len(wrongs(tomllib.loads(""))) == 5
