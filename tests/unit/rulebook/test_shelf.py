"""Signed-off books never change: by their digests, in the folder and here."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from service.rulebook import shelf
from service.rulebook.rules import WrongBook
from service.rulebook.shelf import BOOKS, read_shelf
from tests.builders.books import a_document, as_toml

# A book that people were matched by is evidence. This list only grows: add the line of a new version, and touch no
# other; whoever changes a book and its digest in the folder has to do it here as well, before everybody's eyes.
SIGNED_OFF = {
    "1.toml": "ef3b3b6e719a9f3d69b70e4a3397145462a08d99f2eca0274b0c8d0d62d2a7a6",
}


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """A copy of the shelf, to be spoiled."""
    return Path(shutil.copytree(BOOKS, tmp_path / "books"))


def sign(books: Path, version: int, **changes: Any) -> None:
    """Put a signed-off book of another version on a shelf."""
    raw = as_toml(a_document(version=version, **changes)).encode()
    (books / f"{version}.toml").write_bytes(raw)
    with (books / "SHA256SUMS").open("a") as sums:
        sums.write(f"{sha256(raw).hexdigest()}  {version}.toml\n")


def test_signed_off_books_are_what_they_were() -> None:
    there = {path.name: sha256(path.read_bytes()).hexdigest() for path in BOOKS.glob("*.toml")}

    assert there == SIGNED_OFF, "A signed-off book never changes, and none goes: put it back, write the next version."


def test_every_book_in_the_folder_is_signed_off() -> None:
    assert {f"{version}.toml" for version in shelf.signed_off()} == set(SIGNED_OFF)
    assert all(book.is_signed_off for book in shelf.signed_off().values())


def test_the_newest_signed_off_book_is_in_force() -> None:
    assert shelf.in_force() == shelf.signed_off()[max(shelf.signed_off(), key=int)]
    assert shelf.find("1") is not None
    assert shelf.find("0") is None


def test_books_stand_by_number_and_not_by_spelling(books: Path) -> None:
    for version in (10, 9, 2):
        sign(books, version)

    assert list(read_shelf(books)) == ["1", "2", "9", "10"]


def test_a_book_that_was_changed_stops_everything(books: Path) -> None:
    text = (books / "1.toml").read_text()
    (books / "1.toml").write_text(text.replace("near = 0.15", "near = 0.10").replace("depth = 0.05", "depth = 0.10"))

    with pytest.raises(WrongBook, match=r"1\.toml was changed after it was signed off"):
        read_shelf(books)


def test_a_draft_in_the_folder_is_not_in_force(books: Path) -> None:
    (books / "2.toml").write_text(as_toml(a_document(version=2, signed_off_on=None, signed_off_by=None)))

    assert list(read_shelf(books)) == ["1"]


@pytest.mark.parametrize("changes", [{"signed_off_on": None, "signed_off_by": None}, {"why": None}])
def test_what_is_no_signed_off_book_cannot_be_listed_as_one(books: Path, changes: dict[str, Any]) -> None:
    sign(books, 2, **changes)

    with pytest.raises(WrongBook):
        read_shelf(books)


def test_a_book_under_another_versions_name_is_none(books: Path) -> None:
    sign(books, 2)
    (books / "2.toml").rename(books / "3.toml")
    sums = (books / "SHA256SUMS").read_text().replace("2.toml", "3.toml")
    (books / "SHA256SUMS").write_text(sums)

    with pytest.raises(WrongBook, match="another version's"):
        read_shelf(books)
