"""Drawing lots between equals: repeatable for one person, favouring no provider over many."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def ticket(offering_id: UUID) -> int:
    """The 64-bit ticket of an offering: both halves of its id, folded."""
    high, low = halves(offering_id)
    return high ^ low


def halves(offering_id: UUID) -> tuple[int, int]:
    """Both halves of an id, the first one first, 64 bits each."""
    return offering_id.int >> 64, offering_id.int & 0xFFFFFFFFFFFFFFFF


def urn(seed: bytes) -> np.uint64:
    """The 64 bits that a person's draw starts from."""
    return np.uint64(int.from_bytes(blake2b(seed, digest_size=8).digest(), "big"))


def draw(tickets: NDArray[np.uint64], start: np.uint64) -> NDArray[np.uint64]:
    """Mix every ticket with the start (the finaliser of SplitMix64, Steele et al. 2014); lower is drawn earlier."""
    mixed = (tickets ^ start) + _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))
