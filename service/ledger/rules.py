"""What an entry says, in which words it is hashed, and how hashes become a tree and a chain.

Leaves and nodes are those of a Merkle tree as certificate transparency has them (RFC 6962 section 2.1, RFC 9162).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import orjson

LEAF, NODE, LINK = b"\x00", b"\x01", b"\x02"
HASH_BYTES = 32
# What the first batch names as the one before it.
FIRST = bytes(HASH_BYTES)
# 45 CFR 164.316(b)(2)(i), and promised: no entry goes before it is six years old.
KEPT_FOR = timedelta(days=6 * 366)
# Telling somebody something is rarely all that a request does: an acceptance that also tells is an acceptance.
BY_THE_WAY = frozenset({"disclosed"})


class Hand(StrEnum):
    """Whose hand did it: an organization's application, the person themselves, or the house at its chores."""

    APPLICATION = "application"
    PERSON = "person"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Header:
    """What of a batch is chained and signed; `total` counts the entries of this batch and all before it."""

    number: int
    count: int
    total: int
    root: bytes
    previous: bytes
    at: datetime

    def said(self) -> dict[str, Any]:
        """The header as it is hashed, and as a proof shows it."""
        return {
            "number": self.number, "count": self.count, "total": self.total, "root": self.root.hex(),
            "previous": self.previous.hex(), "at": instant(self.at),
        }  # fmt: skip

    def chain(self) -> bytes:
        """The chain value of the batch: over its header, and so over every batch before it."""
        return sha256(LINK + canonical(self.said())).digest()


def is_named_by(action: str, later: str) -> bool:
    """Whether what came later names the whole, because what came first only happened by the way."""
    return action in BY_THE_WAY and later not in BY_THE_WAY


def canonical(document: dict[str, Any]) -> bytes:
    """Write a document in the one way it is hashed: keys sorted, no spaces, UTF-8."""
    return orjson.dumps(document, repr, orjson.OPT_SORT_KEYS)


def leaf_of(text: bytes) -> bytes:
    """The hash of one canonical entry."""
    return sha256(LEAF + text).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a tree over at least one leaf, in the order given."""
    level = list(leaves)
    while len(level) > 1:
        level = list(_parents(level))
    return level[0]


def path_of(leaves: Sequence[bytes], place: int) -> list[tuple[str, bytes]]:
    """The audit path of one leaf: from its own level up, on which side the neighbour stands, and its hash."""
    path, level = [], list(leaves)
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append(("left" if neighbour < place else "right", level[neighbour]))
        level, place = list(_parents(level)), place // 2
    return path


def dropping(number: int, root: bytes, at: datetime) -> bytes:
    """What is signed when the entries of a batch go because they are old enough."""
    return canonical({"dropped": number, "root": root.hex(), "at": instant(at)})


def may_go(sealed_at: datetime, now: datetime) -> bool:
    """Whether the entries of a batch are old enough to go."""
    return sealed_at + KEPT_FOR <= now


def instant(at: datetime) -> str:
    """Write an instant: RFC 3339 in UTC, to the microsecond."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _parents(level: list[bytes]) -> Iterator[bytes]:
    # A last one without a neighbour goes up as it is: the same tree as the recursive one of RFC 6962.
    for left in range(0, len(level) - 1, 2):
        yield sha256(NODE + level[left] + level[left + 1]).digest()
    if len(level) % 2:
        yield level[-1]
