"""Writing how offerings are listed, in the transaction that changes what the listing follows from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.bulk import insert_values, update_many
from service.documents import from_document
from service.providers.listing import Listing, Owner
from service.providers.models import ListingRecord, OfferingRecord, Provider, TermRecord
from service.providers.queries import credentials_by_provider
from service.providers.records import derive
from service.providers.rules import OfferingFacts, Policies

OFFERINGS_A_LOOK = 500
NAMES = tuple(each.name for each in fields(Listing))
_VALUES = attrgetter(*NAMES)


def relist(session: Session, *which: sa.ColumnElement[bool], version: int) -> int:
    """Work out anew what follows from some offerings, and write it; answer how many there were.

    `version` is the directory's as this transaction has raised it: whoever raised it waited for everybody who was
    changing the directory, so what is read here is what stands. It is read past the unit of work's records, which may
    be older.
    """
    session.flush()
    query = (
        sa.select(OfferingRecord.id, OfferingRecord.facts, OfferingRecord.policies, Provider.id, Provider.name)
        .join(Provider, Provider.id == OfferingRecord.provider_id)
        .where(*which)
        .order_by(OfferingRecord.id)
        .limit(OFFERINGS_A_LOOK)
    )
    rows, counted = session.execute(query).all(), 0
    while rows:
        _relist(session, rows, version)
        counted += len(rows)
        rows = session.execute(query.where(OfferingRecord.id > rows[-1][0])).all()
    return counted


def write_listings(session: Session, listings: Sequence[Listing], *, new: bool = False) -> None:
    """Write listings, and the terms that lead to them; those of `new` offerings stand nowhere yet."""
    known = {} if new else _known(session, [each.offering_id for each in listings])
    changed = [each for each in listings if known.get(each.offering_id) != each]
    if stale := [each.offering_id for each in changed if each.offering_id in known]:
        session.execute(sa.delete(ListingRecord).where(ListingRecord.offering_id.in_(stale)))
    insert_values(session, ListingRecord, NAMES, map(_VALUES, changed))
    before = {offering_id: listing.terms() for offering_id, listing in known.items()}
    _write_terms(session, [(each.offering_id, before.get(each.offering_id, set()), each.terms()) for each in changed])


def _relist(session: Session, rows: Sequence[Any], version: int) -> None:
    credentials = credentials_by_provider(session, {row[3] for row in rows})
    owners = {row[3]: Owner(row[4], tuple(credentials[row[3]])) for row in rows}
    derived = [
        derive(
            offering_id,
            from_document(facts, OfferingFacts),
            from_document(policies, Policies) if policies else None,
            owners[provider_id],
            version=version,
        )
        for offering_id, facts, policies, provider_id, _ in rows
    ]
    update_many(session, OfferingRecord, [{"id": each.listing.offering_id, **each.columns} for each in derived])
    write_listings(session, [each.listing for each in derived])


def _known(session: Session, ids: Iterable[UUID]) -> dict[UUID, Listing]:
    columns = [getattr(ListingRecord, name) for name in NAMES]
    rows = session.execute(sa.select(*columns).where(ListingRecord.offering_id.in_(list(ids))))
    return {row[0]: Listing(**dict(zip(NAMES, row, strict=True))) for row in rows}


def _write_terms(session: Session, changes: Sequence[tuple[UUID, set[str], set[str]]]) -> None:
    gone = [{"of_id": each, "of_term": term} for each, before, after in changes for term in before - after]
    if gone:
        row = (TermRecord.offering_id == sa.bindparam("of_id"), TermRecord.term == sa.bindparam("of_term"))
        session.connection().execute(sa.delete(TermRecord.__table__).where(*row), gone)  # type: ignore[arg-type]
    fresh = [(term, each) for each, before, after in changes for term in after - before]
    # In the order of the index it is half the work to put them there.
    fresh.sort(key=itemgetter(0))
    insert_values(session, TermRecord, ("term", "offering_id"), fresh)
