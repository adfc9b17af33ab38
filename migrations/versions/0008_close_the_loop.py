"""Close the loop: referrals, their moves, hand-offs, and providers to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "got_what_i_wanted",
                "some_of_it",
                "chose_another",
                "not_now",
                "moved",
                "provider_no_capacity",
                "provider_no_reply",
                "provider_declined",
                "provider_conflict_found",
                "not_offered_here",
                "use",
                "medication",
                "barrier_travel",
                "barrier_cost",
                "barrier_documents",
                "barrier_language",
                "barrier_hours",
                "barrier_access",
                "felt_unwelcome",
                "consent_withdrawn",
                "died",
                "other",
                "unknown",
                name="reason",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_review")),
    )
    with op.batch_alter_table("provider_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_review_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "referral",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("choice_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_organization_id", sa.Uuid(), nullable=True),
        sa.Column(
            "route", sa.Enum("consented", "self_carried", name="route", native_enum=False, length=64), nullable=False
        ),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "carried",
                "sent",
                "received",
                "presented",
                "talking_first",
                "waitlisted",
                "accepted",
                "scheduled",
                "not_met_yet",
                "met",
                "connected",
                "ongoing",
                "paused",
                "declined",
                "no_reply",
                "lost_touch",
                "withdrawn",
                "closed",
                "entered_in_error",
                name="state",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "paused_from",
            sa.Enum(
                "carried",
                "sent",
                "received",
                "presented",
                "talking_first",
                "waitlisted",
                "accepted",
                "scheduled",
                "not_met_yet",
                "met",
                "connected",
                "ongoing",
                "paused",
                "declined",
                "no_reply",
                "lost_touch",
                "withdrawn",
                "closed",
                "entered_in_error",
                name="state",
                native_enum=False,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("holds_place", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "person_id"],
            ["person.organization_id", "person.id"],
            name=op.f("fk_referral_organization_id_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name=op.f("pk_referral")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index("ix_referral_inbox", ["recipient_organization_id", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_referral_person", ["organization_id", "person_id"], unique=False)
        batch_op.create_index("ix_referral_recipient", ["recipient_organization_id", "id"], unique=False)
        batch_op.create_index("ix_referral_worklist", ["organization_id", "changed_at", "id"], unique=False)

    op.create_table(
        "hand_off",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("shows", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("presented_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "referral_id"],
            ["referral.organization_id", "referral.id"],
            name=op.f("fk_hand_off_organization_id_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "referral_id", name=op.f("pk_hand_off")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_hand_off_token_hash")),
    )
    op.create_table(
        "referral_move",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "move",
            sa.Enum(
                "send",
                "carry",
                "present",
                "receive",
                "accept",
                "waitlist",
                "needs_more_talk",
                "decline",
                "schedule",
                "not_met_yet",
                "first_meeting",
                "connected",
                "ongoing",
                "pause",
                "resume",
                "no_reply",
                "lost_touch",
                "withdraw",
                "close",
                "enter_in_error",
                name="move",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "carried",
                "sent",
                "received",
                "presented",
                "talking_first",
                "waitlisted",
                "accepted",
                "scheduled",
                "not_met_yet",
                "met",
                "connected",
                "ongoing",
                "paused",
                "declined",
                "no_reply",
                "lost_touch",
                "withdrawn",
                "closed",
                "entered_in_error",
                name="state",
                native_enum=False,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("side", sa.Enum("referrer", "provider", name="side", native_enum=False, length=64), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "got_what_i_wanted",
                "some_of_it",
                "chose_another",
                "not_now",
                "moved",
                "provider_no_capacity",
                "provider_no_reply",
                "provider_declined",
                "provider_conflict_found",
                "not_offered_here",
                "use",
                "medication",
                "barrier_travel",
                "barrier_cost",
                "barrier_documents",
                "barrier_language",
                "barrier_hours",
                "barrier_access",
                "felt_unwelcome",
                "consent_withdrawn",
                "died",
                "other",
                "unknown",
                name="reason",
                native_enum=False,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_organization_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("acting_worker", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id", "referral_id"],
            ["referral.organization_id", "referral.id"],
            name=op.f("fk_referral_move_organization_id_referral_id_referral"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "referral_id", "version", name=op.f("pk_referral_move")),
    )


def downgrade() -> None:
    op.drop_table("referral_move")
    op.drop_table("hand_off")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index("ix_referral_worklist")
        batch_op.drop_index("ix_referral_recipient")
        batch_op.drop_index("ix_referral_person")
        batch_op.drop_index("ix_referral_inbox")

    op.drop_table("referral")
    with op.batch_alter_table("provider_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_review_provider_id"))

    op.drop_table("provider_review")
