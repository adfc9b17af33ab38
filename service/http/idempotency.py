"""Once is once: a POST sent again with the same Idempotency-Key has no second effect.

draft-ietf-httpapi-idempotency-key-header-07. The key is inserted in the transaction of the work itself: a twin waits
for it, then replays; a crash undoes both. The answer is sealed, replayed for 24 hours, and then forgotten.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Response, request
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from service import errors, vault
from service.database import Database
from service.http.call import Call
from service.http.kept_answers import REMEMBERED_FOR, REPLAYED_FOR
from service.http.models import IdempotencyKey
from service.ledger.actions import write_entry
from service.vault.rules import keyed_hash

HEADER = "Idempotency-Key"
_KEY = re.compile(r'\A(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,255}))\Z')


class IdempotencyKeyMalformed(errors.Unreadable):
    """The Idempotency-Key cannot be read. Send 1 to 255 printable characters in double quotes; a UUID is best."""


class KeyInUse(errors.Contradiction):
    """The first request with this Idempotency-Key is still running. Wait a second, then send it again."""


class KeyReused(errors.Malformed):
    """This Idempotency-Key came with another request before. A new request needs a new key."""


class AlreadyDone(errors.Contradiction):
    """This was done before, with this Idempotency-Key, and its answer is no longer kept. Nothing was done twice."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request holds, in its own transaction."""

    id: uuid.UUID
    key_hash: bytes


def claim_key(call: Call, still: Callable[[], bool]) -> Claim | Response | None:
    """Claim the key of this request: None without a key, a Response when the answer is already there.

    `still` says whether what was told then may be told now; when not, it is only said that it was done. Raise
    AlreadyDone, Gone (to the application that owns the key: it brought the person, and must not bring them back).
    """
    header = request.headers.get(HEADER)
    if header is None:
        return None
    found = _KEY.match(header.strip())
    if found is None:
        raise IdempotencyKeyMalformed
    key_hash = _hash(call, f"{call.operation}|{found[1] or found[2]}".encode())
    claim = _insert(call, key_hash)
    return claim or _replay(call, key_hash, still)


def keep_answer(call: Call, claim: Claim, response: Response, person_id: uuid.UUID | None) -> None:
    """Keep the answer beside its key, sealed under the key of the person it is about, or the house's own."""
    about = ("idempotency_key", claim.id, 1)
    body = response.get_data(as_text=True)
    sealed = (
        vault.seal(call.session, person_id, body, about=about)
        if person_id
        else vault.seal_for_house(call.session, body, about=about)
    )
    call.session.execute(
        sa.update(IdempotencyKey)
        .where(_is(call, claim.key_hash))
        .values(
            status=response.status_code,
            person_id=person_id,
            answer=sealed,
            etag=response.headers.get("ETag"),
            location=response.headers.get("Location"),
        )
    )


def _insert(call: Call, key_hash: bytes) -> Claim | None:
    database: Database = call.session.info["database"]
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    claim = Claim(uuid.uuid4(), key_hash)
    caller = call.caller
    statement = (
        insert(IdempotencyKey)
        .values(
            organization_id=caller.organization_id,
            application_id=caller.application_id,
            key_hash=key_hash,
            id=claim.id,
            fingerprint=_fingerprint(call),
            made_at=call.now,
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.id)
    )
    if database.is_sqlite:
        return claim if call.session.execute(statement).first() else None
    # A twin would hold a connection as long as the first runs; after 200 ms it is told to come back.
    call.session.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
    try:
        inserted = call.session.execute(statement).first()
    except OperationalError as waited:
        raise KeyInUse(retry_after=1) from waited
    call.session.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
    return claim if inserted else None


def _replay(call: Call, key_hash: bytes, still: Callable[[], bool]) -> Response:
    row = call.session.execute(sa.select(IdempotencyKey).where(_is(call, key_hash))).scalar_one()
    if row.erased:
        raise errors.Gone
    remembered = call.now - row.made_at < REMEMBERED_FOR
    if remembered and row.fingerprint != _fingerprint(call):
        raise KeyReused
    if row.answer is None or row.made_at <= call.now - REPLAYED_FOR or not still():
        raise AlreadyDone(location=row.location if remembered else None)
    about = ("idempotency_key", row.id, 1)
    body = (
        vault.open(call.session, row.person_id, row.answer, about=about)
        if row.person_id
        else vault.open_for_house(call.session, row.answer, about=about)
    )
    write_entry(call.session, "answer_replayed", by=call.caller, now=call.now, person_id=row.person_id)
    response = Response(body, status=row.status, content_type="application/json")
    for name, value in (("ETag", row.etag), ("Location", row.location), ("Idempotency-Replayed", "true")):
        if value:
            response.headers[name] = value
    return response


def _is(call: Call, key_hash: bytes) -> sa.ColumnElement[bool]:
    return sa.and_(
        IdempotencyKey.organization_id == call.caller.organization_id,
        IdempotencyKey.application_id == call.caller.application_id,
        IdempotencyKey.key_hash == key_hash,
    )


def _hash(call: Call, value: bytes) -> bytes:
    return keyed_hash(call.runtime.vault.derived("idempotency"), value)


def _fingerprint(call: Call) -> bytes:
    return _hash(call, request.path.encode() + b"|" + request.get_data(cache=True))
