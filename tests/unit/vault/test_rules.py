"""Sealing: only the right key opens, and only in the right place."""

from __future__ import annotations

import secrets
import uuid

import pytest

from service.vault import rules

KEY = secrets.token_bytes(32)
ROW = uuid.uuid4()


def place(row: uuid.UUID = ROW, version: int = 1, table: str = "intake_version") -> bytes:
    return rules.associated_data((table, row, version))


def test_what_was_sealed_opens_again_byte_for_byte() -> None:
    said = {"verbatim": " drei Wörter\r\n\t\u202e "}

    assert rules.open_bytes(KEY, rules.seal_bytes(KEY, said, place()), place()) == said


@pytest.mark.parametrize(
    "elsewhere", [place(uuid.uuid4()), place(version=2), place(table="consent")], ids=["row", "version", "table"]
)
def test_a_document_that_was_moved_does_not_open(elsewhere: bytes) -> None:
    sealed = rules.seal_bytes(KEY, "words", place())

    with pytest.raises(rules.SealBroken):
        rules.open_bytes(KEY, sealed, elsewhere)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(rules.SealBroken):
        rules.open_bytes(secrets.token_bytes(32), rules.seal_bytes(KEY, "words", place()), place())


def test_the_same_words_never_look_the_same() -> None:
    assert rules.seal_bytes(KEY, "words", place()) != rules.seal_bytes(KEY, "words", place())


def test_tags_of_codes_differ_by_code_and_by_pepper() -> None:
    pepper, other = secrets.token_bytes(32), secrets.token_bytes(32)

    assert len({rules.quick_tag(pepper, 1), rules.quick_tag(pepper, 2), rules.quick_tag(other, 1)}) == 3


def test_purposes_have_keys_of_their_own() -> None:
    assert rules.derive(KEY, "cursor") != rules.derive(KEY, "return-code")
