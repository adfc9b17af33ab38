"""Offerings on their way into memory: one by one as entries, or some thousand at once as a sheet, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.matching.candidate import Candidate
from service.matching.cards import Card, card_of
from service.matching.readings import UNCOUNTED, said_of
from service.providers.codes import CapacityStatus

BYTES_A_SITE = 8


class Entry(NamedTuple):
    """One offering as it comes from the directory: which, when it changed, its room as last known, its card.

    `id` and `provider_id` as text; `as_of`, from when on the news of its room ages, in seconds since 1970.
    """

    id: str
    provider_id: str
    changed_in: int
    status: CapacityStatus
    open_slots: int | None
    expected_wait_days: int | None
    as_of: float
    until: date
    fields: bytes
    sites: bytes
    week: bytes
    tongues: str
    areas: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Some offerings, what an entry has of each, column by column.

    What is of one width stands in one piece: ids as 16 bytes each, cards as they are, sites one offering's behind the
    other's. `said` is what the status says of room, as a bit; `until` the day by its ordinal. Places and days that
    nobody said are UNCOUNTED.
    """

    ids: bytes
    provider_ids: bytes
    changed_in: NDArray[Any]
    said: NDArray[Any]
    open_slots: NDArray[Any]
    wait_days: NDArray[Any]
    as_of: NDArray[Any]
    until: NDArray[Any]
    fields: bytes
    sites: bytes
    site_counts: NDArray[Any]
    weeks: Sequence[bytes]
    tongues: Sequence[str]
    areas: Sequence[str]


def sheet_of(entries: Sequence[Entry]) -> Sheet:
    """Write entries on a sheet."""
    (
        ids, provider_ids, changed_in, statuses, open_slots, waits, as_of, until, fields, sites, weeks, tongues, areas,
    ) = zip(*entries, strict=True) if entries else ((),) * len(Entry._fields)  # fmt: skip
    return Sheet(
        ids=_bytes_of(ids),
        provider_ids=_bytes_of(provider_ids),
        changed_in=np.array(changed_in, dtype=np.int32),
        said=np.array([*map(said_of, statuses)], dtype=np.uint8),
        open_slots=np.array([UNCOUNTED if each is None else each for each in open_slots], dtype=np.int32),
        wait_days=np.array([UNCOUNTED if each is None else each for each in waits], dtype=np.int32),
        as_of=np.array(as_of, dtype=np.float64),
        until=np.array([each.toordinal() for each in until], dtype=np.int32),
        fields=b"".join(fields),
        sites=b"".join(sites),
        site_counts=np.array([len(each) // BYTES_A_SITE for each in sites], dtype=np.int32),
        weeks=weeks,
        tongues=tongues,
        areas=areas,
    )


def _bytes_of(ids: Iterable[str]) -> bytes:
    return bytes.fromhex("".join(ids).replace("-", ""))


def entry_of(candidate: Candidate, card: Card | None = None) -> Entry:
    """An offering that is at hand, as an entry."""
    room = candidate.capacity
    written = card or card_of(candidate)
    return Entry(
        id=candidate.id.hex,
        provider_id=candidate.provider_id.hex,
        changed_in=candidate.changed_in,
        status=room.status if room else CapacityStatus.UNKNOWN,
        open_slots=room.open_slots if room else None,
        expected_wait_days=room.expected_wait_days if room else None,
        as_of=room.counts_from.timestamp() if room else -np.inf,
        until=written.until,
        fields=written.fields,
        sites=written.sites,
        week=written.week,
        tongues=written.tongues,
        areas=written.areas,
    )
