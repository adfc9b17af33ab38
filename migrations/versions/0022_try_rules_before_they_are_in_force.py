"""Try rules before they are in force, on what people were really looking for, and on nothing that says who they were.

An organization may let its applicants be recorded; none does by itself. A recorded applicant has a month, a random id
and a sealed rest, and no column that could lead back: no organization, no person, no intake. SQLite keeps the table
in the order of those random ids and without row numbers, because an order of coming would lead back as well.

On PostgreSQL there is no organization for a row to belong to, so only the house at work sees the rows. Whoever answers
requests adds some, and can neither read, change nor remove any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

POLICIES = {
    "the_house": "USING (current_setting('app.house', true) = 'on')",
    "anybody_adds": "FOR INSERT WITH CHECK (true)",
}


def upgrade() -> None:
    op.create_table(
        "recorded_applicant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recorded_applicant"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("organization") as batch_op:
        batch_op.add_column(sa.Column("records_applicants", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("organization") as batch_op:
        batch_op.alter_column("records_applicants", existing_type=sa.Boolean(), server_default=None)
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE recorded_applicant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for name, rule in POLICIES.items():
        op.execute(f"CREATE POLICY {name} ON recorded_applicant {rule}")


def downgrade() -> None:
    with op.batch_alter_table("organization") as batch_op:
        batch_op.drop_column("records_applicants")
    op.drop_table("recorded_applicant")
