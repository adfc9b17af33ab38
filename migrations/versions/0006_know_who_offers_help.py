"""Know who offers help: providers, practitioners, evidence, offerings, policies, room."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_state")),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("contact", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_provider_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("external_id", name=op.f("uq_provider_external_id")),
    )
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "offering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "therapy",
                "group",
                "medication",
                "drop_in",
                "outreach",
                "supplies",
                "housing",
                "legal",
                "peer",
                "medical_withdrawal",
                "residential",
                "other",
                name="offeringkind",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("policies", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("attested_on", sa.Date(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column(
            "capacity_status",
            sa.Enum(
                "capacity",
                "no_capacity",
                "waitlist",
                "additional_assessment_required",
                "unknown",
                name="capacitystatus",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("open_slots", sa.Integer(), nullable=True),
        sa.Column("expected_wait_days", sa.Integer(), nullable=True),
        sa.Column("capacity_as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_in", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("open_slots >= 0", name=op.f("ck_offering_room_is_never_negative")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_offering_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering")),
        sa.UniqueConstraint("external_id", name=op.f("uq_offering_external_id")),
    )
    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offering_attested_on"), ["attested_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_offering_changed_in"), ["changed_in"], unique=False)
        batch_op.create_index(batch_op.f("ix_offering_name"), ["name"], unique=False)
        batch_op.create_index("ix_offering_place", ["latitude", "longitude"], unique=False)
        batch_op.create_index(batch_op.f("ix_offering_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "practitioner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("licences", sa.JSON(), nullable=False),
        sa.Column("competencies", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_practitioner_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner")),
        sa.UniqueConstraint("external_id", name=op.f("uq_practitioner_external_id")),
    )
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practitioner_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "attestation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("policies", sa.JSON(), nullable=False),
        sa.Column("attested_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_attestation_offering_id_offering")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestation")),
    )
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attestation_offering_id"), ["offering_id"], unique=False)

    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_credential_practitioner_id_practitioner")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_credential_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("external_id", name=op.f("uq_credential_external_id")),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_practitioner_id"), ["practitioner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credential_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "credential_verification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_credential_verification_credential_id_credential")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_verification")),
    )
    with op.batch_alter_table("credential_verification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_verification_credential_id"), ["credential_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("credential_verification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credential_verification_credential_id"))

    op.drop_table("credential_verification")
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credential_provider_id"))
        batch_op.drop_index(batch_op.f("ix_credential_practitioner_id"))

    op.drop_table("credential")
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attestation_offering_id"))

    op.drop_table("attestation")
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practitioner_provider_id"))

    op.drop_table("practitioner")
    with op.batch_alter_table("offering", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offering_provider_id"))
        batch_op.drop_index("ix_offering_place")
        batch_op.drop_index(batch_op.f("ix_offering_name"))
        batch_op.drop_index(batch_op.f("ix_offering_changed_in"))
        batch_op.drop_index(batch_op.f("ix_offering_attested_on"))

    op.drop_table("offering")
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_organization_id"))

    op.drop_table("provider")
    op.drop_table("directory_state")
