"""Writing the inventory down: as plain text, as Markdown for docs/inventory.md, as lines of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from service.access.rules import SCOPES_OF
from service.inventory.rules import Held, Inventory, Yield

HEADING = "What we hold, and what could be taken from us"
WHY = (
    "Somebody who tells us something should be able to see where it goes. This is made from the service itself: each "
    "column of its databases, each field of what it seals, each key of its log lines. A field that nobody gave a "
    "reason for stops the build."
)


def told(inventory: Inventory, yielded: Yield) -> str:
    """Say in one sentence what can be read and what is noise."""
    readable = f"{len(yielded.readable)} of {len(inventory.held)} fields can be read"
    return f"{readable}; {yielded.noise} are noise; {yielded.hashes} are keyed hashes."


def readers(inventory: Inventory, read_by: Iterable[str]) -> str:
    """Say who can read a field: applications by their scopes, and everybody else in words."""
    return "; ".join(_reader(inventory, each) for each in read_by)


def _reader(inventory: Inventory, reader: str) -> str:
    word, _, group = reader.partition("/")
    if word in inventory.words.readers:
        return f"{inventory.words.readers[word]} for `{group}`" if group else inventory.words.readers[word]
    roles = [role.value for role, scopes in SCOPES_OF.items() if word in {scope.value for scope in scopes}]
    return f"`{word}` ({', '.join(roles)})" if roles else f"`{word}`"


def by_record(held: Iterable[Held]) -> Iterator[tuple[str, str, tuple[Held, ...]]]:
    """Group what is held by the table or the thing that holds it: store, its name, its fields."""
    for (store, name), lines in groupby(held, key=lambda each: (each.store, record_of(each))):
        yield store, name, tuple(lines)


def record_of(held: Held) -> str:
    """The table, or the thing beside tables, that holds a field."""
    return held.store if held.place.startswith(f"{held.store}/") else held.place.partition(".")[0]


def name_of(held: Held) -> str:
    """The field's name within its record: `sealed/Said.name_to_use`."""
    return held.place.removeprefix(record_of(held))[1:]


def as_text(inventory: Inventory) -> str:
    """One line for each field, apart by tabs, for whoever searches."""
    lines = ["\t".join(("place", "form", "whose", "read_by", "kept", "why"))]
    lines += [
        "\t".join((f"{each.store}:{each.place}", each.form, each.whose, ",".join(each.read_by), each.kept, each.why))
        for each in inventory.held
    ]
    lines += [f"taken: {each.taking.what}\t{each.taking.yields} {told(inventory, each)}" for each in inventory.yields]
    return "\n".join(lines) + "\n"


def as_markdown(inventory: Inventory) -> str:
    """The page docs/inventory.md."""
    parts = [
        f"# {HEADING}",
        WHY,
        "Written by `make inventory`; do not mend it by hand: mend the line in the room's `kept.toml`.",
        "## What each taking would yield",
        _table(
            ("taken", "yields", "counted"),
            [(each.taking.what, each.taking.yields, told(inventory, each)) for each in inventory.yields],
        ),
        "## How things are kept",
        _table(("form", "means"), inventory.words.forms.items()),
        "## Whose",
        _table(("word", "means"), inventory.words.voices.items()),
        "## How long",
        _table(("word", "means"), inventory.words.kept.items()),
        "## What is held",
        *_records(inventory),
    ]
    return "\n\n".join(parts) + "\n"


def _records(inventory: Inventory) -> Iterator[str]:
    for store, name, lines in by_record(inventory.held):
        yield f"### {name}\n\nIn {inventory.words.stores[store]}."
        rows = [
            (f"`{name_of(each)}`", each.why, each.whose, each.form.value, readers(inventory, each.read_by), each.kept)
            for each in lines
        ]
        yield _table(("field", "why", "whose", "form", "who can read it", "how long"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    written = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in written)
