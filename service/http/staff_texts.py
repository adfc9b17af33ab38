"""Which texts of a body staff wrote: those in the voice of a worker, a provider or a coordinator, and no others."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import marshmallow as ma

from service.http.fields import Text

STAFF = frozenset({"worker", "provider", "coordinator"})


def staff_texts(shape: ma.Schema, document: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield each staff text of a document with its place (JSON Pointer). A person's words are never looked at."""
    if not isinstance(document, dict):
        return
    for name, field in shape.fields.items():
        key = field.data_key or name
        if key in document:
            yield from _texts_of(field, document[key], f"{pointer}/{key}")


def _texts_of(field: ma.fields.Field[Any], value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(field, ma.fields.Nested):
        documents = enumerate(value) if field.many and isinstance(value, list) else ((None, value),)
        for place, document in documents:
            yield from staff_texts(field.schema, document, pointer if place is None else f"{pointer}/{place}")
    elif isinstance(field, ma.fields.List) and isinstance(value, list):
        for place, each in enumerate(value):
            yield from _texts_of(field.inner, each, f"{pointer}/{place}")
    elif isinstance(field, Text) and field.voice in STAFF and isinstance(value, str):
        yield pointer, unicodedata.normalize("NFC", value)  # as it is kept
