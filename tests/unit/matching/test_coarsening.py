"""What is left of somebody when what they look for is recorded."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given

import service.matching as room
from service.documents import from_document, to_document
from service.guidance.rules import AgeBand
from service.matching.coarsening import KILOMETRES, coarse, is_under_age
from service.matching.rules import Applicant, Tongue, Wish
from tests.builders.matching import an_id, somebody
from tests.property.directories import people

KEPT = tomllib.loads((Path(room.__file__ or "").parent / "kept.toml").read_text())


def test_what_could_tell_one_person_from_the_next_is_gone_or_rounded() -> None:
    left = coarse(
        somebody(
            "housing", latitude=37.76, longitude=-122.44, max_km=37.0, free_half_hours=2**300 + 1,
            languages=frozenset({Tongue("es-MX"), Tongue("ase"), Tongue("fr", signed=True)}),
            wishes=frozenset({Wish("evenings", True), Wish("a room that smells of my grandmother's kitchen")}),
            not_these_offerings=frozenset({an_id(1)}), not_these_providers=frozenset({an_id(2)}),
        )
    )  # fmt: skip

    assert (left.latitude, left.longitude, left.max_km) == (37.8, -122.4, 50.0)
    assert left.languages == {Tongue("es"), Tongue("ase", signed=True), Tongue("fr", signed=True)}
    assert left.wishes == {Wish("evenings", True)}
    assert (left.not_these_offerings, left.not_these_providers, left.free_half_hours) == (frozenset(), frozenset(), 0)
    assert [need.priority_id for need in left.needs] == [None]


@pytest.mark.parametrize(("km", "said"), [(None, None), (0.0, 5.0), (5.0, 5.0), (5.1, 10.0), (20_000.0, 500.0)])
def test_how_far_is_rounded_up(km: float | None, said: float | None) -> None:
    assert coarse(Applicant(max_km=km)).max_km == said


@pytest.mark.parametrize("band", AgeBand)
def test_whoever_said_that_they_are_under_eighteen_is_known_to_be(band: AgeBand) -> None:
    said_so = {AgeBand.UNDER_12, AgeBand.FROM_12, AgeBand.FROM_14, AgeBand.FROM_16}

    assert is_under_age(Applicant(age_band=band)) is (band in said_so)
    assert not is_under_age(Applicant())


@given(people)
def test_what_is_coarse_already_stays_as_it_is(person: Applicant) -> None:
    assert coarse(coarse(person)) == coarse(person)


@given(people)
def test_no_id_and_no_word_of_anybodys_own_is_left(person: Applicant) -> None:
    marked = replace(person, wishes=person.wishes | {Wish("own words of somebody")})
    text = orjson.dumps(to_document(coarse(marked))).decode()

    assert "own words" not in text
    assert "a0ffe" not in text


@given(people)
def test_what_is_recorded_is_what_is_read(person: Applicant) -> None:
    left = coarse(person)

    assert from_document(orjson.loads(orjson.dumps(to_document(left))), Applicant) == left


@given(people)
def test_the_inventory_names_all_that_is_recorded(person: Applicant) -> None:
    recorded = set(to_document(replace(coarse(person), accepts_declared=True)))

    assert recorded <= set(KEPT["documents"]["Recorded"]["why"])


def test_the_inventory_leaves_out_what_is_never_recorded() -> None:
    left_out = {each.name for each in fields(Applicant)} - set(KEPT["documents"]["Recorded"]["why"])

    assert left_out == {"areas", "free_half_hours", "not_these_offerings", "not_these_providers"}
    assert tuple(sorted(KILOMETRES)) == KILOMETRES
