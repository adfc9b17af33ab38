"""What the accounting says on the wire."""

from service.consents.terms import Basis, FieldGroup, Purpose
from service.http import PageQuery, Schema, fields


class DisclosuresQuery(PageQuery):
    """What of an accounting is asked for."""

    since = fields.Instant(description="Nothing from before this instant; all that is kept, if left out.")


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
