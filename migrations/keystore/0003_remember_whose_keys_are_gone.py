"""Remember whose keys are gone, so that no old copy brings them back, and which epochs wrap no more."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erased")),
    )
    op.create_table(
        "epoch",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_epoch")),
    )
    op.execute("INSERT INTO epoch (name, began_at) SELECT epoch, min(made_at) FROM person_key GROUP BY epoch")


def downgrade() -> None:
    op.drop_table("epoch")
    op.drop_table("erased")
