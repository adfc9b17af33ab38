"""What the forms of the pages say, read into values."""

from __future__ import annotations

from uuid import UUID

import marshmallow as ma
from flask import request

from service import errors
from service.consents.terms import FieldGroup, Recipient
from service.http import fields
from service.intakes.rules import Choice
from service.mine.record import TakingBack

_WORDS = fields.Words()
_GROUPS = frozenset(FieldGroup)


def text_of(name: str) -> str:
    """The words in one field, as they were meant. Raise Malformed."""
    # A browser sends every line break as two characters, and the person made one.
    text = request.form.get(name, "").replace("\r\n", "\n")
    try:
        return str(_WORDS.deserialize(text))
    except ma.ValidationError as odd:
        raise errors.Malformed from odd


def id_of(name: str) -> UUID:
    """The id in one field; one that is none names nothing that is there. Raise NotThere."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError as odd:
        raise errors.NotThere from odd


def choice_made() -> Choice:
    """What is said to a place. Raise Malformed."""
    try:
        return Choice(request.form.get("choice", ""))
    except ValueError as odd:
        raise errors.Malformed from odd


def taking_back() -> TakingBack:
    """What is taken back: everything, one consent, for one recipient, or some groups. Raise NotThere, Malformed."""
    if request.form.get("what") == "everything":
        return TakingBack(everything=True)
    groups = frozenset(FieldGroup(each) for each in request.form.getlist("group") if each in _GROUPS)
    if request.form.get("what") == "groups" and not groups:
        raise errors.Malformed
    return TakingBack(consent_id=id_of("consent_id"), recipient=_recipient(), field_groups=groups)


def _recipient() -> Recipient | None:
    provider, organization = (
        id_of(name) if request.form.get(name) else None for name in ("provider_id", "organization_id")
    )
    text = request.form.get("text") or None
    if provider is None and organization is None and text is None:
        return None
    return Recipient(provider_id=provider, organization_id=organization, text=text)
