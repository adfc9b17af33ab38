"""The ground that every form, patch and view stands on."""

from collections.abc import Callable
from typing import Any, ClassVar

import marshmallow as ma

from service.http.quick import quick_writer

_NEEDED = {"required": "This is needed here.", "null": "This cannot be null here."}


class Schema(ma.Schema):
    """A shape on the wire. What is not in it is refused; a form that drops instead says so itself."""

    class Meta:
        unknown = ma.RAISE

    # Whether what is null is left out of what is written.
    leaves_out_nulls: ClassVar[bool] = False
    _quick: Callable[[Any], dict[str, Any]] | None = None

    error_messages = {  # noqa: RUF012
        "unknown": "This field is not known here. Leave it out.",
        "type": "This must be an object.",
    }

    def on_bind_field(self, field_name: str, field_obj: ma.fields.Field[Any]) -> None:  # noqa: ARG002
        """Have every field say in our words what marshmallow would say in its own."""
        field_obj.error_messages = {**field_obj.error_messages, **_NEEDED}

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Read a plain name of a value at once; marshmallow's own way looks for indices and dots each time."""
        if isinstance(obj, dict) or "." in attr:
            return super().get_attribute(obj, attr, default)
        return getattr(obj, attr, default)

    def _serialize(self, obj: Any, *, many: bool = False) -> Any:
        """Write a value, or a list of them, the quick way where that knows how."""
        if many:
            return [self._serialize(each) for each in obj]
        if isinstance(obj, dict):
            written = super()._serialize(obj)
        else:
            if self._quick is None:
                has_its_own_way = type(self).get_attribute is not Schema.get_attribute
                self._quick = quick_writer(self, looks_up=self.get_attribute if has_its_own_way else None)
            written = self._quick(obj)
        return {name: each for name, each in written.items() if each is not None} if self.leaves_out_nulls else written

    def __deepcopy__(self, _: dict[int, Any]) -> "Schema":
        """Answer itself: nobody changes a shape, and flask-smorest copies all it knows at every decorator."""
        return self


class ValueForm(Schema):
    """A shape that becomes a value: a frozen dataclass whose fields are named as here. Lists become tuples."""

    leaves_out_nulls = True
    value: ClassVar[type[Any]]

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        plain = {name: tuple(each) if isinstance(each, list) else each for name, each in data.items()}
        return self.value(**plain)


class ProblemReason(ma.Schema):
    """One reason for a no."""

    code = ma.fields.String(required=True)
    detail = ma.fields.String(required=True)
    pointer = ma.fields.String(metadata={"description": "Where in the body (JSON Pointer, RFC 6901)."})
    parameter = ma.fields.String(metadata={"description": "Which parameter."})


class Problem(ma.Schema):
    """A no, as a problem document (RFC 9457). It never repeats what was sent."""

    type = ma.fields.String(required=True, metadata={"description": "Address of a page that explains this problem."})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True, metadata={"description": "What is wrong and what to do, in plain words."})
    instance = ma.fields.String(required=True, metadata={"description": "The request id; quote it when you ask us."})
    errors = ma.fields.List(ma.fields.Nested(ProblemReason))
    allowed_moves = ma.fields.List(ma.fields.String(), metadata={"description": "What can be done instead."})
    allowed_statuses = ma.fields.List(ma.fields.String(), metadata={"description": "What may follow instead."})
    retry = ma.fields.String(metadata={"description": "same_key: send the same request with the same Idempotency-Key."})
