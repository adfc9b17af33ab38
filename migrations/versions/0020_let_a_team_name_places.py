"""Let a team name places: *near the library* is their library, and is looked up nowhere else.

Where a team meets people says where people are, so what a place is called and where it is are sealed. It is found by
what it is called: each of its names has a row with a keyed hash, and the key of that table lets a name mean one place
of an organization. How many places an organization has stands in its own row: the limit is kept by one conditional
UPDATE, and an organization that named none is never asked for any.

On PostgreSQL both tables stand behind the wall of migration 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WALLED = ("named_place", "place_name")


def said(setting: str) -> str:
    """What the transaction said, as the policies of 0015 read it."""
    return f"NULLIF(current_setting('app.{setting}', true), '')::uuid"


def upgrade() -> None:
    with op.batch_alter_table("organization") as batch_op:
        batch_op.add_column(sa.Column("named_places", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("organization") as batch_op:
        batch_op.alter_column("named_places", existing_type=sa.Integer(), server_default=None)
    op.create_table(
        "named_place",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_named_place_organization_id_organization"
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="pk_named_place"),
    )
    op.create_table(
        "place_name",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "place_id"],
            ["named_place.organization_id", "named_place.id"],
            name="fk_place_name_organization_id_place_id_named_place",
        ),
        sa.PrimaryKeyConstraint("organization_id", "name_hash", name="pk_place_name"),
    )
    op.create_index("ix_place_name_place", "place_name", ["organization_id", "place_id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in WALLED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY its_organization ON {table}"
            f" USING (organization_id IN ({said('organization_id')}, {said('standing_in')}))"
        )
        op.execute(f"CREATE POLICY the_house ON {table} USING (current_setting('app.house', true) = 'on')")


def downgrade() -> None:
    op.drop_table("place_name")
    op.drop_table("named_place")
    with op.batch_alter_table("organization") as batch_op:
        batch_op.drop_column("named_places")
