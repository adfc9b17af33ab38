"""Hold what the law demands and what an emergency tells, and give a third party's question a key of its own.

Questions that came before have none: they stay sealed for the house until they are forgotten after 90 days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATE = sa.Enum(
    "held", "answered_without_data", "approved_for_release", "released", "withdrawn",
    name="demandstate", native_enum=False, length=64,
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "emergency_disclosure",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("field_groups", sa.JSON(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("acting_worker", sa.String(64), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        sa.ForeignKeyConstraint(["organization_id", "person_id"], ["person.organization_id", "person.id"]),
    )
    op.create_index("ix_emergency_disclosure_list", "emergency_disclosure", ["organization_id", "made_at", "id"])
    op.create_index("ix_emergency_disclosure_person", "emergency_disclosure", ["organization_id", "person_id"])
    op.create_table(
        "legal_demand",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_version", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),
    )
    op.create_index("ix_legal_demand_list", "legal_demand", ["organization_id", "recorded_at", "id"])
    op.create_table(
        "legal_demand_approval",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("demand_id", sa.Uuid(), nullable=False),
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("field_groups", sa.JSON(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "demand_id", "worker"),
        sa.ForeignKeyConstraint(["organization_id", "demand_id"], ["legal_demand.organization_id", "legal_demand.id"]),
    )
    with op.batch_alter_table("intake") as batch_op:
        batch_op.add_column(sa.Column("key_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_intake_key", ["key_id"])
        batch_op.create_index("ix_intake_enquiry", ["status", "received_at"])


def downgrade() -> None:
    intake = sa.table("intake", sa.column("organization_id"), sa.column("id"), sa.column("key_id"))
    version = sa.table("intake_version", sa.column("organization_id"), sa.column("intake_id"))
    own = sa.select(intake.c.id).where(intake.c.key_id.is_not(None))
    # Nothing opens these questions any more when the place of their keys is forgotten.
    op.execute(sa.delete(version).where(version.c.intake_id.in_(own)))
    op.execute(sa.delete(intake).where(intake.c.key_id.is_not(None)))
    with op.batch_alter_table("intake") as batch_op:
        batch_op.drop_index("ix_intake_enquiry")
        batch_op.drop_index("ix_intake_key")
        batch_op.drop_column("key_id")
    op.drop_table("legal_demand_approval")
    op.drop_table("legal_demand")
    op.drop_table("emergency_disclosure")
