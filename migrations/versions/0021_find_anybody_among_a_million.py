"""Find anybody among a million offerings: list each by what it is searched by, and remember how far an import came.

Until now a search for something rare read offerings one by one until it had found some. The listing is worked out by
the service's own code, not by a copy of it here: a copy would go on saying what levels once were. So only columns that
this step makes are written; one that comes later is filled by the step that makes it.
"""

import sqlalchemy as sa
from alembic import op

from service.documents import from_document
from service.providers.credentials import Credential
from service.providers.listing import Owner, listing_of
from service.providers.rules import OfferingFacts, Policies

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OFFERINGS_A_LOOK = 1000
OFFERING = sa.table(
    "offering",
    sa.column("id", sa.Uuid()),
    sa.column("provider_id", sa.Uuid()),
    sa.column("name", sa.String()),
    sa.column("kind", sa.String()),
    sa.column("facts", sa.JSON()),
    sa.column("policies", sa.JSON()),
)
PROVIDER = sa.table("provider", sa.column("id", sa.Uuid()), sa.column("name", sa.String()))
CREDENTIAL = sa.table("credential", sa.column("provider_id", sa.Uuid()), sa.column("evidence", sa.JSON()))


def upgrade() -> None:
    listing = op.create_table(
        "offering_listing",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("categories", sa.BigInteger(), nullable=False),
        sa.Column("settings", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("falls_to", sa.Integer(), nullable=False),
        sa.Column("declared_until", sa.Date(), nullable=False),
        sa.Column("verified_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_offering_listing_offering_id_offering")
        ),
        sa.PrimaryKeyConstraint("offering_id", name=op.f("pk_offering_listing")),
    )
    collation = "C" if op.get_bind().dialect.name == "postgresql" else None
    term = op.create_table(
        "offering_term",
        sa.Column("term", sa.String(length=80, collation=collation), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("term", "offering_id", name=op.f("pk_offering_term")),
    )
    op.create_table(
        "directory_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("providers_read", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("report_size", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_import")),
    )
    op.create_index("ix_directory_import_file_hash", "directory_import", ["file_hash"])
    _list_all(op.get_bind(), listing, term)
    op.create_index("ix_offering_listing_name", "offering_listing", ["name", "offering_id"])


def downgrade() -> None:
    op.drop_table("directory_import")
    op.drop_table("offering_term")
    op.drop_table("offering_listing")


def _list_all(connection: sa.Connection, listing: sa.Table, term: sa.Table) -> None:
    """List the offerings that there are, some at a time."""
    query = (
        sa.select(OFFERING, PROVIDER.c.name.label("provider_name"))
        .join(PROVIDER, PROVIDER.c.id == OFFERING.c.provider_id)
        .order_by(OFFERING.c.id)
        .limit(OFFERINGS_A_LOOK)
    )
    rows = connection.execute(query).all()
    while rows:
        listings = _listings(connection, rows)
        values = [{column.name: getattr(each, column.name) for column in listing.c} for each in listings]
        connection.execute(sa.insert(listing), values)
        terms = [{"term": one, "offering_id": each.offering_id} for each in listings for one in sorted(each.terms())]
        connection.execute(sa.insert(term), terms)
        rows = connection.execute(query.where(OFFERING.c.id > rows[-1].id)).all()


def _listings(connection, rows):
    names = {row.provider_id: row.provider_name for row in rows}
    evidence = {each: [] for each in names}
    query = sa.select(CREDENTIAL.c.provider_id, CREDENTIAL.c.evidence).where(CREDENTIAL.c.provider_id.in_(names))
    for provider_id, document in connection.execute(query):
        evidence[provider_id].append(from_document(document, Credential))
    owners = {each: Owner(name, tuple(evidence[each])) for each, name in names.items()}
    return [_listing(row, owners[row.provider_id]) for row in rows]


def _listing(row, owner):
    facts = from_document({"name": row.name, "kind": row.kind, **row.facts}, OfferingFacts)
    return listing_of(row.id, facts, from_document(row.policies, Policies) if row.policies else None, owner)
