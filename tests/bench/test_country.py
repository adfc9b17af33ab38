"""What the bench measures with is what it says: one country in several shapes, and references that answer alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import orjson
import pytest

from service.intakes.schemas.forms import IntakeForm
from service.matching.applicants import applicant_of
from service.providers.schemas.entries import read_entry
from tests.bench.country import imported, judged, written
from tests.bench.country.agreeing import agrees
from tests.bench.country.arrays import Country
from tests.bench.country.asked import Kind, Question, ask
from tests.bench.country.contestants import PresentEngine, looped, scanned
from tests.bench.country.drawing import draw_country

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LOOPED = 150


@cache
def a_country(offerings: int = 2_000) -> Country:
    """A small country."""
    return draw_country(offerings, NOW)


@cache
def the_questions() -> list[Question]:
    """All of the questions."""
    return ask(a_country().towns)


def test_same_seed_draws_the_same_country() -> None:
    again = draw_country(2_000, NOW)

    assert list(judged.candidates(again)) == list(judged.candidates(a_country()))


def test_what_is_imported_is_what_is_judged() -> None:
    entries = [
        orjson.loads(orjson.dumps(each, option=orjson.OPT_NON_STR_KEYS)) for each in imported.entries(a_country())
    ]

    assert [read_entry(each, "/providers/0") for each in entries] == list(written.providers(a_country()))


def test_file_of_a_country_has_every_provider(tmp_path: Path) -> None:
    imported.write_directory(a_country(), tmp_path / "country.json")

    assert len(orjson.loads((tmp_path / "country.json").read_bytes())["providers"]) == a_country().providers


def test_intake_that_is_sent_asks_what_the_engine_is_asked() -> None:
    brought = [IntakeForm().load(orjson.loads(orjson.dumps(each.body))) for each in the_questions()]

    asked = [
        applicant_of(new.said, accepts_declared=each.declared)
        for new, each in zip(brought, the_questions(), strict=True)
    ]
    assert asked == [each.applicant for each in the_questions()]
    assert not any(new.not_kept for new in brought)


def test_questions_are_of_four_kinds_evenly() -> None:
    kinds = [each.kind for each in the_questions()]

    assert {kind: kinds.count(kind) for kind in Kind} == dict.fromkeys(Kind, 50)


def test_loop_scan_and_engine_give_the_same_answers_in_the_same_order() -> None:
    country = draw_country(LOOPED, NOW)
    loop = looped(judged.candidates(country))
    scan, engine = scanned(country), PresentEngine(judged.candidates(country))
    asked = [(each.applicant, NOW, each.seed, LOOPED) for each in the_questions()[:40]]

    answers = [loop.first(*each) for each in asked]
    assert sum(map(len, answers)) > 20
    assert [scan.first(*each) for each in asked] == answers
    assert [engine.first(*each) for each in asked] == answers


def test_nothing_fits_those_whom_nothing_should_fit() -> None:
    scan = scanned(a_country())

    found = [scan.all_of(each.applicant, NOW)[0].size for each in the_questions() if each.kind is Kind.NOTHING_FITS]
    assert not any(found)


@pytest.mark.parametrize("wrong", ["fewer", "another score", "twice", "worse than it is"])
def test_wrong_answers_do_not_agree(wrong: str) -> None:
    scan = scanned(a_country())
    question = next(each for each in the_questions() if scan.all_of(each.applicant, NOW)[0].size > 15)
    right = scan.first(question.applicant, NOW, question.seed, 10)
    rows, scores = scan.all_of(question.applicant, NOW)
    level = [(scan.plain.id_of(row), score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]
    others = [each for each in level if each not in right]
    answer = {
        "fewer": right[:-1],
        "another score": [(right[0][0], right[0][1] + 1e-6), *right[1:]],
        "twice": [right[0], (right[0][0], right[1][1]), *right[2:]],
        "worse than it is": [*right[:-1], (min(others, key=lambda each: each[1])[0], right[-1][1])],
    }[wrong]

    assert agrees(right, right, level)
    assert not agrees(answer, right, level)


def test_news_is_absorbed() -> None:
    engine, question = PresentEngine(judged.candidates(a_country())), the_questions()[1]
    first = engine.first(question.applicant, NOW, question.seed, 1)[0][0]
    known = {each.id: each for each in judged.candidates(a_country())}
    away = replace(known[first], facts=replace(known[first].facts, categories=()))

    engine.absorb([away])
    assert first not in {each for each, _ in engine.first(question.applicant, NOW, question.seed, 50)}
