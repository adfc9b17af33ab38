"""The document: current, valid, complete, and true to what the house promises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from service.access.rules import Scope
from service.app import ROOMS, openapi_document
from service.http.operations import OPEN, OWN

COMMITTED = Path(__file__).resolve().parents[2] / "openapi" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(COMMITTED.read_text())
PROCESSES = {"inviting", "meeting_at", "staying_with", "holding", "reframing", "leveraging_change",
             "supporting_agency", "signaling_limits"}  # fmt: skip
LANGUAGE_TAGS = {"tag", "locale", "verbatim_lang"}  # codes of BCP 47, and nobody's words
VOICES = {"person", "worker", "provider", "coordinator", "system", "external_code"}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield f"{method.upper()} {path}", operation


OPERATIONS = dict(operations())


def test_committed_is_what_the_code_says() -> None:
    assert COMMITTED.read_text() == openapi_document(), "Run `make openapi` and commit openapi/openapi.json."


def test_document_is_valid() -> None:
    validate(DOCUMENT)


def test_operation_ids_are_there_and_differ() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_says_everything(name: str) -> None:
    operation = OPERATIONS[name]

    assert operation["summary"].endswith(".")
    assert operation["tags"]
    assert operation["security"]
    assert operation["x-hrp-process"] in PROCESSES
    assert any(status.startswith("2") for status in operation["responses"])
    if "requestBody" in operation:
        (content,) = operation["requestBody"]["content"].values()
        assert "example" in content, "Show a body that is a real story."


def test_every_operation_declares_its_door() -> None:
    for room in ROOMS:
        for operation in room.operations.values():
            assert operation.scope in (OPEN, OWN) or isinstance(operation.scope, Scope)


def test_every_text_says_whose_voice_it_is() -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in DOCUMENT["components"]["schemas"].items()
        if not name.startswith("Problem")
        for field, shape in schema.get("properties", {}).items()
        if field not in LANGUAGE_TAGS and _is_free_text(shape) and shape.get("x-voice") not in VOICES
    ]

    assert silent == [], "Use fields.Words or fields.Text(voice=…)."


def test_what_we_say_is_told_whole() -> None:
    """A list has an end where it comes in, and then no other where it is told again; a page has one, too."""
    shapes = DOCUMENT["components"]["schemas"]
    brought = {
        (field, shape.get("maxItems"))
        for name, schema in shapes.items()
        if not name.endswith(("View", "Page"))
        for field, shape in schema["properties"].items()
    }
    ended = [
        f"{name}.{field}"
        for name, schema in shapes.items()
        if name.endswith("View")
        for field, shape in schema["properties"].items()
        if "maxItems" in shape and (field, shape["maxItems"]) not in brought
    ]

    assert ended == [], "Use fields.Every for what grows: history, practitioners, reasons."


def test_nothing_a_person_says_is_ever_required() -> None:
    form = DOCUMENT["components"]["schemas"]["IntakeForm"]

    assert form.get("required", []) == []


def test_every_question_says_why_it_is_asked() -> None:
    ours = {"id", "observed_at", "person_id", "return_code", "mode", "recorded_by", "locale", "worker_note"}
    form = DOCUMENT["components"]["schemas"]["IntakeForm"]["properties"]

    assert [name for name, shape in form.items() if name not in ours and "x-why-we-ask" not in shape] == []


def test_no_field_asks_for_abstinence() -> None:
    asked = json.dumps(DOCUMENT["components"]["schemas"]["IntakeForm"]).casefold()

    assert "abstin" not in asked
    assert "sober" not in asked.replace("sober_housing", "")


def _is_free_text(shape: dict[str, Any]) -> bool:
    kinds = shape.get("type")
    is_text = kinds == "string" or (isinstance(kinds, list) and "string" in kinds)
    closed = {"enum", "format", "x-extensible-enum", "pattern", "const"} & set(shape)
    return is_text and not closed and shape.get("maxLength") != 35
