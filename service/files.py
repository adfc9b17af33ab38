"""Small files that have to be whole: keys, and the anchors of the ledger."""

from __future__ import annotations

import os
from pathlib import Path

OWNER_ALONE = 0o600


def write_whole(path: Path, raw: bytes, *, mode: int = OWNER_ALONE) -> None:
    """Write or replace a file whole or not at all, and have it on the disk before this returns.

    After a crash or a power cut at any instant the old one is there, or the new one.
    """
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=mode, exist_ok=False)
    with fresh.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
