"""Counting what came in a list of any length: in a file of its own that is gone with the process, not in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from hashlib import blake2b

# SQLite's own default of 2 MB would go to the disk for each id of a million.
CACHE = "PRAGMA cache_size = -32000"
KEY_BYTES = 16
KEYS_A_LOOK = 500


class Tally:
    """How often each text came. Texts are told apart by 16 bytes of BLAKE2b: a million of them never look alike."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for step in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", CACHE):
            self._file.execute(step)
        self._file.execute("CREATE TABLE tally (text BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
        self._file.execute("BEGIN")

    def count(self, text: str) -> int:
        """Count a text that comes; answer how often it came by now."""
        (times,) = self._file.execute(
            "INSERT INTO tally VALUES (?, 1) ON CONFLICT (text) DO UPDATE SET times = times + 1 RETURNING times",
            (_key(text),),
        ).fetchone()
        return int(times)

    def known(self, texts: Collection[str]) -> set[str]:
        """Which of some texts have been counted."""
        by_key = {_key(each): each for each in texts}
        keys = list(by_key)
        found: set[str] = set()
        for start in range(0, len(keys), KEYS_A_LOOK):
            some = keys[start : start + KEYS_A_LOOK]
            rows = self._file.execute(f"SELECT text FROM tally WHERE text IN ({', '.join('?' * len(some))})", some)  # noqa: S608
            found.update(by_key[key] for (key,) in rows)
        return found

    def count_all(self, texts: Iterable[str]) -> None:
        """Count texts that come for the first time."""
        self._file.executemany("INSERT INTO tally VALUES (?, 1)", sorted((_key(each),) for each in texts))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _key(text: str) -> bytes:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=KEY_BYTES).digest()
