"""Writing how offerings are listed, in the transaction that changes what the listing follows from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.bulk import delete_values, insert_missing, insert_values, update_many
from service.documents import from_document
from service.providers.listing import Listing, Owner
from service.providers.models import ListingRecord, OfferingRecord, Provider, TermRecord
from service.providers.queries import credentials_by_provider
from service.providers.records import Derived, derive
from service.providers.rules import OfferingFacts, Policies

OFFERINGS_A_LOOK = 500
NAMES = tuple(each.name for each in fields(Listing))
TERM = ("term", "offering_id")
_VALUES = attrgetter(*NAMES)


def relist(session: Session, *which: sa.ColumnElement[bool], version: int) -> None:
    """Work out anew what follows from some offerings, and write it.

    `version` is the directory's as this transaction has raised it: whoever raised it waited for everybody who was
    changing the directory, so what is read here is what stands. It is read past the unit of work's records, which may
    be older.
    """
    after, _ = relist_some(session, *which, version=version)
    while after is not None:
        after, _ = relist_some(session, OfferingRecord.id > after, *which, version=version)


def relist_some(
    session: Session, *which: sa.ColumnElement[bool], version: int, in_doubt: bool = False
) -> tuple[UUID | None, int]:
    """The same for the first some hundred; answer behind which there may be more, if so, and how many it did.

    `in_doubt` writes all of it, whatever stands there.
    """
    session.flush()
    query = (
        sa.select(OfferingRecord.id, OfferingRecord.facts, OfferingRecord.policies, Provider.id, Provider.name)
        .join(Provider, Provider.id == OfferingRecord.provider_id)
        .where(*which)
        .order_by(OfferingRecord.id)
        .limit(OFFERINGS_A_LOOK)
    )
    rows: Sequence[Any] = session.execute(query).all()
    derived = _derived(session, rows, version)
    update_many(session, OfferingRecord, [{"id": each.listing.offering_id, **each.columns} for each in derived])
    rewrite_listings(session, [each.listing for each in derived], in_doubt=in_doubt)
    return (rows[-1][0] if len(rows) == OFFERINGS_A_LOOK else None), len(rows)


def write_listings(session: Session, listings: Sequence[Listing]) -> None:
    """List offerings that stand nowhere yet."""
    insert_values(session, ListingRecord, NAMES, map(_VALUES, listings))
    terms = [(term, each.offering_id) for each in listings for term in each.terms()]
    # In the order of the index it is half the work to put them there.
    terms.sort(key=itemgetter(0))
    insert_values(session, TermRecord, TERM, terms)


def rewrite_listings(session: Session, listings: Sequence[Listing], *, in_doubt: bool = False) -> None:
    """List offerings anew where they are not listed so already."""
    known = _known(session, [each.offering_id for each in listings])
    changed = [each for each in listings if in_doubt or known.get(each.offering_id) != each]
    if not changed:
        return
    ids = [each.offering_id for each in changed]
    session.execute(sa.delete(ListingRecord).where(ListingRecord.offering_id.in_(ids)))
    insert_values(session, ListingRecord, NAMES, map(_VALUES, changed))
    gone, fresh = [], []
    for each in changed:
        after, before = each.terms(), known[each.offering_id].terms() if each.offering_id in known else set()
        gone += [(term, each.offering_id) for term in before - after]
        fresh += [(term, each.offering_id) for term in (after if in_doubt else after - before)]
    delete_values(session, TermRecord, TERM, gone)
    insert_missing(session, TermRecord, TERM, fresh)


def _derived(session: Session, rows: Sequence[Any], version: int) -> list[Derived]:
    credentials = credentials_by_provider(session, {row[3] for row in rows})
    owners = {row[3]: Owner(row[4], tuple(credentials[row[3]])) for row in rows}
    return [
        derive(
            offering_id,
            from_document(facts, OfferingFacts),
            from_document(policies, Policies) if policies else None,
            owners[provider_id],
            version=version,
        )
        for offering_id, facts, policies, provider_id, _ in rows
    ]


def _known(session: Session, ids: Iterable[UUID]) -> dict[UUID, Listing]:
    columns = [getattr(ListingRecord, name) for name in NAMES]
    rows = session.execute(sa.select(*columns).where(ListingRecord.offering_id.in_(list(ids))))
    return {row[0]: Listing(**dict(zip(NAMES, row, strict=True))) for row in rows}
