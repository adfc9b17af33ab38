"""What staff write is answered with what could be said otherwise; what a person says is never looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.app import ROOMS
from service.guidance.language import language_rules, lint
from service.http.fields import Voice, Words
from service.http.operations import Operation
from service.http.staff_texts import STAFF, staff_texts
from tests.contract.test_openapi import DOCUMENT, OPERATIONS

RULES = json.loads((Path(__file__).resolve().parents[2] / "service/guidance/data/language.json").read_text())["rules"]
TERMS = [term for rule in RULES for kind in ("terms", "staff_terms", "exact_terms") for term in rule.get(kind, ())]
MEANT_OTHERWISE = [term for rule in RULES for term in rule.get("unless", ())]
FORMS: dict[str, Operation] = {
    name: operation for room in ROOMS for name, operation in room.operations.items() if operation.body is not None
}


def voices_in(shape: dict[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every voice in a shape of the document, and in the shapes inside it."""
    name = shape.get("$ref", "").rpartition("/")[2]
    if name:
        if name not in seen:
            yield from voices_in(DOCUMENT["components"]["schemas"][name], seen | {name})
        return
    if "x-voice" in shape:
        yield shape["x-voice"]
    inner = [*shape.get("properties", {}).values(), *shape.get("anyOf", ()), *shape.get("allOf", ())]
    for each in [*inner, *([shape["items"]] if "items" in shape else ())]:
        yield from voices_in(each, seen)


def properties_of(shape: dict[str, Any]) -> set[str]:
    """The names of what an answer holds."""
    name = shape.get("$ref", "").rpartition("/")[2]
    return set(DOCUMENT["components"]["schemas"][name]["properties"] if name else shape.get("properties", ()))


def with_words(shape: ma.Schema, words: str) -> dict[str, Any]:
    """A document that says these words in every text of a person, however deep."""
    return {
        field.data_key or name: said
        for name, field in shape.fields.items()
        if (said := _said(field, words)) is not None
    }


def _said(field: ma.fields.Field[Any], words: str) -> Any:
    if isinstance(field, ma.fields.Nested):
        inner = with_words(field.schema, words)
        return ([inner] if field.many else inner) if inner else None
    if isinstance(field, ma.fields.List):
        each = _said(field.inner, words)
        return None if each is None else [each]
    return words if isinstance(field, Words) else None


@pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if "requestBody" in each])
def test_answer_says_what_staff_could_say_otherwise(name: str) -> None:
    """No operation that takes a text of staff leaves it unanswered."""
    (content,) = OPERATIONS[name]["requestBody"]["content"].values()
    done = next(answer for status, answer in OPERATIONS[name]["responses"].items() if status.startswith("2"))
    (answered,) = done["content"].values()

    if STAFF & set(voices_in(content["schema"])):
        assert "language_findings" in properties_of(answered["schema"]), "Answer with_findings(…View)."


def test_voices_that_are_looked_at_are_those_of_staff() -> None:
    assert set(get_args(Voice)) - STAFF == {"person", "system", "external_code"}


@pytest.mark.parametrize("name", FORMS)
def test_words_of_a_person_are_never_looked_at(name: str) -> None:
    body = FORMS[name].body
    assert body is not None
    shape = body()

    for term in TERMS:
        assert list(staff_texts(shape, with_words(shape, f"I am {term}, me."))) == []


def test_every_term_is_found_alone_and_in_a_sentence() -> None:
    loud = [term.upper() for term in TERMS]
    told = [f"Came in: {term}, then left." for term in TERMS]

    assert [text for text in (*TERMS, *loud, *told) if not lint(text)] == []


def test_every_term_is_left_alone_in_quotation_marks() -> None:
    quoted = [text for term in TERMS for text in (f'They said "{term}".', f"They said “{term}”.", f"Dijo «{term}».")]

    assert [text for text in quoted if lint(text)] == []


def test_what_is_meant_otherwise_is_left_alone() -> None:
    assert [term for term in MEANT_OTHERWISE if lint(f"See {term}.")] == []


@given(st.text(max_size=200), st.sampled_from(TERMS))
def test_findings_point_to_what_was_written(around: str, term: str) -> None:
    text = f"{around} {term} {around}"

    assert all(text[found.start : found.end] == found.term and found.suggestion for found in lint(text))


def test_no_suggestion_needs_a_suggestion() -> None:
    assert [rule.id for rule in language_rules() if lint(rule.suggestion)] == []
