"""Proofs: what anybody can check without us, that one entry stands in the ledger as it was sealed.

The document holds all that a check needs; `docs/check_proof.py` reads it with the standard library alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from service.ledger import queries, rules
from service.ledger.models import Batch

# An anchor comes every five minutes and a batch twice a second; a chain longer than that waits for no anchor.
MOST_HEADERS = 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry as it was hashed, the way up to its batch's root, and the headers on to the next anchored batch."""

    entry: str
    path: tuple[tuple[str, bytes], ...]
    batches: tuple[dict[str, Any], ...]

    def document(self) -> dict[str, Any]:
        """The proof as JSON; hashes and signatures in hex."""
        return {
            "entry": self.entry,
            "path": [{"side": side, "hash": value.hex()} for side, value in self.path],
            "batches": list(self.batches),
        }


def prove(session: Session, entry_id: UUID) -> Proof | None:
    """Make the proof of one entry; None when it is not there, not sealed yet, or does not fit its batch.

    Who does not fit is for `ledger verify` to name: a proof that would not hold is none.
    """
    entry = queries.find_written(session, entry_id)
    if entry is None or entry.batch is None:
        return None
    headers = _headers(session, entry.batch)
    # The hashes that the batch kept, not the entries themselves: most of them are other organizations'.
    kept, leaf = queries.leaves_of(session, entry.batch), rules.leaf_of(entry.text)
    fits = headers and headers[0].number == entry.batch and leaf in kept and rules.root_of(kept) == headers[0].root
    if not fits:
        return None
    path = rules.path_of(kept, kept.index(leaf))
    return Proof(entry.text.decode(), tuple(path), tuple(_said(each) for each in headers))


def _headers(session: Session, number: int) -> list[Batch]:
    """Up to the next batch that an anchor names, so that the proof can be held against it; else to the newest."""
    until = queries.next_anchored(session, number)
    count = MOST_HEADERS if until is None else min(MOST_HEADERS, until - number + 1)
    return queries.batches_from(session, number, count)


def _said(batch: Batch) -> dict[str, Any]:
    return {**batch.header.said(), "chain": batch.chain.hex(), "signature": batch.signature.hex()}
