"""Keep permission to disclose in versions (42 CFR 2.31), and every disclosure made on it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disclosure",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "basis", sa.Enum("consent", "self_carried", name="basis", native_enum=False, length=64), nullable=False
        ),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("consent_version", sa.Integer(), nullable=True),
        sa.Column("recipient_provider_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_organization_id", sa.Uuid(), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum(
                "referral",
                "care_coordination",
                "treatment",
                "payment",
                "operations",
                "treatment_payment_operations",
                "attendance_report",
                "at_the_persons_request",
                name="purpose",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("field_groups", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("notice_version", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_disclosure")),
    )
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.create_index("ix_disclosure_consent", ["organization_id", "consent_id"], unique=False)
        batch_op.create_index("ix_disclosure_person", ["organization_id", "person_id", "at"], unique=False)

    op.create_table(
        "consent",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "active",
                "narrowed",
                "revoked",
                "expired",
                "superseded",
                name="consentstate",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "person_id"],
            ["person.organization_id", "person.id"],
            name=op.f("fk_consent_organization_id_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index("ix_consent_person", ["organization_id", "person_id", "given_at"], unique=False)
        batch_op.create_index("ix_consent_replaced", ["organization_id", "superseded_by"], unique=False)

    op.create_table(
        "consent_version",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "active",
                "narrowed",
                "revoked",
                "expired",
                "superseded",
                name="consentstate",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "consent_id"],
            ["consent.organization_id", "consent.id"],
            name=op.f("fk_consent_version_organization_id_consent_id_consent"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "consent_id", "version", name=op.f("pk_consent_version")),
    )


def downgrade() -> None:
    op.drop_table("consent_version")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_replaced")
        batch_op.drop_index("ix_consent_person")

    op.drop_table("consent")
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.drop_index("ix_disclosure_person")
        batch_op.drop_index("ix_disclosure_consent")

    op.drop_table("disclosure")
