"""The API browser's files are the ones that were vendored: nobody edited a minified file by hand."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent.parent / "service" / "http" / "static"


def test_vendored_files_have_their_checksums() -> None:
    for line in (STATIC / "SHA256SUMS").read_text().splitlines():
        expected, name = line.split()
        assert expected == sha256((STATIC / name).read_bytes()).hexdigest(), f"{name} changed; run `make vendor`."
