"""Anchors: where the chain stood, put where the administrator of this house cannot change it.

A chain that is cut off at its end looks whole; only somebody who remembers how long it was can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.orm import Session

from service.database import Database
from service.files import write_whole
from service.ledger import queries, rules
from service.ledger.models import Anchored
from service.ledger.sealing import is_signed

ANCHOR_EVERY = timedelta(minutes=5)
LATE_AFTER = timedelta(minutes=15)
ANYBODY_READS = 0o644
# Whoever was erased in a unit of work still open at the last anchor is named by the next; twice does no harm.
LOOK_BACK = timedelta(minutes=10)

Erased = Callable[[Session, datetime | None], Iterable[UUID]]
"""Answers the ids of the persons who were erased since an instant, or ever."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an anchor says: the last batch, its chain value, how many entries there are up to it, who was erased."""

    number: int
    at: str
    batch: int
    chain: bytes
    entries: int
    erased: tuple[str, ...]
    signature: bytes

    def signed(self) -> bytes:
        """What the sealer signs."""
        return rules.canonical(self._said())

    def document(self) -> bytes:
        """The anchor as it stands in its file."""
        return rules.canonical({**self._said(), "signature": self.signature.hex()}) + b"\n"

    def _said(self) -> dict[str, Any]:
        return {
            "number": self.number, "at": self.at, "batch": self.batch, "chain": self.chain.hex(),
            "entries": self.entries, "erased": list(self.erased),
        }  # fmt: skip


class AnchorUnreadable(Exception):
    """A file among the anchors is no anchor, or nobody who sealed here signed it."""


def put_anchor(database: Database, place: Path, erased: Erased, key: Ed25519PrivateKey, *, now: datetime) -> None:
    """Put an anchor at a place when the last one there is five minutes old. Raise OSError when the place is away.

    The row that remembers it and the file come about together: the file is written last, before the commit.
    """
    with database.session() as session:
        last = queries.newest_anchor(session, str(place))
        if last is not None and now - last.at < ANCHOR_EVERY:
            return
        batch = queries.newest_batch(session)
        since = last.at - LOOK_BACK if last else None
        anchor = Anchor(
            number=last.number + 1 if last else 1,
            at=rules.instant(now),
            batch=batch.number if batch else 0,
            chain=batch.chain if batch else rules.FIRST,
            entries=batch.total if batch else 0,
            erased=tuple(sorted(str(each) for each in erased(session, since))),
            signature=b"",
        )
        session.add(Anchored(place=str(place), number=anchor.number, at=now, batch=anchor.batch))
        session.flush()
        _write(place, _with_signature(anchor, key))


def late_places(session: Session, places: Sequence[Path], *, since: datetime, now: datetime) -> int:
    """Count the places without an anchor for a quarter of an hour; `since` is when this worker began to put them."""
    anchors = [queries.newest_anchor(session, str(place)) for place in places]
    return sum(now - (last.at if last else since) > LATE_AFTER for last in anchors)


def read_anchors(folder: Path, keys: Sequence[Ed25519PublicKey]) -> list[Anchor]:
    """Read the anchors of a folder, the oldest first. Raise AnchorUnreadable."""
    anchors = [_read(path) for path in sorted(folder.glob("anchor-*.json"))]
    if not all(is_signed(each.signed(), each.signature, keys) for each in anchors):
        raise AnchorUnreadable
    return sorted(anchors, key=lambda each: (each.batch, each.number))


def _with_signature(anchor: Anchor, key: Ed25519PrivateKey) -> Anchor:
    return Anchor(anchor.number, anchor.at, anchor.batch, anchor.chain, anchor.entries, anchor.erased,
                  key.sign(anchor.signed()))  # fmt: skip


def _write(place: Path, anchor: Anchor) -> None:
    name = f"anchor-{anchor.at.replace(':', '')}-{anchor.number:09}.json"
    write_whole(place / name, anchor.document(), mode=ANYBODY_READS)


def _read(path: Path) -> Anchor:
    try:
        said = orjson.loads(path.read_bytes())
        return Anchor(
            int(said["number"]), str(said["at"]), int(said["batch"]), bytes.fromhex(said["chain"]),
            int(said["entries"]), tuple(said["erased"]), bytes.fromhex(said["signature"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as unreadable:
        raise AnchorUnreadable from unreadable
