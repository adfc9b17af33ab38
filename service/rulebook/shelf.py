"""Where rule books stand: the signed-off ones beside this file, each as it was on the day that it was signed off."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from service.rulebook.rules import RuleBook, WrongBook, read_book

BOOKS = Path(__file__).parent / "books"


def read_text(text: str) -> RuleBook:
    """Read a book from TOML. Raise WrongBook."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as unreadable:
        # Its last words say where: (at line 3, column 7).
        raise WrongBook(f"This is no TOML {str(unreadable)[str(unreadable).rfind('(') :]}") from None
    return read_book(document)


def read_next(text: str) -> RuleBook:
    """Read a book that may be signed off one day. Raise WrongBook, also when another book has its version already."""
    book = read_text(text)
    if find(book.version) not in {None, book}:
        raise WrongBook(
            "version: this one is signed off, and says otherwise. What weighs otherwise is the next version."
        )
    return book


def read_shelf(books: Path) -> Mapping[str, RuleBook]:
    """Read the signed-off books of a folder by version, the oldest first: what its SHA256SUMS names, and no other.

    Whoever changes one after it was signed off is stopped here, before anybody is matched by it. Raise WrongBook.
    """
    read = [_signed(books / name, digest) for digest, name in _sums(books)]
    return MappingProxyType({book.version: book for book in sorted(read, key=lambda book: int(book.version))})


@cache
def signed_off() -> Mapping[str, RuleBook]:
    """The signed-off books of this service by version, the oldest first."""
    return read_shelf(BOOKS)


def in_force() -> RuleBook:
    """The book that is in force: the newest that is signed off."""
    books = signed_off()
    return books[max(books, key=int)]


def find(version: str) -> RuleBook | None:
    """Find a signed-off book by its version."""
    return signed_off().get(version)


def _sums(books: Path) -> list[tuple[str, str]]:
    lines = (books / "SHA256SUMS").read_text().splitlines()
    return [(digest, name) for digest, _, name in (line.partition("  ") for line in lines)]


def _signed(path: Path, digest: str) -> RuleBook:
    raw = path.read_bytes()
    if sha256(raw).hexdigest() != digest:
        raise WrongBook(
            f"{path.name} was changed after it was signed off. Put it back; write the next version instead."
        )
    book = read_text(raw.decode())
    if not book.is_signed_off or path.stem != book.version:
        raise WrongBook(f"{path.name} stands among the signed-off books, and is a draft or another version's.")
    return book
