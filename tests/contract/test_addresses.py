"""Addresses hold ids, codes and instants: what stands in an address stands in every log between here and there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.test_openapi import OPERATIONS

# Texts in addresses that are closed lists, signed by us, or standard codes; nobody can say anything in them.
OURS = {"cursor", "locale"}
NAMES_OF_LISTS = {"GET /v1/vocabularies/{name}": {"name"}}


def free_texts(name: str) -> list[str]:
    """Parameters of the path and the query that could hold anything."""
    known = OURS | NAMES_OF_LISTS.get(name, set())
    return [
        each["name"]
        for each in OPERATIONS[name].get("parameters", ())
        if each["in"] in {"path", "query"} and each["name"] not in known and _could_say_anything(each["schema"])
    ]


def _could_say_anything(shape: dict[str, Any]) -> bool:
    if "items" in shape:
        return _could_say_anything(shape["items"])
    kinds = shape.get("type", "string")
    return "string" in kinds and not {"enum", "format"} & set(shape)


@pytest.mark.parametrize("name", OPERATIONS)
def test_address_has_no_room_for_words(name: str) -> None:
    assert free_texts(name) == [], "Ask for it in the body: POST …/search, as find-by-code does."


@pytest.mark.parametrize("name", OPERATIONS)
def test_name_of_an_address_says_nothing_about_anybody(name: str) -> None:
    """Somebody who looks over a shoulder reads the address."""
    said = {"drug", "substance", "heroin", "treatment", "rehab", "methadone", "hiv", "overdose"}

    assert not {word for word in said if word in name.casefold()}
