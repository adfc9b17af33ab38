"""The country as a file for `directory import`: the same content, provider by provider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from service.documents import to_document
from service.providers.credentials import Credential
from service.providers.rules import NewOffering
from tests.bench.country.arrays import Country
from tests.bench.country.written import providers


def write_directory(country: Country, file: Path) -> None:
    """Write the country as a file for `directory import`, provider by provider."""
    with file.open("wb") as out:
        out.write(b'{"providers": [\n')
        for number, entry in enumerate(entries(country)):
            out.write((b",\n" if number else b"") + orjson.dumps(entry, option=orjson.OPT_NON_STR_KEYS))
        out.write(b"\n]}\n")


def entries(country: Country) -> Iterator[dict[str, Any]]:
    """Every provider as a document of the import format."""
    for brought in providers(country):
        yield {
            **to_document(brought.provider),
            "practitioners": [
                {**_document(new, "provider_id"), "credentials": [_credential_entry(each) for each in owned]}
                for new, owned in brought.practitioners
            ],
            "offerings": [_offering_entry(each) for each in brought.offerings],
        }


def _document(value: Any, *without: str) -> dict[str, Any]:
    return {name: each for name, each in to_document(value).items() if name not in without}


def _credential_entry(credential: Credential) -> dict[str, Any]:
    verification = {"status": "self_declared", **to_document(credential.verification)}
    return {**to_document(credential), "verification": verification}


def _offering_entry(new: NewOffering) -> dict[str, Any]:
    return {
        **_document(new.facts, "age_min", "age_max"),
        "ages": {"min": new.facts.age_min, "max": new.facts.age_max},
        "policies": to_document(new.policies),
        "capacity": {"status": "unknown", **to_document(new.capacity)},
    }
