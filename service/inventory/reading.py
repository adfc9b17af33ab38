"""Reading the inventory from the schema itself, and beside each column and field the line that says why it is there.

A room's lines stand in its `kept.toml`, next to the models that they speak of. They are not written into the models:
those say what a column is, and people who are no engineers should be able to read, and mend, why it is.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import tomllib
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

import service
from service.access.rules import Scope
from service.database import Record
from service.http.logs import ALLOWED
from service.intakes.groups import FIELDS
from service.intakes.said import Said
from service.inventory import rules
from service.inventory.rules import Form, Held, Inventory, Taking, Words
from service.vault.models import KeyRecord

STREET = Path(service.__file__).parent
BEYOND = Path(__file__).parent / "data" / "beyond.toml"
STORES: tuple[tuple[str, type[DeclarativeBase]], ...] = (("main", Record), ("key_store", KeyRecord))


@cache
def read_inventory() -> Inventory:
    """Read all that is held. What has no line, or a line too many, is in `missing`, with its cure."""
    lines, beyond = _lines_of_rooms(), tomllib.loads(BEYOND.read_text())
    reader = _Reader(lines, beyond["everywhere"])
    held = [*reader.tables(), *reader.beyond(beyond["beyond"])]
    words = Words(**{name: beyond[name] for name in ("stores", "forms", "voices", "kept", "readers")})
    missing = [
        *reader.missing,
        *reader.left_over(),
        *(f"Two rooms' kept.toml speak of {name}. Give one of the two values another name." for name in lines.twice),
        *rules.wrong_words(held, words, [scope.value for scope in Scope]),
    ]
    takings = tuple(Taking(**{**each, "holds": tuple(each["holds"])}) for each in beyond["taken"])
    return Inventory(held=tuple(held), words=words, takings=takings, missing=tuple(missing))


@dataclass(slots=True)
class _Lines:
    """The lines of all rooms: of tables and of documents, by name."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)


def _lines_of_rooms() -> _Lines:
    """Read every room's lines, and its models, so that their tables are known."""
    lines = _Lines()
    for room in pkgutil.iter_modules([str(STREET)], "service."):
        if room.ispkg and importlib.util.find_spec(f"{room.name}.models"):
            importlib.import_module(f"{room.name}.models")
        kept = STREET / room.name.rpartition(".")[2] / "kept.toml"
        if kept.exists():
            said = tomllib.loads(kept.read_text())
            for known, more in ((lines.tables, said.get("tables", {})), (lines.documents, said.get("documents", {}))):
                lines.twice.extend(sorted(set(known) & set(more)))
                known.update(more)
    return lines


class _Reader:
    """Goes through the tables, finds each line, and notes what has none."""

    def __init__(self, lines: _Lines, everywhere: dict[str, str]) -> None:
        self._lines = lines
        self._everywhere = everywhere
        self._seen: set[str] = set()
        self.missing: list[str] = []

    def tables(self) -> Iterator[Held]:
        """Every column of both databases, and after a column that holds a document, each of its fields."""
        for store, base in STORES:
            for mapper in sorted(
                base.registry.mappers, key=lambda each: (each.class_.__module__, each.class_.__name__)
            ):
                yield from self._table(store, typing.cast(sa.Table, mapper.local_table), mapper.class_.__module__)

    def _table(self, store: str, table: sa.Table, module: str) -> Iterator[Held]:
        file = f"{module.removesuffix('.models').replace('.', '/')}/kept.toml"
        lines = self._lines.tables.get(table.name)
        self._seen.add(f"tables.{table.name}")
        if lines is None:
            self.missing.append(
                f"{table.name} is kept without a reason. Write [tables.{table.name}] into {file}: whose, kept, "
                f"read_by, and under [tables.{table.name}.why] a line for each of: {', '.join(table.columns.keys())}."
            )
            return
        for column in table.columns:
            why = lines.get("why", {}).get(column.name) or self._everywhere.get(column.name)
            if why is None:
                self.missing.append(
                    f"{table.name}.{column.name} is kept without a reason. Say in {file} why: "
                    f'[tables.{table.name}.why] {column.name} = "…"; leave the column out if there is none.'
                )
                continue
            held = self._held(store, f"{table.name}.{column.name}", column.name, why, lines)
            if held.form is Form.CLEAR and isinstance(column.type, sa.LargeBinary):
                self.missing.append(
                    f"{held.place} holds bytes in the clear. Say in {file} what they are: "
                    f'[tables.{table.name}.form] {column.name} = "sealed", "hashed", or "packed".'
                )
            yield held
            yield from self._document(held, lines.get("holds", {}).get(column.name), file)
        self._note_extra(f"tables.{table.name}", lines, set(table.columns.keys()), file)

    def _held(self, store: str, place: str, name: str, why: str, lines: dict[str, Any]) -> Held:
        return Held(
            store=store,
            place=place,
            form=Form(lines.get("form", {}).get(name, "clear")),
            whose=lines.get("voice", {}).get(name, lines["whose"]),
            why=why,
            read_by=tuple(lines.get("readers", {}).get(name, lines["read_by"])),
            kept=lines["kept"],
        )

    def _document(self, column: Held, name: str | None, file: str) -> Iterator[Held]:
        if name is None:
            if column.form is Form.SEALED:
                self.missing.append(f"{column.place} is sealed. Say in {file} what it holds: [tables.….holds].")
            return
        place = replace(column, place=f"{column.place}/{name}")
        of = self._lines.documents.get(name, {}).get("of")
        yield from self._value(place, _named(of)) if of else self._listed(place, name, file)

    def _listed(self, place: Held, name: str, file: str) -> Iterator[Held]:
        """A document that is no value: its lines name its fields."""
        lines = self._document_lines(name, file)
        for each, why in lines.get("why", {}).items():
            yield replace(place, place=f"{place.place}.{each}", why=why, whose=lines["whose"])
            of = lines.get("inside", {}).get(each)
            if of is not None:
                yield from self._value(replace(place, place=f"{place.place}.{each}"), _named(of))

    def _value(self, place: Held, value: type[Any]) -> Iterator[Held]:
        """Every field of a value, and of the values inside it."""
        file = f"{value.__module__.rpartition('.')[0].replace('.', '/')}/kept.toml"
        lines = self._document_lines(value.__name__, file)
        hints = get_type_hints(value)
        for each in fields(value):
            why = lines.get("why", {}).get(each.name)
            if why is None:
                self.missing.append(
                    f"{value.__name__}.{each.name} is kept without a reason. Say in {file} why: "
                    f'[documents.{value.__name__}] why.{each.name} = "…".'
                )
                continue
            inner = replace(
                place,
                place=f"{place.place}.{each.name}",
                why=why,
                whose=lines.get("voice", {}).get(each.name, lines["whose"]),
                read_by=(*place.read_by, *_recipients(value, each.name)),
            )
            yield inner
            for nested in _values_in(hints[each.name]):
                yield from self._value(inner, nested)
        self._note_extra(f"documents.{value.__name__}", lines, {each.name for each in fields(value)}, file)

    def _document_lines(self, name: str, file: str) -> dict[str, Any]:
        self._seen.add(f"documents.{name}")
        if name not in self._lines.documents:
            self.missing.append(f"The document {name} is kept without a reason. Write [documents.{name}] into {file}.")
        return self._lines.documents.get(name, {"whose": "system"})

    def _note_extra(self, what: str, lines: dict[str, Any], there: set[str], file: str) -> None:
        for part in ("why", "form", "holds", "readers", "voice"):
            for name in sorted(set(lines.get(part, {})) - there):
                note = f"{file} speaks of {name} in [{what}.{part}], which is not there. Take the line out."
                if note not in self.missing:
                    self.missing.append(note)

    def left_over(self) -> Iterator[str]:
        """Name lines of tables and documents that are no longer there."""
        named = {f"tables.{name}" for name in self._lines.tables} | {
            f"documents.{name}" for name in self._lines.documents
        }
        for name in sorted(named - self._seen):
            yield f"A kept.toml holds [{name}], which is not there. Take it out."

    def beyond(self, stores: dict[str, dict[str, Any]]) -> Iterator[Held]:
        """What is held beside tables. The keys of log lines are compared with those that may be written."""
        for store, lines in stores.items():
            for name, why in lines["why"].items():
                yield self._held(store, f"{store}/{name}", name, why, lines)
        for name in sorted(ALLOWED - set(stores["logs"]["why"])):
            self.missing.append(
                f"Log lines may carry {name} without a reason. Say in service/inventory/data/beyond.toml why: "
                f'[beyond.logs.why] {name} = "…".'
            )
        self._note_extra("beyond.logs", stores["logs"], set(ALLOWED), "service/inventory/data/beyond.toml")


def _named(of: str) -> type[Any]:
    """The value that a line names: `service.intakes.said:Said`."""
    module, _, name = of.partition(":")
    return typing.cast(type[Any], getattr(importlib.import_module(module), name))


def _values_in(hint: Any) -> Iterator[type[Any]]:
    """The values inside a type: `tuple[Priority, ...]`, `Place | None`."""
    if is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for inner in get_args(hint):
        yield from _values_in(inner)


def _recipients(value: type[Any], name: str) -> tuple[str, ...]:
    """Providers who may be shown a field of what was said, by the groups that a consent would have to name."""
    if value is not Said:
        return ()
    return tuple(f"recipient/{group.value}" for group, names in FIELDS.items() if name in names)
