"""Open vocabularies: distinct sets of keys under numbers, so that a million offerings ask only a few hundred sets."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import orjson
from numpy.typing import NDArray

from service.matching.week import WORDS

Mask = NDArray[np.bool_]


class KeySets:
    """Languages and places, as sets that many offerings share. A set keeps its number for good; new ones come behind.

    A key is written with what it is a key of (`speaks:es`), so that one set says several things at once.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._with: defaultdict[str, list[int]] = defaultdict(list)
        self._arrays: dict[str, NDArray[np.intp]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, written: Iterable[str]) -> list[int]:
        """The numbers of some sets, as `written_keys` wrote them."""
        known = self._numbers
        return [known[each] if each in known else self._add(each) for each in written]

    def ranks(self, kind: str, numbers: NDArray[np.int32]) -> NDArray[np.intp]:
        """Places in a row for some sets: those with the same keys of a kind stand together."""
        distinct, which = np.unique(numbers, return_inverse=True)
        written = list(self._numbers)
        keys = [[each for each in orjson.loads(written[number]) if each.startswith(f"{kind}:")] for number in distinct]
        ranks = np.empty(len(keys), dtype=np.intp)
        ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
        return ranks[which]

    def _add(self, written: str) -> int:
        number = len(self._numbers)
        for key in orjson.loads(written):
            self._with[key].append(number)
        # Told last: who reads meanwhile finds the number only when its keys are there.
        self._numbers[written] = number
        return number

    def having(self, kind: str, keys: Iterable[str]) -> Mask:
        """Mark the sets that have at least one of these keys of a kind, by number."""
        found = [self._sets_with(f"{kind}:{key}") for key in keys]
        # A set that is being told just now has a number already: there is room for it.
        marked = np.zeros(len(self._numbers) + 1, dtype=np.bool_)
        for numbers in found:
            marked[numbers] = True
        return marked

    def has(self, number: int, kind: str, keys: Iterable[str]) -> bool:
        """Whether one set, by its number, has at least one of these keys of a kind."""
        return any(_is_among(number, self._with.get(f"{kind}:{key}", ())) for key in keys)

    def _sets_with(self, key: str) -> NDArray[np.intp]:
        numbers = self._with.get(key, ())
        known = self._arrays.get(key)
        if known is None or len(known) < len(numbers):
            known = self._arrays[key] = np.array(numbers, dtype=np.intp)
        return known


def _is_among(number: int, numbers: Sequence[int]) -> bool:
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number


def written_keys(**keys_by_kind: Iterable[str]) -> str:
    """Write a set so that equal sets read the same."""
    return orjson.dumps(sorted(f"{kind}:{key}" for kind, keys in keys_by_kind.items() for key in keys)).decode()


class Weeks:
    """Opening hours: distinct weeks in half hours under numbers. Number 0 is never open."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {b"": 0}
        self._words = np.zeros((1, WORDS), dtype=np.uint64)

    def numbers(self, weeks: Iterable[bytes]) -> list[int]:
        """The numbers of some weeks, each of them 48 bytes, or none for never."""
        asked = list(weeks)
        new = list(dict.fromkeys(each for each in asked if each not in self._numbers))
        if new:
            words = np.frombuffer(b"".join(new), dtype="<u8").astype(np.uint64).reshape(-1, WORDS)
            self._words = np.concatenate((self._words, words))
            for number, each in enumerate(new, start=len(self._numbers)):
                self._numbers[each] = number
        return [self._numbers[each] for each in asked]

    def __len__(self) -> int:
        return len(self._words)

    def words(self, numbers: NDArray[np.int32]) -> NDArray[np.uint64]:
        """The half hours of these weeks as bits, shape (n, 6)."""
        return self._words[numbers]

    def of(self, number: int) -> int:
        """The half hours of one week, as bits."""
        return int.from_bytes(self._words[number].astype("<u8").tobytes(), "little")


class Vocabularies:
    """All open vocabularies of one process's directory."""

    def __init__(self) -> None:
        self.tongues = KeySets()
        self.areas = KeySets()
        self.weeks = Weeks()
