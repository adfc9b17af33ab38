"""How values become JSON documents, and documents become values again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.json import make_converter

Value = TypeVar("Value")

# What was written here is read again, so an account of each thing that could be wrong in it would help nobody.
_converter = make_converter(omit_if_default=True, detailed_validation=False)
_converter.register_unstructure_hook(UUID, str)
_converter.register_structure_hook(UUID, lambda text, _: text if isinstance(text, UUID) else UUID(text))
# A number that was written as 2 and is read as 2.0 is the same number; both are kept as they are.
_converter.register_structure_hook(float, lambda number, _: float(number))


def spelled(**names: str) -> Callable[[type[Value]], type[Value]]:
    """Spell some fields of a value otherwise in its documents: `from` is a word that Python keeps for itself."""

    def register(kind: type[Value]) -> type[Value]:
        spelling = {name: override(rename=wire) for name, wire in names.items()}
        _converter.register_unstructure_hook(
            kind,
            make_dict_unstructure_fn(kind, _converter, _cattrs_omit_if_default=True, **spelling),  # type: ignore[arg-type]
        )
        _converter.register_structure_hook(kind, make_dict_structure_fn(kind, _converter, **spelling))  # type: ignore[arg-type]
        return kind

    return register


def to_document(value: Any) -> Any:
    """Write a value as dicts, lists and plain JSON values; what equals its default is left out."""
    return _converter.unstructure(value)


def from_document(document: Any, kind: type[Value]) -> Value:
    """Read a value back from what to_document wrote."""
    return _converter.structure(document, kind)
