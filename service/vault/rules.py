"""How keys, seals and code tags are computed; no clock, no store.

Sealing is AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The associated data names table, row and
version, so that a sealed document moved to another row does not open. Return codes are looked up by a keyed tag:
first HMAC-SHA-256 alone, then, hardened by the worker, HMAC over argon2id (RFC 9106; OWASP ASVS 5.0 appendix C).
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service import errors

NONCE_BYTES = 12
KEY_BYTES = 32
# Six words of a 2,048-word list: 66 bits. What the words are is known to `people`; here a code is a number.
CODE_BITS = 66
CODE_BYTES = 9
# One fixed salt: the tag must be the same for the same code, so that it can be looked up; the pepper makes it ours.
CODE_SALT = b"making-room/return-code/1"
ARGON2_MEMORY_KIB = 46 * 1024

About = tuple[str, UUID, int]


class SealBroken(errors.Refusal):
    """What is kept here cannot be opened."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A person's place, made ahead: their id, their key, and the number that their return code spells."""

    person_id: UUID
    key: bytes
    code: int

    def __repr__(self) -> str:
        return f"Slot(person_id={self.person_id})"


def seal_bytes(key: bytes, document: Any, about: bytes) -> bytes:
    """Seal a JSON document: nonce, then ciphertext with its tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, orjson.dumps(document), about)


def open_bytes(key: bytes, sealed: bytes, about: bytes) -> Any:
    """Open what seal_bytes sealed under the same key and for the same place. Raise SealBroken otherwise."""
    try:
        return orjson.loads(AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about))
    except InvalidTag as broken:
        raise SealBroken from broken


def sealed_anew(opened: bytes, secret: bytes, sealed: bytes, about: bytes) -> bytes:
    """Seal under one key what another one opens, without looking at what it is. Raise SealBroken."""
    try:
        document = AESGCM(opened).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except InvalidTag as broken:
        raise SealBroken from broken
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(secret).encrypt(nonce, document, about)


def associated_data(about: About) -> bytes:
    """Name the place a document belongs to: table, row, version."""
    table, row, version = about
    return f"{table}|{row}|{version}".encode()


def derive(secret: bytes, purpose: str) -> bytes:
    """Make a key of its own for one purpose (HKDF, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"making-room/{purpose}".encode()).derive(secret)


def keyed_hash(key: bytes, value: bytes) -> bytes:
    """HMAC-SHA-256."""
    return hmac.new(key, value, sha256).digest()


def quick_tag(pepper: bytes, code: int) -> bytes:
    """Tag of a code before the worker hardened it."""
    return keyed_hash(pepper, code.to_bytes(CODE_BYTES + 1, "big"))


def hard_tag(pepper: bytes, quick: bytes) -> bytes:
    """Tag of a code after hardening; about 45 ms and 46 MiB, on purpose."""
    stretched = Argon2id(salt=CODE_SALT, length=KEY_BYTES, iterations=1, lanes=1, memory_cost=ARGON2_MEMORY_KIB).derive(
        quick
    )
    return keyed_hash(pepper, stretched)


def new_code() -> int:
    """Draw a return code."""
    return secrets.randbits(CODE_BITS)
