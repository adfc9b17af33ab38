"""Lists as they lie in files, read entry by entry: a file of any length is never whole in memory."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

import ijson
import orjson

from service.providers.brought import CutOff
from service.providers.tally import Tally

BYTES_A_LOOK = 1 << 18
# No list opens as many brackets more than it closes in so few bytes; ijson's memory grows with the square of the depth.
DEEPEST_A_LOOK = 1000
_BRACKET = re.compile(rb"[\[\]{}]")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A line that is no JSON is an entry that cannot be read; nothing that was read looks like it.
UNREADABLE = object()


class NoDirectory(Exception):
    """A directory is a JSON object with one list: {"providers": [...]}."""


class NoMap(Exception):
    """A map is a JSON object with `source`, `columns`, and maybe `offering`; see service/providers/maps."""


def read_json(file: BinaryIO) -> Iterator[Any]:
    """Read the providers of a directory in our own format. Raise NoDirectory, CutOff."""
    begin, count = _after_mark(file), 0
    try:
        for entry in ijson.items(_Shallow(file), "providers.item", use_float=True, buf_size=BYTES_A_LOOK):
            yield entry
            count += 1
    except (ijson.JSONError, UnicodeDecodeError) as broken:
        if count == 0:
            raise NoDirectory from broken
        raise CutOff(f"Behind /providers/{count - 1} the file ends too early, or is no JSON.") from broken
    if count == 0 and not _has_list(file, begin):
        raise NoDirectory


def read_lines(file: BinaryIO) -> Iterator[Any]:
    """Read JSON Lines, one provider a line; a line that is no JSON is one entry that cannot be read."""
    _after_mark(file)
    for line in file:
        if line.strip():
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError:
                yield UNREADABLE


def read_csv(file: BinaryIO, mapping: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Read a foreign CSV into entries of our own format, one provider with one offering a row. Raise CutOff.

    The map says for each of our fields which columns make it (joined by its separator), or which constant it is;
    nothing about policies or training is ever guessed from a foreign list.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    rows, count, tally = csv.DictReader(text), 0, Tally()
    try:
        for row in rows:
            entry = _entry(row, mapping)
            # Rows that are alike to the letter are still several facilities on the list; they are counted through.
            if (nth := tally.count(entry["external_id"])) > 1:
                entry["external_id"] = entry["offerings"][0]["external_id"] = f"{entry['external_id']}#{nth}"
            yield entry
            count += 1
    except (csv.Error, UnicodeDecodeError) as broken:
        raise CutOff(f"Behind row {count} the file is no CSV in UTF-8.") from broken
    finally:
        text.detach()
        tally.close()


def read_map(path: Path) -> dict[str, Any]:
    """Read a map for read_csv. Raise NoMap."""
    try:
        mapping = json.loads(path.read_text())
    except ValueError as broken:
        raise NoMap from broken
    if not isinstance(mapping, dict) or not isinstance(mapping.get("columns"), dict) or "source" not in mapping:
        raise NoMap
    if not {"external_id", "name"} <= set(mapping["columns"]):
        raise NoMap
    return mapping


class _Shallow:
    """A file that ends in CutOff where it is nested deeper than any list is; what stands before that is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._is_too_deep = False

    def read(self, size: int = -1) -> bytes:
        """Read some bytes."""
        if self._is_too_deep:
            raise CutOff("The file is nested deeper than any list is.")
        some = self._file.read(size)
        if some.count(b"[") + some.count(b"{") - some.count(b"]") - some.count(b"}") <= DEEPEST_A_LOOK:
            return some
        self._is_too_deep = True
        depths = accumulate(1 if each[0] in b"[{" else -1 for each in _BRACKET.findall(some))
        ends = (each.start() for each in _BRACKET.finditer(some))
        return some[: next(end for end, depth in zip(ends, depths, strict=True) if depth > DEEPEST_A_LOOK)]


def _after_mark(file: BinaryIO) -> int:
    """Step over the mark that some programs put before UTF-8; answer where the text begins."""
    begin = file.tell()
    if file.read(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK:
        begin += len(BYTE_ORDER_MARK)
    file.seek(begin)
    return begin


def _has_list(file: BinaryIO, begin: int) -> bool:
    file.seek(begin)
    return any((prefix, event) == ("providers", "start_array") for prefix, event, _ in ijson.parse(file))


def _entry(row: Mapping[str, str], mapping: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: _value(row, rule) for name, rule in mapping["columns"].items()}
    external_id = f"{mapping['source']}:{said['external_id']}"
    site: dict[str, Any] = {"latitude": _number(said.get("latitude")), "longitude": _number(said.get("longitude"))}
    if said.get("address"):
        site["address"] = said["address"]
    placed = site["latitude"] is not None or site["longitude"] is not None
    offering = {
        **mapping.get("offering", {}),
        "external_id": external_id,
        "name": said["name"],
        "sites": [site] if placed else [],
    }
    contact = {"phone": said["phone"]} if said.get("phone") else {}
    return {"external_id": external_id, "name": said["name"], "contact": contact, "offerings": [offering]}


def _value(row: Mapping[str, str], rule: Any) -> str:
    names: Iterator[str] = iter(rule["from"])
    joined: str = rule.get("with", " ").join(part for name in names if (part := (row.get(name) or "").strip()))
    return joined


def _number(text: str | None) -> float | str | None:
    """A number, nothing, or what stands there in its place: the shape refuses that, and says where."""
    try:
        return float(text) if text else None
    except ValueError:
        return text
