"""Keep a wrapped key for everybody, and the keyed tag of the code that finds it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_key",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("code_tag", sa.LargeBinary(), nullable=False),
        sa.Column("hardened", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reserved_for", sa.Uuid(), nullable=True),
        sa.Column("reserved_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_key")),
        sa.UniqueConstraint("code_tag", name=op.f("uq_person_key_code_tag")),
    )
    with op.batch_alter_table("person_key", schema=None) as batch_op:
        batch_op.create_index(
            "ix_person_key_hardened",
            ["hardened"],
            unique=False,
            sqlite_where=sa.text("NOT hardened"),
            postgresql_where=sa.text("NOT hardened"),
        )
        batch_op.create_index(batch_op.f("ix_person_key_made_at"), ["made_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("person_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_key_made_at"))
        batch_op.drop_index(
            "ix_person_key_hardened", sqlite_where=sa.text("NOT hardened"), postgresql_where=sa.text("NOT hardened")
        )

    op.drop_table("person_key")
