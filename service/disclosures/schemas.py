"""What the accounting says on the wire."""

from service.consents.terms import Basis, FieldGroup, Purpose
from service.http import PageQuery, Schema, fields


class DisclosuresQuery(PageQuery):
    """What of an accounting is asked for."""

    since = fields.Instant(description="Nothing from before this instant; all that is kept, if left out.")


class ProofStepView(Schema):
    """One step on the way up to the root of a batch: what stands beside, and on which side."""

    side = fields.Text(voice="system", required=True)
    hash = fields.Text(voice="system", required=True, description="SHA-256, in hex.")


class SealView(Schema):
    """The header of a batch: what is chained and signed."""

    number = fields.Whole(least=1, required=True)
    count = fields.Whole(least=0, required=True)
    total = fields.Whole(least=0, required=True)
    root = fields.Text(voice="system", required=True)
    previous = fields.Text(voice="system", required=True)
    at = fields.Text(voice="system", required=True, description="As it was hashed.")
    chain = fields.Text(voice="system", required=True)
    signature = fields.Text(voice="system", required=True)


class ProofView(Schema):
    """All that is needed to check one entry without us: docs/check_proof.py reads this document (RFC 9162)."""

    entry = fields.Text(voice="system", required=True, longest=20_000, description="The entry, as it was hashed.")
    path = fields.Every(fields.Nested(ProofStepView), required=True)
    batches = fields.Every(fields.Nested(SealView), required=True, description="On to the next anchored batch.")


class DisclosureView(Schema):
    """One thing that was told: when, to whom, what, what for, and on which ground."""

    id = fields.Id(required=True)
    at = fields.Instant(required=True)
    provider_id = fields.Id(allow_none=True)
    provider_name = fields.Text(voice="provider", allow_none=True)
    organization_id = fields.Id(allow_none=True)
    organization_name = fields.Text(voice="system", allow_none=True)
    field_groups = fields.Every(
        fields.Code(FieldGroup), required=True, description="Empty: only that somebody was on the way to them."
    )
    purpose = fields.Code(Purpose, required=True)
    basis = fields.Code(Basis, required=True, description="On which ground: a consent, or what stood in its place.")
    consent_id = fields.Id(allow_none=True)
    consent_version = fields.Whole(least=1, allow_none=True)
    notice_version = fields.Text(voice="system", required=True, description="Which notice went along (42 CFR 2.32).")
    subject = fields.Text(voice="system", required=True, description="In which kind of record it stood.")
    subject_id = fields.Id(required=True)
    entry_id = fields.Id(allow_none=True, description="The ledger's entry of the request that told it.")
