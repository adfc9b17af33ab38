"""Every row there is: a module `row_26_existence.py` holds ROW, and that is all it takes to be on the scoreboard."""

from __future__ import annotations

import importlib
import pkgutil

import tests.score
from tests.score.board import Row


def all_rows() -> list[Row]:
    """Find the rows, in the order of their numbers."""
    names = [each.name for each in pkgutil.iter_modules(tests.score.__path__) if each.name.startswith("row_")]
    rows: list[Row] = [importlib.import_module(f"tests.score.{name}").ROW for name in names]
    return sorted(rows, key=lambda row: row.number)
