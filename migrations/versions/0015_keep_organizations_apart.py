"""Keep organizations apart in the database, too: a second wall behind every WHERE.

Row-level security of PostgreSQL, forced, so that it binds the owner of the tables as well. Whoever has not said for
whom they act sees nothing. A unit of work says it for its transaction alone (`set_config(..., true)`), because a pool
hands connections on. SQLite has no such wall; there the WHERE of every query stands alone.

A table that holds something of an organization's people belongs in WALLED of the migration that makes it.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Which column says whose row it is.
WALLED = {
    "person": "organization_id",
    "intake": "organization_id",
    "intake_version": "organization_id",
    "choice": "organization_id",
    "consent": "organization_id",
    "consent_version": "organization_id",
    "disclosure": "organization_id",
    "referral": "organization_id",
    "referral_move": "organization_id",
    "hand_off": "organization_id",
    "idempotency_key": "organization_id",
    "ledger_entry": "organization_id",
    "revocation_notice": "organization_id",
    "emergency_disclosure": "organization_id",
    "legal_demand": "organization_id",
    "legal_demand_approval": "organization_id",
    "event": "audience_id",
}


def said(setting: str) -> str:
    """What the transaction said; after it is over the connection keeps an empty text of it."""
    return f"NULLIF(current_setting('app.{setting}', true), '')::uuid"


# PostgreSQL asks policies from the last name to the first, so those that look elsewhere begin with an early letter.
POLICIES = {
    # A referral is seen by whom it was sent to; whoever sees it sees the token that its person carries there, and
    # whether the consent that it rests on was revoked. What the consent says stands in its versions, and is not seen.
    ("referral", "a_recipient"): f"FOR SELECT USING (recipient_organization_id = {said('organization_id')})",
    ("hand_off", "a_recipient"): (
        "FOR SELECT USING (EXISTS (SELECT FROM referral"
        " WHERE referral.organization_id = hand_off.organization_id AND referral.id = hand_off.referral_id))"
    ),
    ("consent", "a_recipient"): (
        "FOR SELECT USING (EXISTS (SELECT FROM referral"
        " WHERE referral.organization_id = consent.organization_id AND referral.consent_id = consent.id))"
    ),
    # Whoever was told hears that it is over, and says that they heard it.
    ("revocation_notice", "a_recipient"): f"FOR SELECT USING (recipient_organization_id = {said('organization_id')})",
    ("revocation_notice", "its_recipient_heard"): (
        f"FOR UPDATE USING (recipient_organization_id = {said('organization_id')})"
    ),
    # Somebody at their own door is known by their words alone; their row says which organization took them in.
    ("person", "their_own"): f"FOR SELECT USING (id = {said('person_id')})",
    # To promise to tell another organization something is to write into its feed, and to read nothing there.
    ("event", "its_promise"): f"FOR INSERT WITH CHECK ({said('organization_id')} IS NOT NULL)",
}


def upgrade() -> None:
    op.create_index("ix_referral_consent", "referral", ["organization_id", "consent_id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, whose in WALLED.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY its_organization ON {table}"
            f" USING ({whose} IN ({said('organization_id')}, {said('standing_in')}))"
        )
        op.execute(f"CREATE POLICY the_house ON {table} USING (current_setting('app.house', true) = 'on')")
    for (table, name), rule in POLICIES.items():
        op.execute(f"CREATE POLICY {name} ON {table} {rule}")


def downgrade() -> None:
    op.drop_index("ix_referral_consent", "referral")
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, name in POLICIES:
        op.execute(f"DROP POLICY {name} ON {table}")
    for table in WALLED:
        op.execute(f"DROP POLICY the_house ON {table}")
        op.execute(f"DROP POLICY its_organization ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
