"""Walking every form that a person's answers may come in by: nothing is required, and everything says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
import pytest

from service.http import Schema
from service.intakes.schemas import IntakeForm, IntakePatch, IntakeView
from service.people.schemas import LEFT_OUT
from tests.builders.intakes import EVERYTHING

# What names the record, and no question to anybody.
NAMES = {"id", "person_id"}


def walk(form: Schema, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every field of a form, at any depth."""
    for name, field in form.load_fields.items():
        inner = getattr(field, "inner", field)
        yield f"{path}/{name}", name, field
        if isinstance(inner, ma.fields.Nested):
            yield from walk(inner.schema, f"{path}/{name}")  # type: ignore[arg-type]


FIELDS = {path: (name, field) for path, name, field in walk(IntakeForm())}
QUESTIONS = {path: field for path, (name, field) in FIELDS.items() if name not in NAMES}


def test_the_walk_goes_all_the_way_down() -> None:
    assert {"/safe_contact/channels/code_word", "/priorities/categories/code", "/return_code"} <= set(FIELDS)


@pytest.mark.parametrize("path", FIELDS)
def test_nothing_is_required(path: str) -> None:
    field = FIELDS[path][1]

    assert not field.required
    assert field.allow_none


@pytest.mark.parametrize("path", QUESTIONS)
def test_every_question_says_why_it_is_asked(path: str) -> None:
    assert QUESTIONS[path].metadata.get("x-why-we-ask")


@pytest.mark.parametrize("path", FIELDS)
def test_every_text_says_whose_words_it_holds(path: str) -> None:
    field = FIELDS[path][1]
    texts = [each for each in (field, getattr(field, "inner", None)) if isinstance(each, ma.fields.String)]

    assert all("x-voice" in each.metadata or "language" in type(each).__name__.lower() for each in texts)


@pytest.mark.parametrize("path", FIELDS)
def test_every_refusal_says_that_it_may_be_left_out(path: str) -> None:
    field = FIELDS[path][1]

    assert all(LEFT_OUT in str(message) for message in field.error_messages.values())


def test_a_patch_takes_what_an_intake_takes() -> None:
    by_form = {path for path, name, _ in walk(IntakeForm()) if path.count("/") > 1 or name not in NAMES}

    assert by_form - {"/return_code"} == {path for path, _, _ in walk(IntakePatch())}


def test_the_builder_says_everything_there_is_to_say() -> None:
    assert set(EVERYTHING) == set(IntakePatch().load_fields)


def test_nobody_is_asked_to_give_up_anything() -> None:
    asked = " ".join(FIELDS) + " ".join(name for name in IntakeView().fields)

    assert not any(word in asked for word in ("abstinen", "sober", "clean", "diagnos", "severity", "readiness", "ssn"))
