"""Hear silence about room: what was said of it counts for less when nobody answers, and its owner is asked for news.

A referral that nobody answers says nothing of room, but that the last news of it is less sure; so silences are counted
since then. Who was asked for news is remembered, so that nobody is asked twice for one thing.

The count has its default in the database, so that processes of the version before can still write offerings, and
neither database has to write a million rows anew. Whom to ask is answered from one index alone, which stands in for
the one by provider: few of a country's providers may have somebody here, and what all others said is old for good.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offering", sa.Column("silences", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("offering", sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_offering_news", "offering", ["provider_id", "capacity_as_of", "silences", "nudged_at", "id"])
    op.drop_index("ix_offering_provider_id", "offering")


def downgrade() -> None:
    op.create_index("ix_offering_provider_id", "offering", ["provider_id"])
    op.drop_index("ix_offering_news", "offering")
    op.drop_column("offering", "nudged_at")
    op.drop_column("offering", "silences")
