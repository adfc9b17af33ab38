"""How the inventory looks on the wire."""

from collections.abc import Mapping
from typing import Any

from service.http import Schema, fields
from service.inventory.rules import Form, Inventory


class HeldLineView(Schema):
    """One thing that is held."""

    store = fields.Text(voice="system", required=True, description="Where: a word of `stores`.")
    place = fields.Text(voice="system", required=True, description="Table and column, then document and field.")
    form = fields.Code(Form, required=True)
    whose = fields.Text(
        voice="system", required=True, description="Whose words or whose doing it is: a word of `voices`."
    )
    why = fields.Text(voice="system", required=True)
    read_by = fields.Every(
        fields.Text(voice="system"),
        required=True,
        description="Scopes, or words of `readers`; `recipient/name`: a provider whom a consent to that group names.",
    )
    kept = fields.Text(voice="system", required=True, description="How long: a word of `kept`.")


class TakenView(Schema):
    """What would be in the hands of whoever took something."""

    code = fields.Text(voice="system", required=True, attribute="taking.code")
    what = fields.Text(voice="system", required=True, attribute="taking.what")
    yields = fields.Text(voice="system", required=True, attribute="taking.yields")
    readable = fields.Every(fields.Text(voice="system"), required=True, description="Places that could be read.")
    noise = fields.Whole(least=0, required=True, description="How many fields would be noise.")
    hashes = fields.Whole(least=0, required=True, description="How many fields would be keyed hashes.")


class MeaningView(Schema):
    """A word of the inventory, and what it means."""

    word = fields.Text(voice="system", required=True)
    means = fields.Text(voice="system", required=True)


class InventoryView(Schema):
    """All that is held, what the words mean, and what each way of taking would yield."""

    held = fields.Every(fields.Nested(HeldLineView), required=True)
    taken = fields.Every(fields.Nested(TakenView), required=True)
    stores = fields.Every(fields.Nested(MeaningView), required=True)
    forms = fields.Every(fields.Nested(MeaningView), required=True)
    voices = fields.Every(fields.Nested(MeaningView), required=True)
    kept = fields.Every(fields.Nested(MeaningView), required=True)
    readers = fields.Every(fields.Nested(MeaningView), required=True)


def as_document(inventory: Inventory) -> dict[str, Any]:
    """Lay an inventory out as its view shows it."""
    words = {
        name: _meanings(getattr(inventory.words, name)) for name in ("stores", "forms", "voices", "kept", "readers")
    }
    return {"held": inventory.held, "taken": inventory.yields, **words}


def _meanings(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"word": word, "means": means} for word, means in words.items()]
