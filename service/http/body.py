"""Reading bodies and queries: what cannot be read is refused before anybody sees it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NoReturn

import marshmallow as ma
import orjson
from flask import Request
from marshmallow import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge, UnsupportedMediaType

from service import errors

JSON_TYPES = frozenset({"application/json", "application/merge-patch+json"})
LARGEST_BODY = 1024 * 1024
DEEPEST = 32
MOST_KEYS = 200
LONGEST_ARRAY = 1000
LONGEST_STRING = 10_000
_BOUNDS: dict[type, tuple[int, str]] = {
    str: (LONGEST_STRING, "characters"),
    dict: (MOST_KEYS, "fields"),
    list: (LONGEST_ARRAY, "items"),
}


class BodyCut(errors.Unreadable):
    """The body ended before as much had come as Content-Length says. Send it again, whole."""


class Parser(FlaskParser):
    """webargs, with a strict reader: a wrong type is 415 and never *no body*; orjson refuses NaN and surrogates."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE, "json": None}  # noqa: RUF012

    def _raw_load_json(self, req: Request) -> Any:
        raw = read_body(req)
        if not raw and req.method == "POST":
            # Silence is an answer, and a welcome; to change something without saying what is not.
            return missing
        if req.mimetype not in JSON_TYPES:
            raise UnsupportedMediaType("Send application/json.")
        return parse_json(raw)

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Read a body; what is too large in it is pointed to by our own names alone."""
        try:
            return super().load_json(req, schema)
        except errors.Malformed as too_large:
            raise errors.Malformed(reasons=in_our_names(too_large.reasons, schema)) from too_large

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """Refuse a single parameter that comes twice; silence about it would pick one of the two."""
        for name, values in req.args.lists():
            field = schema.load_fields.get(name)
            if len(values) > 1 and not isinstance(field, ma.fields.List):
                twice = errors.Reason("repeated", "Send this once.", parameter=_safe(name))
                raise errors.Malformed(reasons=in_our_names((twice,), schema))
        return super().load_querystring(req, schema)

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_: Any) -> NoReturn:
        """Turn what marshmallow found into reasons that point to their places."""
        messages = error.messages
        location = next(iter(messages), "json") if isinstance(messages, dict) else "json"
        found = messages.get(location, messages) if isinstance(messages, dict) else messages
        reasons = flatten(found, in_query=location == "query")
        raise errors.Malformed(reasons=in_our_names(reasons, schema)) from error


def read_body(req: Request) -> bytes:
    """Read a whole body, or refuse: no length 411, too large 413, packed 415."""
    if req.content_encoding:
        raise UnsupportedMediaType("Send the body without Content-Encoding.")
    if req.content_length is None:
        if "Transfer-Encoding" in req.headers:
            # A cut chunked body looks whole, and half of it would be stored and acknowledged.
            raise LengthRequired
        return b""
    if req.content_length > LARGEST_BODY:
        raise RequestEntityTooLarge
    raw = req.get_data(cache=True)
    if len(raw) != req.content_length:
        raise BodyCut
    return raw


def parse_json(raw: bytes) -> Any:
    """Parse JSON strictly and keep it within bounds."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as broken:
        raise errors.Unreadable from broken
    _measure(value)
    return value


def _measure(value: Any) -> None:
    """Walk what was parsed, level by level, so that no depth can exhaust the stack."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise errors.Unreadable
        below: list[Any] = []
        for each in level:
            if _too_large(each):
                raise errors.Malformed(reasons=(_what_is_too_large(value),))
            if isinstance(each, dict):
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
        level = [each for each in below if isinstance(each, dict | list | str)]


def _too_large(value: Any) -> bool:
    bound = _BOUNDS.get(type(value))
    return bound is not None and len(value) > bound[0]


def _what_is_too_large(value: Any) -> errors.Reason:
    """Find again what was too large, now with the way to it, which the first walk has no time to keep."""
    level = [("", value)]
    while True:
        for place, each in level:
            if _too_large(each):
                most, unit = _BOUNDS[type(each)]
                return errors.Reason("too_large", f"At most {most} {unit} fit here.", pointer=place)
        level = [inner for place, each in level for inner in _inside(place, each)]


def _inside(pointer: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(_below(pointer, key), each) for key, each in value.items()]
    return [(f"{pointer}/{place}", each) for place, each in enumerate(value)] if isinstance(value, list) else []


def flatten(found: Any, pointer: str = "", *, in_query: bool = False) -> list[errors.Reason]:
    """Turn nested messages of any shape into flat reasons with JSON Pointers."""
    if isinstance(found, Mapping):
        return [
            reason for key, inner in found.items() for reason in flatten(inner, _below(pointer, key), in_query=in_query)
        ]
    if isinstance(found, list | tuple):
        return [reason for inner in found for reason in flatten(inner, pointer, in_query=in_query)]
    if in_query:
        return [errors.Reason("invalid", str(found), parameter=pointer.lstrip("/").split("/")[0] or None)]
    return [errors.Reason("invalid", str(found), pointer=pointer)]


def _below(pointer: str, key: Any) -> str:
    return pointer if key == "_schema" else f"{pointer}/{_safe(key)}"


def _safe(key: Any) -> str:
    # A key is something that was sent. Names of fields may be repeated to the sender, sentences may not.
    text = str(key)
    return text if text.replace("_", "").isalnum() and text.isascii() and len(text) <= 64 else "…"


def in_our_names(reasons: Iterable[errors.Reason], schema: ma.Schema) -> tuple[errors.Reason, ...]:
    """Point to places by names that we gave. Any other name may be somebody's, and reads as an ellipsis."""
    names = _names_in(type(schema))
    return tuple(
        replace(reason, pointer=_veiled(reason.pointer, names), parameter=_veiled(reason.parameter, names))
        for reason in reasons
    )


def _veiled(place: str | None, names: frozenset[str]) -> str | None:
    if place is None:
        return None
    return "/".join(part if part in names or _is_place_in_list(part) else "…" for part in place.split("/"))


def _is_place_in_list(part: str) -> bool:
    return not part or (part.isdecimal() and int(part) < LONGEST_ARRAY)


@lru_cache
def _names_in(schema: type[ma.Schema]) -> frozenset[str]:
    """Every name that a shape gives its fields, and the shapes inside it theirs."""
    return frozenset(_walk(schema(), set()))


def _walk(schema: ma.Schema, seen: set[type[ma.Schema]]) -> Iterator[str]:
    if type(schema) in seen:
        return
    seen.add(type(schema))
    for name, field in schema.fields.items():
        yield field.data_key or name
        inner = field.inner if isinstance(field, ma.fields.List) else field
        if isinstance(inner, ma.fields.Nested):
            yield from _walk(inner.schema, seen)
