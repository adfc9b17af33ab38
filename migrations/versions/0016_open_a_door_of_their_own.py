"""Open a door of their own for everybody: found by six words alone, and by nothing that says which organization.

A visit to the pages lives in a sealed cookie, so all there is to keep is which visits were left: a copy of the cookie
opens nothing any more. The row holds a keyed hash of a random number, and goes after a day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_person_id", "person", ["id"])
    op.create_table(
        "left_visit",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_left_visit"),
    )


def downgrade() -> None:
    op.drop_table("left_visit")
    op.drop_index("ix_person_id", table_name="person")
