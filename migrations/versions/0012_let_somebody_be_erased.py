"""Let somebody be erased: a tombstone that holds no word, and a mark on the answers that were about them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "person_id", name=op.f("pk_erasure")),
    )
    with op.batch_alter_table("erasure") as batch_op:
        batch_op.create_index(
            "ix_erasure_unfinished",
            ["erased_at"],
            sqlite_where=sa.text("key_destroyed_at IS NULL"),
            postgresql_where=sa.text("key_destroyed_at IS NULL"),
        )
    with op.batch_alter_table("idempotency_key") as batch_op:
        batch_op.add_column(sa.Column("erased", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("idempotency_key") as batch_op:
        batch_op.alter_column("erased", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("event") as batch_op:
        batch_op.drop_index("ix_event_subject")
        batch_op.create_index("ix_event_subject", ["about_person_id", "audience_id"])


def downgrade() -> None:
    with op.batch_alter_table("event") as batch_op:
        batch_op.drop_index("ix_event_subject")
        batch_op.create_index("ix_event_subject", ["audience_id", "about_person_id"])
    with op.batch_alter_table("idempotency_key") as batch_op:
        batch_op.drop_column("erased")
    with op.batch_alter_table("erasure") as batch_op:
        batch_op.drop_index("ix_erasure_unfinished")
    op.drop_table("erasure")
