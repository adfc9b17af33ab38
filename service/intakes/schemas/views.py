"""What is answered: an intake as it stands, the receipt of whoever came in, worklists, versions, choices."""

from typing import Any

import marshmallow as ma

from service.guidance.language import Finding, lint
from service.guidance.minors import MinorRule, rule_for
from service.guidance.schemas import AboutConsentView, LanguageFindingView, ResourceView
from service.http import Schema, fields
from service.intakes.rules import Choice, DecidedBy, Intake, IntakeStatus, Mode, Said
from service.intakes.schemas.forms import SaidAnswers
from service.intakes.schemas.parts import PriorityPart

_ABOUT_IT = frozenset(
    {"id", "person_id", "organization_id", "version", "status", "received_at", "changed_at", "not_kept"}
)
_WITH_IT = frozenset({"help_now", "what_happens_next", "what_we_cannot_do", "monitored"})
_FOR_THEM = frozenset({"return_code", "still_true", "worker_prompt"})


class NotKeptView(Schema):
    """Something that was sent and is not kept: where it stood and why; never what it was."""

    path = fields.Text(voice="system", required=True, longest=4000, description="A JSON Pointer (RFC 6901).")
    reason = fields.Text(voice="system", required=True, longest=64)


class LinksView(Schema):
    """Where to go from here."""

    self = fields.Text(voice="system", required=True)
    matches = fields.Text(voice="system")
    person = fields.Text(voice="system")
    mine = fields.Text(voice="system", description="The person's own door; the key is their return code.")


class IntakeView(SaidAnswers):
    """An intake as it stands. What was not said is left out, or reads `not_asked`."""

    id = fields.Id(required=True)
    person_id = fields.Id(description="Not there for a third party's question, which makes nobody's record.")
    organization_id = fields.Id(required=True)
    version = fields.Whole(least=1, required=True)
    status = fields.Code(IntakeStatus, required=True)
    received_at = fields.Instant(required=True)
    changed_at = fields.Instant(required=True)
    not_kept = fields.Every(
        fields.Nested(NotKeptView), required=True, description="What was sent with this version and dropped."
    )
    language_findings = fields.Every(
        fields.Nested(LanguageFindingView),
        required=True,
        description="About what the worker wrote alone; the person's words are never looked at.",
    )
    about_consent = fields.Nested(
        AboutConsentView, description="There for somebody who says that they are under 18: whose yes it needs."
    )
    links = fields.Nested(LinksView, required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """What was said stands in the content; ids, instants and version stand beside it."""
        if attr in _ABOUT_IT:
            return getattr(obj, attr)
        if attr == "language_findings":
            return _findings(obj.content)
        if attr == "about_consent":
            return _about_consent(obj)
        if attr == "links":
            return _links(obj)
        return getattr(obj.content, attr, default)


class IntakeReceiptView(IntakeView):
    """What somebody gets back at once for coming in. Help stands first."""

    help_now = fields.Every(fields.Nested(ResourceView), required=True)
    what_happens_next = fields.Every(fields.Text(voice="system"), required=True)
    what_we_cannot_do = fields.Every(fields.Text(voice="system"), required=True)
    monitored = fields.Truth(required=True, description="Whether a human reads what comes in as it comes in.")
    return_code = fields.Text(
        voice="system", longest=200, description="Shown once, to somebody new; hand it to them. Nobody can look it up."
    )
    still_true = fields.Every(
        fields.Nested(PriorityPart), description="For a returning person: what mattered last time. Ask: still true?"
    )
    worker_prompt = fields.Every(
        fields.Text(voice="system"), description="For the worker's screen alone; never kept, never sent on."
    )

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The receipt holds the intake, the welcome, and what is for the person alone."""
        if attr in _WITH_IT:
            return getattr(obj.welcome, attr)
        if attr in _FOR_THEM:
            return getattr(obj, attr)
        return super().get_attribute(obj.intake, attr, default)

    @ma.post_dump
    def _leave_out(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put help first; whoever reads only the first line reads that (R-SAFE-1)."""
        said = {name: value for name, value in data.items() if value is not None}
        return {"help_now": said.pop("help_now"), **said}


class IntakeLineView(Schema):
    """An intake in a worklist: what stands in the clear."""

    id = fields.Id(required=True)
    person_id = fields.Id(required=True, allow_none=True)
    status = fields.Code(IntakeStatus, required=True)
    mode = fields.Code(Mode, required=True)
    version = fields.Whole(least=1, required=True)
    received_at = fields.Instant(required=True)
    changed_at = fields.Instant(required=True)


class VersionView(Schema):
    """A version of an intake; no version is ever changed."""

    version = fields.Whole(least=1, required=True)
    written_at = fields.Instant(required=True)


class ChoiceView(Schema):
    """What the person said to a match, at one instant. They may think again; the last word counts."""

    id = fields.Id(required=True)
    person_id = fields.Id(required=True)
    intake_id = fields.Id(required=True)
    offering_id = fields.Id(required=True)
    choice = fields.Code(Choice, required=True)
    decided_by = fields.Code(DecidedBy, required=True)
    readback_confirmed = fields.Truth(required=True)
    rules_version = fields.Text(voice="system", longest=32, allow_none=True)
    made_at = fields.Instant(required=True)


def _about_consent(intake: Intake) -> MinorRule | None:
    place = intake.content.place
    return rule_for(intake.content.age_band, place.jurisdiction if place else None, intake.changed_at.date())


def _findings(content: Said) -> list[Finding]:
    """What could be said otherwise of what the worker wrote: the note, and what they handed over."""
    given = content.safety.given if content.safety else ()
    written = [("/worker_note", content.worker_note)]
    written += [(f"/safety/given/{place}/item", each.item) for place, each in enumerate(given)]
    return [found for pointer, text in written if text for found in lint(text, pointer)]


def _links(intake: Intake) -> dict[str, str]:
    here = f"/v1/intakes/{intake.id}"
    if intake.person_id is None:
        return {"self": here}
    return {
        "self": here,
        "matches": f"{here}/matches",
        "person": f"/v1/people/{intake.person_id}",
        "mine": "/v1/mine",
    }
