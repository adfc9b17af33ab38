"""Sealing: what was committed goes into batches, each a Merkle tree, chained to the one before and signed.

No request waits for it. Entries are gathered by a mark, never by an id above the last one seen: an id made earlier may
be committed later, and would be missed for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.database import Database
from service.ledger import queries, rules
from service.ledger.models import Batch, Entry

ENTRIES_A_BATCH = 2000
BATCHES_A_DROP = 500


def seal_entries(database: Database, key: Ed25519PrivateKey, *, now: datetime) -> int:
    """Seal what is committed and not sealed yet, all of it. Answer how many entries were sealed.

    Of two sealers at once one wins each batch, and the other leaves it at that: UNIQUE(previous) lets no chain fork.
    """
    sealed = 0
    while count := _seal_batch(database, key, now):
        sealed += count
        if count < ENTRIES_A_BATCH:
            break
    return sealed


def drop_old_entries(session: Session, before: datetime, *, key: Ed25519PrivateKey, now: datetime) -> int:
    """Drop the entries of whole batches sealed before an instant; their headers stay. Answer how many went.

    Signed, so that `ledger verify` tells it from a deletion. Nothing goes that is not six years old, whatever
    `before` says. At most BATCHES_A_DROP batches a call: call again until it answers 0.
    """
    old = sa.select(Batch).where(Batch.at < before, Batch.dropped_at.is_(None)).order_by(Batch.number)
    dropped = 0
    for batch in session.scalars(old.limit(BATCHES_A_DROP)).all():
        if not rules.may_go(batch.at, now):
            break
        batch.leaves, batch.dropped_at = None, now
        batch.dropped_signature = key.sign(rules.dropping(batch.number, batch.root, now))
        session.execute(sa.delete(Entry).where(Entry.batch == batch.number))
        dropped += batch.count
    session.flush()
    return dropped


def is_signed(text: bytes, signature: bytes, keys: Sequence[Ed25519PublicKey]) -> bool:
    """Whether one of the keys that ever sealed here signed this."""
    for key in keys:
        try:
            key.verify(signature, text)
        except InvalidSignature:
            continue
        return True
    return False


def _seal_batch(database: Database, key: Ed25519PrivateKey, now: datetime) -> int:
    """Seal one batch. The hashing is done before anything is locked; the header comes before the marks."""
    with database.session(reading=True) as session:
        # In this order: a batch that another sealer adds between the two makes ours fail, and not seal twice.
        last = queries.newest_batch(session)
        entries = queries.unsealed(session, ENTRIES_A_BATCH)
    if not entries:
        return 0
    batch = _batch_after(last, [rules.leaf_of(each.text) for each in entries], key, now)
    try:
        with database.session() as session:
            session.add(batch)
            session.flush()
            _mark(session, batch.number, [each.id for each in entries])
    except IntegrityError:
        return 0
    return len(entries)


def _batch_after(last: Batch | None, leaves: list[bytes], key: Ed25519PrivateKey, now: datetime) -> Batch:
    number, before, previous = (last.number, last.total, last.chain) if last else (0, 0, rules.FIRST)
    header = rules.Header(number + 1, len(leaves), before + len(leaves), rules.root_of(leaves), previous, now)
    chain = header.chain()
    return Batch(
        number=header.number,
        count=header.count,
        total=header.total,
        root=header.root,
        previous=previous,
        chain=chain,
        at=now,
        signature=key.sign(chain),
        leaves=b"".join(leaves),
    )


def _mark(session: Session, number: int, ids: list[str]) -> None:
    marked = session.execute(
        sa.update(Entry)
        .where(Entry.id.in_([UUID(each) for each in ids]), Entry.batch.is_(None))
        .values(batch=number)
        .execution_options(synchronize_session=False)
    )
    if cast(sa.CursorResult[Any], marked).rowcount != len(ids):
        raise LookupError("An entry went away while it was being sealed.")
