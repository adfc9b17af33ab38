"""Keep what was said at an intake, sealed, in versions; and what the person chose."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "mode",
            sa.Enum(
                "street_outreach",
                "mobile_van",
                "walk_in",
                "drop_in",
                "syringe_service",
                "shelter_in_reach",
                "jail_in_reach",
                "hospital_or_ed",
                "clinic_referral",
                "phone",
                "text",
                "video",
                "web_self",
                "peer",
                "family_or_friend",
                "court_or_probation",
                "unspecified",
                name="mode",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "status", sa.Enum("open", "enquiry", name="intakestatus", native_enum=False, length=64), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "person_id"],
            ["person.organization_id", "person.id"],
            name=op.f("fk_intake_organization_id_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_intake")),
    )
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.create_index("ix_intake_person", ["organization_id", "person_id", "received_at"], unique=False)
        batch_op.create_index("ix_intake_worklist", ["organization_id", "received_at", "id"], unique=False)

    op.create_table(
        "choice",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "interested",
                "tell_me_more",
                "not_now",
                "not_this_one",
                "let_me_think",
                name="choice",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "decided_by",
            sa.Enum("person", "worker_on_person_word", name="decidedby", native_enum=False, length=64),
            nullable=False,
        ),
        sa.Column("readback_confirmed", sa.Boolean(), nullable=False),
        sa.Column("rules_version", sa.String(length=32), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "intake_id"],
            ["intake.organization_id", "intake.id"],
            name=op.f("fk_choice_organization_id_intake_id_intake"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_choice")),
    )
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.create_index("ix_choice_intake", ["organization_id", "intake_id", "made_at"], unique=False)
        batch_op.create_index("ix_choice_person", ["organization_id", "person_id", "made_at"], unique=False)

    op.create_table(
        "intake_version",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "intake_id"],
            ["intake.organization_id", "intake.id"],
            name=op.f("fk_intake_version_organization_id_intake_id_intake"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "intake_id", "version", name=op.f("pk_intake_version")),
    )


def downgrade() -> None:
    op.drop_table("intake_version")
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.drop_index("ix_choice_person")
        batch_op.drop_index("ix_choice_intake")

    op.drop_table("choice")
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.drop_index("ix_intake_worklist")
        batch_op.drop_index("ix_intake_person")

    op.drop_table("intake")
