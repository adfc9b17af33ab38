"""A bare WSGI application that does the same SQL and the same sealing as POST /v1/intakes, with no framework.

It checks the same key hash, parses and writes the same JSON, makes people's keys in the same batches, and commits once.
It validates nothing, so it is a floor that no real service can reach. There are two of them: one sends statement by
statement, as a plain hand would write it; the other joins the rows of an intake into one journey, as the service does.
"""

from __future__ import annotations

import hmac
import queue
import secrets
import uuid
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg

from service.database import uuid7
from service.people.codes import spell
from service.runtime import build_runtime
from service.settings import load_settings
from service.vault.rules import keyed_hash, seal_bytes

KEY = """SELECT api_key.id, api_key.organization_id, api_key.application_id, api_key.secret_hash, api_key.made_at,
 api_key.expires_at, api_key.revoked_at, application.scopes, organization.id, organization.name, organization.kind,
 organization.made_at, set_config('app.organization_id', api_key.organization_id::text, true)
 FROM api_key JOIN application ON application.organization_id = api_key.organization_id
 AND application.id = api_key.application_id JOIN organization ON organization.id = api_key.organization_id
 WHERE api_key.id = %s"""
PERSON = "INSERT INTO person VALUES (%s, %s, 'open', 1, %s, %s)"
INTAKE = """INSERT INTO intake (organization_id, id, person_id, mode, status, version, received_at, changed_at)
 VALUES (%s, %s, %s, %s, 'open', 1, %s, %s)"""
VERSION = """INSERT INTO intake_version (organization_id, intake_id, version, sealed, written_at, application_id)
 VALUES (%s, %s, 1, %s, %s, %s)"""
ENTRY = """INSERT INTO ledger_entry (id, at, organization_id, application_id, acting_worker, request_id, hand,
 action, decision, person_id, subject, subject_id, also, field_groups, purpose, consent_id, recipient_id)
 VALUES (%s, %s, %s, %s, NULL, %s, 'application',
 'intake_submitted', 'allowed', %s, 'intake', %s, NULL, NULL, NULL, NULL, NULL)"""
EVENT = """INSERT INTO event (id, audience_id, type, record_id, record_version, about_person_id, at, delivered_at,
 cancelled_at) VALUES (%s, %s, 'intake.submitted', %s, 1, %s, %s, NULL, NULL)"""
# The parts of an intake's rows that follow one another; in one journey just as service.rows sends them.
ROWS = (PERSON, INTAKE, VERSION, ENTRY, EVENT)
JOINED = "WITH " + ", ".join(f"row_{number} AS ({row})" for number, row in enumerate(ROWS[:-1])) + f" {EVENT}"

Start = Callable[[str, list[tuple[str, str]]], object]


def create_app(*, joined: bool = False) -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    """Make the application; connections are opened on first use, after the fork."""
    settings = load_settings()
    vault = build_runtime(settings).vault
    connections: queue.LifoQueue[psycopg.Connection] = queue.LifoQueue()

    @contextmanager
    def connection() -> Any:
        try:
            held = connections.get_nowait()
        except queue.Empty:
            held = psycopg.connect(settings.database_url, autocommit=True)
        yield held
        connections.put(held)

    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        body = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        key_id, secret = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer mr_").split("_", 1)
        now = datetime.now(UTC)
        with connection() as held, held.transaction():
            key = held.execute(KEY, (key_id,)).fetchone()
            offered = keyed_hash(vault.derived("blind/api-key"), secret.encode())
            if not hmac.compare_digest(offered, key[3]):
                raise PermissionError
            answer = _take_in(held, vault, key, body, now, joined=joined)
        start("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
        return [answer]

    return app


def _take_in(
    held: psycopg.Connection, vault: Any, key: Any, body: dict[str, Any], now: datetime, *, joined: bool
) -> bytes:
    organization, application = key[1], key[2]
    slot, intake = vault.slot(now), uuid.uuid4()
    about = f"intake_version|{intake}|1".encode()
    sealed = seal_bytes(slot.key, {"said": body, "not_kept": []}, about)
    rows = (
        (organization, slot.person_id, now, now),
        (organization, intake, slot.person_id, body["mode"], now, now),
        (organization, intake, sealed, now, application),
        (uuid7(now), now, organization, application, secrets.token_hex(16), slot.person_id, intake),
        (uuid7(now), organization, intake, slot.person_id, now),
    )
    if joined:
        held.execute(JOINED, tuple(value for row in rows for value in row))
    else:
        for statement, row in zip(ROWS, rows, strict=True):
            held.execute(statement, row)
    return orjson.dumps({"id": str(intake), "return_code": spell(slot.code, "en"), **body})
