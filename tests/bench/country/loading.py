"""Fills the service's own tables with a country by COPY, from the rows that the service itself writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

import orjson
import psycopg
import sqlalchemy as sa
from psycopg import sql

from service.database import Record, uuid7
from service.documents import to_document
from service.providers.brought import Brought
from service.providers.models import (
    Attestation,
    CredentialRecord,
    DirectoryState,
    OfferingRecord,
    Practitioner,
    Provider,
    SiteRecord,
)
from service.providers.records import attestation_row, offering_row
from tests.bench.country.arrays import Country
from tests.bench.country.written import providers

# What others point to goes first.
IN_ORDER: tuple[type[Record], ...] = (
    Provider, Practitioner, CredentialRecord, OfferingRecord, SiteRecord, Attestation,
)  # fmt: skip
PROVIDERS_A_COPY = 2_000
# Ids tell when rows were made: those that came together stand together, as after an import.
A_COPY_LATER = timedelta(seconds=1)
Rows = dict[type[Record], list[Record]]


def load(url: str, country: Country) -> None:
    """Bring the whole country in, as version 1 of the directory."""
    entries, now = providers(country), country.now
    with psycopg.connect(_plain_url(url)) as connection:
        _copy(connection, DirectoryState, [DirectoryState(id=1, version=1)])
        while some := list(islice(entries, PROVIDERS_A_COPY)):
            rows = _rows(some, now)
            for kind in IN_ORDER:
                _copy(connection, kind, rows[kind])
            now += A_COPY_LATER


def settle(url: str) -> None:
    """Have PostgreSQL tidy up what was brought in; else it does that while it is measured."""
    with psycopg.connect(_plain_url(url), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _plain_url(url: str) -> str:
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _rows(brought: Iterable[Brought], now: datetime) -> Rows:
    rows: Rows = defaultdict(list)
    for each in brought:
        for record in _records(each, now):
            rows[type(record)].append(record)
    return rows


def _records(brought: Brought, now: datetime) -> Iterator[Record]:
    """Everything that one provider comes down to, as the import writes it."""
    fresh: dict[str, Any] = {"version": 1, "made_at": now, "changed_at": now}
    new = brought.provider
    provider = Provider(
        id=uuid7(now), external_id=new.external_id, name=new.name, kind=new.kind, contact=dict(new.contact), **fresh
    )
    yield provider
    for who, owned in brought.practitioners:
        practitioner = Practitioner(
            id=uuid7(now), external_id=who.external_id, provider_id=provider.id, name=who.name,
            licences=[to_document(each) for each in who.licences], competencies=list(who.competencies), **fresh,
        )  # fmt: skip
        yield practitioner
        for credential in owned:
            yield CredentialRecord(
                id=uuid7(now), external_id=credential.external_id, practitioner_id=practitioner.id,
                provider_id=provider.id, evidence=to_document(credential), **fresh,
            )  # fmt: skip
    for offering in brought.offerings:
        record = offering_row(replace(offering, provider_id=provider.id), version=1, now=now)
        yield record
        for site in record.sites:
            site.offering_id = record.id
            yield site
        if offering.policies is not None:
            yield attestation_row(record.id, offering.policies, None, now)


def _copy(connection: psycopg.Connection[Any], kind: type[Record], rows: list[Any]) -> None:
    """Copy rows into their table, whichever columns the service gave it."""
    attributes = [each for each in sa.inspect(kind).column_attrs if not each.columns[0].computed]
    names = sql.SQL(", ").join(sql.Identifier(each.columns[0].name) for each in attributes)
    written = [(each.key, isinstance(each.columns[0].type, sa.JSON)) for each in attributes]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(kind.__tablename__), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_plain(getattr(row, name), as_json=is_json) for name, is_json in written])


def _plain(value: Any, *, as_json: bool) -> Any:
    if as_json and value is not None:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    return value.value if isinstance(value, StrEnum) else value
