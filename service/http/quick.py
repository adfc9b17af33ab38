"""A quicker way through a schema: the same fields, without what marshmallow looks up at every one of them.

In, for long files: it keeps book of every error at every field, which is what somebody needs who mends a form, and two
thirds of the time of a list of a million that is nearly all in order. What fails here is read again by the schema
itself, which then says what is wrong; so there is one truth about what is right, and it is the fields'.

Out, for every answer: it asks each field each time where its value stands and how it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma
import orjson
from marshmallow.decorators import POST_DUMP, POST_LOAD, PRE_DUMP, PRE_LOAD, VALIDATES, VALIDATES_SCHEMA

Reader = Callable[..., Any]
Writer = Callable[[Any, Any], Any]
LookUp = Callable[[Any, str, Any], Any]
_MISSING = ma.missing
# What many rows say alike, opening hours or demands, is read once. So many of a kind are remembered.
MOST_REMEMBERED = 2048
LONGEST_REMEMBERED = 600


def quick_reader(schema: ma.Schema) -> Reader:
    """Make a reader that answers what `schema.load` answers, or raises ValidationError without saying where.

    A schema that does what this way does not know (checks over several fields, say) is read by its own `load`.
    """
    if _is_unusual(schema):
        return lambda document, *_: schema.load(document)
    fields = [
        (field.data_key or name, field.attribute or name, *_how(field)) for name, field in schema.load_fields.items()
    ]
    hooks = [getattr(schema, name) for name, _, _ in schema._hooks[POST_LOAD]]

    def read(document: Any, *_: Any) -> Any:
        if not isinstance(document, dict):
            raise ma.ValidationError("")
        made: dict[str, Any] = {}
        met = 0
        for key, name, reader, checks, nullable, required, default in fields:
            value = document.get(key, _MISSING)
            if value is _MISSING:
                if required:
                    raise ma.ValidationError("")
                if default is not _MISSING:
                    made[name] = default() if callable(default) else default
                continue
            met += 1
            if value is not None:
                value = reader(value, key, document)
                for check in checks:
                    check(value)
            elif not nullable:
                raise ma.ValidationError("")
            made[name] = value
        if met != len(document):
            raise ma.ValidationError("")
        for hook in hooks:
            made = hook(made, many=False, partial=None, unknown=schema.unknown)
        return made

    return read


def _is_unusual(schema: ma.Schema) -> bool:
    hooks, fields = schema._hooks, schema.load_fields.values()
    return (
        schema.many
        or schema.unknown != ma.RAISE
        or bool(hooks[PRE_LOAD] or hooks[VALIDATES] or hooks[VALIDATES_SCHEMA])
        or any(many or more.get("pass_original") for _, many, more in hooks[POST_LOAD])
        or any("." in (field.attribute or "") or field.pre_load or field.post_load for field in fields)
    )


def _how(field: ma.fields.Field[Any]) -> tuple[Reader, tuple[Any, ...], bool, bool, Any]:
    """How a field is read: its value, the checks of that, whether null will do, whether it is needed, or what else."""
    return _inner(field), tuple(field.validators), field.allow_none, field.required, field.load_default


def _inner(field: ma.fields.Field[Any]) -> Reader:
    if isinstance(field, ma.fields.Nested) and not (field.many or field.only or field.exclude or field.unknown):
        return _remembering(quick_reader(field.schema))
    if isinstance(field, ma.fields.List):
        return _list_reader(field.inner)
    return field._deserialize


def _remembering(reader: Reader) -> Reader:
    """Read a small object once and know it again. What is made of it is frozen, so that many may hold the same."""
    known: dict[bytes, Any] = {}

    def read(document: Any, *_: Any) -> Any:
        try:
            spelled = orjson.dumps(document)
        except TypeError:  # Nothing that came as JSON, or a number of more than 64 bits.
            return reader(document)
        if len(spelled) > LONGEST_REMEMBERED:
            return reader(document)
        if spelled not in known:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[spelled] = reader(document)
        return known[spelled]

    return read


def _list_reader(inner: ma.fields.Field[Any]) -> Reader:
    reader, checks, nullable, _, _ = _how(inner)

    def read(values: Any, key: str, document: Any) -> Any:
        if not isinstance(values, list) or (None in values and not nullable):
            raise ma.ValidationError("")
        made = [None if value is None else reader(value, key, document) for value in values]
        for check in checks:
            for value in made:
                if value is not None:
                    check(value)
        return made

    return read


def quick_writer(schema: ma.Schema, *, looks_up: LookUp | None = None) -> Callable[[Any], dict[str, Any]]:
    """Make a writer of what `schema` says about an object, before its hooks.

    `looks_up` is its own way to find a value by its name, if it has one; else values are attributes.
    """
    fields = [
        (
            field.data_key or name,
            field.attribute or name,
            looks_up or (_deep if "." in (field.attribute or name) else getattr),
            _written(field, name),
            # What looks at no attribute at all, as a constant does, finds nothing and is not missing.
            field.dump_default if field._CHECK_ATTRIBUTE else None,
        )
        for name, field in schema.dump_fields.items()
    ]

    def write(value: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, name, look_up, writer, default in fields:
            said = look_up(value, name, _MISSING)
            if said is _MISSING:
                if default is _MISSING:
                    continue
                said = default() if callable(default) else default
            made[key] = said if writer is None else writer(said, value)
        return made

    return write


def _deep(value: Any, path: str, default: Any) -> Any:
    """What stands at the end of a path."""
    for name in path.split("."):
        value = value.get(name, default) if isinstance(value, dict) else getattr(value, name, default)
    return value


def _written(field: ma.fields.Field[Any], name: str) -> Writer | None:
    """How a field writes its value, and the object that it is a part of; None where it is written as it is."""
    how: Any = type(field)._serialize
    if how is ma.fields.Field._serialize:
        return None
    if how is ma.fields.String._serialize:
        return lambda said, _: said if said is None or type(said) is str else field._serialize(said, name, None)
    if isinstance(field, ma.fields.List) and how is ma.fields.List._serialize:
        return _list_writer(_written(field.inner, name))
    if isinstance(field, ma.fields.Nested) and how is ma.fields.Nested._serialize:
        return _nested_writer(field.schema, many=bool(field.schema.many or field.many))
    return lambda said, whole: field._serialize(said, name, whole)


def _list_writer(inner: Writer | None) -> Writer:
    if inner is None:
        return lambda said, _: None if said is None else list(said)
    return lambda said, whole: None if said is None else [inner(each, whole) for each in said]


def _nested_writer(nested: ma.Schema, *, many: bool) -> Writer:
    has_its_own_way = type(nested).dump is not ma.Schema.dump
    if many or has_its_own_way or nested._hooks[PRE_DUMP] or nested._hooks[POST_DUMP]:
        return lambda said, _: None if said is None else nested.dump(said, many=many)
    return lambda said, _: None if said is None else nested._serialize(said)
