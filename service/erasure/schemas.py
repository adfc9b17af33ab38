"""What an erasure says on the wire."""

from service.http import Schema, fields


class ErasureForm(Schema):
    """Nothing is asked: the address says who, and the person needs no reason."""


class ErasureView(Schema):
    """That it is done, and what stays."""

    erased_at = fields.Instant(required=True)
    what_stays = fields.Every(fields.Text(voice="system"), required=True)
