"""How help, limits and code lists look on the wire."""

from typing import Any

import marshmallow as ma

from service.guidance.language import Finding, lint
from service.guidance.rules import FURTHEST_KM, WhoConsents, is_jurisdiction
from service.guidance.texts import Resource
from service.http import Schema, fields
from service.http.call import current_call

# Distances are known to the metre; a circle of nothing holds nothing.
LEAST_RADIUS_KM = 0.001
_WRITTEN: dict[Resource, dict[str, Any]] = {}


def jurisdiction(**more: Any) -> fields.Text:
    """A place of law: ISO 3166-2, such as US-CA."""
    return fields.Text(
        voice="system", longest=6, shortest=2, validate=_is_jurisdiction,
        metadata={"pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"}, **more,
    )  # fmt: skip


def radius_km(**more: Any) -> fields.Number:
    """How far around a place, in kilometres: more than nothing, and no further than the other side of the Earth."""
    return fields.Number(least=LEAST_RADIUS_KM, most=FURTHEST_KM, **more)


def _is_jurisdiction(code: str) -> None:
    if not is_jurisdiction(code):
        raise ma.ValidationError("This must be a jurisdiction such as US-CA.")


class ResourceView(Schema):
    """Something that helps now."""

    id = fields.Text(voice="system", required=True)
    kind = fields.Text(voice="system", required=True)
    title = fields.Text(voice="system", required=True)
    text = fields.Text(voice="system", required=True)
    phone = fields.Text(voice="system", allow_none=True)
    may_send_emergency_services = fields.Truth(
        allow_none=True, description="Whether they may send police or an ambulance without asking; null: not a line."
    )
    verified_on = fields.Day(required=True, description="When somebody last checked it.")
    version = fields.Text(voice="system", required=True)

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Write what helps. It stands in every first answer and never changes, so each is written once a process."""
        if many:
            return [self.dump(each) for each in obj]
        if obj not in _WRITTEN:
            _WRITTEN[obj] = super().dump(obj, many=False)
        return _WRITTEN[obj]


class HelpNowView(Schema):
    """Help for everybody, to be kept on the phone for when there is no network."""

    help_now = fields.Every(fields.Nested(ResourceView), required=True)
    monitored = fields.Truth(required=True, description="Whether a human reads what comes in as it comes in.")


class PlatformLimitView(Schema):
    """Something that this service cannot do or cannot keep secret."""

    id = fields.Text(voice="system", required=True)
    kind = fields.Text(voice="system", required=True)
    text = fields.Text(voice="system", required=True)
    source = fields.Text(voice="system", allow_none=True)
    effective_from = fields.Day(required=True)
    version = fields.Text(voice="system", required=True)


class LimitsView(Schema):
    """Our own limits, said before anything delicate is asked."""

    limits = fields.Every(fields.Nested(PlatformLimitView), required=True)


class BothLanguagesView(Schema):
    """A text in every language that we speak."""

    en = fields.Text(voice="system", required=True)
    es = fields.Text(voice="system", required=True)


class AboutConsentView(Schema):
    """Whose yes a treatment needs for somebody under 18, by their own words, where they are. We never tell a parent."""

    consents = fields.Code(WhoConsents, required=True)
    text = fields.Nested(BothLanguagesView, required=True)
    source = fields.Text(voice="system", allow_none=True, description="Where that is written.")
    effective_from = fields.Day(allow_none=True, description="In effect since then, or longer.")
    verified_on = fields.Day(allow_none=True, description="When somebody last read the source.")


class CodeView(Schema):
    """One code of a list, with its label."""

    code = fields.Text(voice="system", required=True)
    label = fields.Text(voice="system", required=True)
    more = fields.Text(voice="system", allow_none=True, description="What it means, or leads to.")


class VocabularyView(Schema):
    """A list of codes."""

    name = fields.Text(voice="system", required=True)
    codes = fields.Every(fields.Nested(CodeView), required=True)


class VocabularyNamesView(Schema):
    """Which lists of codes there are."""

    names = fields.Every(fields.Text(voice="system"), required=True)


class LanguageFindingView(Schema):
    """A term of staff or provider text that puts a label before a person, and what to say instead. A warning only."""

    pointer = fields.Text(
        voice="system", shortest=0, required=True, description="In which text of what was sent (JSON Pointer)."
    )
    start = fields.Whole(least=0, required=True)
    end = fields.Whole(least=0, required=True)
    term = fields.Text(voice="worker", required=True)
    suggestion = fields.Text(voice="system", required=True)
    rule_id = fields.Text(voice="system", required=True)
    severity = fields.Text(voice="system", required=True)


def with_findings(view: type[Schema]) -> type[Schema]:
    """The same view, for the answer to staff who wrote something: with what could be said otherwise.

    Findings are about what was just written and are told to whoever wrote it. So they stand in this answer alone, and
    nobody who reads the record later is told how somebody once spoke.
    """

    def dump(self: Schema, obj: Any, *, many: bool | None = None) -> Any:
        written = view.dump(self, obj, many=many)
        return {**written, "language_findings": LanguageFindingView(many=True).dump(_findings_now())}

    listed = fields.Every(
        fields.Nested(LanguageFindingView),
        required=True,
        description="About what staff wrote; a person's words are never looked at. Nothing is refused or rewritten.",
    )
    stem, suffix = view.__name__[:-4], view.__name__[-4:]  # …View, …Page
    return type(f"{stem}Written{suffix}", (view,), {"__doc__": view.__doc__, "language_findings": listed, "dump": dump})


def _findings_now() -> list[Finding]:
    call = current_call()
    return [found for pointer, text in call.staff_texts for found in lint(text, pointer)] if call else []
