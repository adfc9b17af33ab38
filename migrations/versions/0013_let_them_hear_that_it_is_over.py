"""Let recipients hear that something is over, and say so; keep with an event the ground on which it may be told.

A disclosure names its entry in the ledger from now on. Events that another organization was promised before have no
ground on record, so they are not told to it any more: nobody has delivered one yet, and its worklist shows what it may
know.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

EXTENT = sa.Enum("everything", "part", name="extent", native_enum=False, length=64)


def upgrade() -> None:
    with op.batch_alter_table("disclosure") as batch_op:
        batch_op.add_column(sa.Column("entry_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("event") as batch_op:
        batch_op.add_column(sa.Column("ground", sa.JSON(), nullable=True))
    op.create_table(
        "revocation_notice",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("consent_version", sa.Integer(), nullable=False),
        sa.Column("recipient_provider_id", sa.Uuid(), nullable=True),
        sa.Column("recipient_organization_id", sa.Uuid(), nullable=True),
        sa.Column("extent", EXTENT, nullable=False),
        sa.Column("referral_ids", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_organization_id", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_by_application_id", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_by_worker", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "person_id"],
            ["person.organization_id", "person.id"],
            name=op.f("fk_revocation_notice_organization_id_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_revocation_notice")),
    )
    with op.batch_alter_table("revocation_notice") as batch_op:
        batch_op.create_index("ix_revocation_notice_person", ["organization_id", "person_id", "made_at", "id"])
        batch_op.create_index("ix_revocation_notice_recipient", ["recipient_organization_id", "made_at", "id"])


def downgrade() -> None:
    with op.batch_alter_table("revocation_notice") as batch_op:
        batch_op.drop_index("ix_revocation_notice_recipient")
        batch_op.drop_index("ix_revocation_notice_person")
    op.drop_table("revocation_notice")
    with op.batch_alter_table("event") as batch_op:
        batch_op.drop_column("ground")
    with op.batch_alter_table("disclosure") as batch_op:
        batch_op.drop_column("entry_id")
