"""Open vocabularies as postings: for each key, the rows that have it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key", bound=Hashable)


class Postings(Generic[Key]):
    """Rows by key, for languages, jurisdictions and ids: lists that no fixed number of bits could hold."""

    __slots__ = ("_rows", "_size")

    def __init__(self, keys_by_row: Iterable[Iterable[Key]], size: int) -> None:
        gathered: dict[Key, list[int]] = {}
        for row, keys in enumerate(keys_by_row):
            for key in keys:
                gathered.setdefault(key, []).append(row)
        self._rows = {key: np.asarray(rows, dtype=np.int32) for key, rows in gathered.items()}
        self._size = size

    def having(self, keys: Iterable[Key]) -> NDArray[np.bool_]:
        """Mark the rows that have at least one of these keys."""
        marked = np.zeros(self._size, dtype=np.bool_)
        for key in keys:
            rows = self._rows.get(key)
            if rows is not None:
                marked[rows] = True
        return marked
