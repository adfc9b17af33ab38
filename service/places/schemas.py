"""What named places say on the wire."""

from typing import Any

import marshmallow as ma

from service.guidance.schemas import jurisdiction
from service.http import ValueForm, fields
from service.places import rules


def _is_a_name(text: str) -> None:
    if not rules.key_of(text):
        raise ma.ValidationError("This must be a name, and more than spaces.")


def _name(**more: Any) -> fields.Text:
    return fields.Text(voice="worker", longest=200, validate=_is_a_name, **more)


class PlaceForm(ValueForm):
    """A place that you and the people whom you meet both know by name."""

    value = rules.NewPlace
    name = _name(required=True, description="As people say it: the library, the steps.")
    other_names = fields.List(_name(), most=20, load_default=(), description="What else it is called, in any language.")
    latitude = fields.Number(least=-90, most=90, required=True, description="Degrees.")
    longitude = fields.Number(least=-180, most=180, required=True, description="Degrees.")
    jurisdiction = jurisdiction(allow_none=True, description="ISO 3166-2. Decides who may help from a distance.")
    areas = fields.List(
        _name(), most=50, load_default=(),
        description="Counties and parts of town that it lies in, as the offerings that serve them spell them.",
    )  # fmt: skip


class PlaceView(PlaceForm):
    """A place of your organization."""

    id = fields.Id(required=True)
    organization_id = fields.Id(required=True)
    version = fields.Whole(least=1, required=True)
