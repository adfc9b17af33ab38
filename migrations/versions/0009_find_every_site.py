"""Find every site: an offering is searched by all of its places, and a confidential one only by its area.

Until now the first site alone was searched by, at its exact position, which a search could narrow down to the door.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OFFERING = sa.table(
    "offering",
    sa.column("id", sa.Uuid()),
    sa.column("facts", sa.JSON()),
    sa.column("latitude", sa.Double()),
    sa.column("longitude", sa.Double()),
)
ROWS_A_LOOK = 1000


def upgrade() -> None:
    site = op.create_table(
        "offering_site",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_offering_site_offering_id_offering")),
        sa.PrimaryKeyConstraint("offering_id", "number", name=op.f("pk_offering_site")),
    )
    connection = op.get_bind()
    offerings = connection.execute(sa.select(OFFERING.c.id, OFFERING.c.facts)).all()
    rows = [
        {"offering_id": offering_id, "number": number, **_place(place)}
        for offering_id, facts in offerings
        for number, place in enumerate(facts.get("sites", ()))
    ]
    for start in range(0, len(rows), ROWS_A_LOOK):
        op.bulk_insert(site, rows[start : start + ROWS_A_LOOK])
    op.create_index("ix_offering_site_place", "offering_site", ["latitude", "longitude"])
    op.drop_index("ix_offering_place", "offering")
    op.execute("ALTER TABLE offering DROP COLUMN latitude")
    op.execute("ALTER TABLE offering DROP COLUMN longitude")


def downgrade() -> None:
    op.add_column("offering", sa.Column("latitude", sa.Double(), nullable=True))
    op.add_column("offering", sa.Column("longitude", sa.Double(), nullable=True))
    site = sa.table("offering_site", *map(sa.column, ("offering_id", "number", "latitude", "longitude")))
    first = (site.c.offering_id == OFFERING.c.id) & (site.c.number == 0)
    op.execute(
        sa.update(OFFERING).values(
            latitude=sa.select(site.c.latitude).where(first).scalar_subquery(),
            longitude=sa.select(site.c.longitude).where(first).scalar_subquery(),
        )
    )
    op.create_index("ix_offering_place", "offering", ["latitude", "longitude"])
    op.drop_table("offering_site")


def _place(site: dict[str, float | bool]) -> dict[str, float]:
    decimals = 1 if site.get("confidential") else 15
    return {name: round(float(site[name]), decimals) for name in ("latitude", "longitude")}
