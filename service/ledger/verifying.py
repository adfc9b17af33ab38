"""Verifying: all that was sealed is hashed again, and the first thing that does not fit is named.

Entries are read in stretches of batches, so memory stays the same however long the ledger is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from service.ledger import queries, rules
from service.ledger.anchors import Anchor
from service.ledger.models import Batch, Entry
from service.ledger.queries import Written
from service.ledger.sealing import is_signed

HEADERS_AT_ONCE = 1000
ENTRIES_AT_ONCE = 20_000
# What anchors say of a batch: chain value, and how many entries there are up to it.
Marks = dict[int, frozenset[tuple[bytes, int]]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What does not fit: in which batch, which entry of it when that can be told, and in what way."""

    batch: int
    says: str
    entry: str | None = None


@dataclass(slots=True)
class Verified:
    """What was gone through, and the first thing that is wrong, if anything is."""

    batches: int = 0
    entries: int = 0
    dropped: int = 0
    unsealed: int = 0
    wrong: Wrong | None = None


def verify_ledger(session: Session, keys: Sequence[Ed25519PublicKey], anchors: Sequence[Anchor] = ()) -> Verified:
    """Hash all of it again: every entry, every batch, the chain, the signatures; then hold it against the anchors."""
    found = Verified()
    marks = _by_batch(anchors)
    previous, total, last = rules.FIRST, 0, 0
    for stretch in _stretches(session):
        written = queries.sealed_in(session, stretch[0].number, stretch[-1].number)
        entries = {number: list(some) for number, some in groupby(written, lambda each: each.batch)}
        for batch in stretch:
            own = entries.pop(batch.number, [])
            found.wrong = (
                found.wrong
                or _header_wrong(batch, last + 1, total, previous, keys)
                or _entries_wrong(session, batch, own, keys)
                or _anchor_wrong(batch, marks.pop(batch.number, frozenset()))
            )
            if found.wrong:
                return found
            previous, total, last = batch.chain, batch.total, batch.number
            found.batches, found.entries = found.batches + 1, found.entries + len(own)
            found.dropped += batch.count if batch.dropped_at else 0
    found.wrong = _end_wrong(session, last, marks)
    found.unsealed = session.scalar(sa.select(sa.func.count()).where(Entry.batch.is_(None))) or 0
    return found


def _stretches(session: Session) -> Iterator[list[Batch]]:
    """Go through the headers, as many at once as hold a bounded number of entries."""
    stretch: list[Batch] = []
    number = held = 0
    while headers := queries.batches_from(session, number, HEADERS_AT_ONCE):
        session.expunge_all()
        number = headers[-1].number + 1
        for batch in headers:
            if stretch and held + batch.count > ENTRIES_AT_ONCE:
                yield stretch
                stretch, held = [], 0
            stretch.append(batch)
            held += batch.count
    if stretch:
        yield stretch


def _header_wrong(
    batch: Batch, number: int, total: int, previous: bytes, keys: Sequence[Ed25519PublicKey]
) -> Wrong | None:
    chain = batch.header.chain()
    if batch.number != number:
        return Wrong(number, "it is missing")
    if batch.previous != previous or batch.total != total + batch.count:
        return Wrong(number, "it does not go on from the batch before it")
    if batch.chain != chain:
        return Wrong(number, "its header was changed")
    if not is_signed(chain, batch.signature, keys):
        return Wrong(number, "nobody who sealed here signed it")
    return None


def _entries_wrong(
    session: Session, batch: Batch, entries: list[Written], keys: Sequence[Ed25519PublicKey]
) -> Wrong | None:
    if batch.dropped_at is not None:
        return _dropping_wrong(batch, entries, keys)
    leaves = [rules.leaf_of(each.text) for each in entries]
    if leaves and rules.root_of(leaves) == batch.root and len(leaves) == batch.count:
        return None
    return _first_wrong(session, batch, entries, leaves)


def _dropping_wrong(batch: Batch, entries: list[Written], keys: Sequence[Ed25519PublicKey]) -> Wrong | None:
    at = batch.dropped_at
    if at is None or not rules.may_go(batch.at, at):
        return Wrong(batch.number, "its entries went before they were six years old")
    if not is_signed(rules.dropping(batch.number, batch.root, at), batch.dropped_signature or b"", keys):
        return Wrong(batch.number, "its entries are gone, and nobody who sealed here signed for that")
    if entries:
        return Wrong(batch.number, "it says that its entries are gone, and some are there", entries[0].id)
    return None


def _first_wrong(session: Session, batch: Batch, entries: list[Written], leaves: list[bytes]) -> Wrong:
    """Name the first entry that does not fit, by the hashes kept beside the root; they themselves may be spoiled."""
    kept = session.scalar(sa.select(Batch.leaves).where(Batch.number == batch.number)) or b""
    size = rules.HASH_BYTES
    sealed = [kept[start : start + size] for start in range(0, len(kept), size)]
    if not sealed or len(kept) % size or rules.root_of(sealed) != batch.root:
        return Wrong(batch.number, "its entries are not those that were sealed")
    known = set(sealed)
    for entry, leaf in zip(entries, leaves, strict=True):
        if leaf not in known:
            return Wrong(batch.number, "it was changed, or put here", entry.id)
    there = set(leaves)
    gone = next((place for place, leaf in enumerate(sealed) if leaf not in there), None)
    if gone is not None:
        return Wrong(batch.number, f"the entry at place {gone + 1} of {batch.count} is gone")
    return Wrong(batch.number, "its entries stand in another order")


def _by_batch(anchors: Sequence[Anchor]) -> Marks:
    marks: dict[int, set[tuple[bytes, int]]] = {}
    for each in anchors:
        marks.setdefault(each.batch, set()).add((each.chain, each.entries))
    return {number: frozenset(said) for number, said in marks.items() if number > 0}


def _anchor_wrong(batch: Batch, said: frozenset[tuple[bytes, int]]) -> Wrong | None:
    return Wrong(batch.number, "an anchor says otherwise") if said - {(batch.chain, batch.total)} else None


def _end_wrong(session: Session, last: int, marks: Marks) -> Wrong | None:
    """What comes after the last batch: anchors that know of more, and entries whose batch is gone."""
    beyond = min((number for number in marks if number > last), default=None)
    if beyond is not None:
        return Wrong(last + 1, f"the ledger was cut off here; an anchor knows of batch {beyond}")
    # Asked in one statement with the headers, because the worker goes on sealing while this looks.
    sealed = sa.exists().where(Batch.number == Entry.batch)
    outside = sa.select(Entry.batch, Entry.id).where(sa.or_(Entry.batch > last, Entry.batch < 1), ~sealed)
    lost = session.execute(outside.order_by(Entry.batch, Entry.id).limit(1)).first()
    return Wrong(lost.batch, "it is missing, and an entry names it", lost.id.hex) if lost else None
