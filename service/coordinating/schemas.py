"""What this room may be asked, and what it says on the wire."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import marshmallow as ma

from service.coordinating.answers import BatchStatus, NewBatch, WhoWaits
from service.coordinating.batches import MOST_INTAKES
from service.guidance.rules import Setting
from service.http import Schema, fields
from service.matching.rules import Component
from service.matching.schemas import (
    Include,
    MatchCapacityView,
    MatchLimitView,
    MatchProviderView,
    NothingYetView,
)
from service.providers.codes import OfferingKind
from service.providers.level import Level

MOST_SHOWN = 100
MOST_MATCHES = 10


class WhoWaitsForm(Schema):
    """Whom to look at. With nothing said, the newest of those who wait."""

    limit = fields.Whole(least=1, most=MOST_SHOWN, load_default=20, description="How many people to show, 1 to 100.")
    received_before = fields.Instant(
        load_default=None,
        allow_none=True,
        description="Only who came in before; `considered.received_from` of the answer before goes on from there.",
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> WhoWaits:
        return WhoWaits(**data)


def _each_once(ids: Collection[UUID]) -> None:
    if len(set(ids)) < len(ids):
        raise ma.ValidationError("Name each intake once.")


class BatchForm(Schema):
    """A round: which intakes, how many matches each, of which levels, and whether to propose."""

    intake_ids = fields.List(
        fields.Id(),
        required=True,
        validate=[ma.validate.Length(1, MOST_INTAKES, error=f"1 to {MOST_INTAKES} intakes fit here."), _each_once],
        metadata={"uniqueItems": True},
    )
    limit = fields.Whole(least=1, most=MOST_MATCHES, load_default=3, description="How many matches each, 1 to 10.")
    include = fields.List(
        fields.Code(Include), most=1, load_default=(), description="hrp_declared: with declared training too."
    )
    propose = fields.Truth(
        load_default=False, description="Also propose who could go where, so that the most people are helped."
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewBatch:
        return NewBatch(
            intake_ids=tuple(data["intake_ids"]),
            limit=data["limit"],
            declared=Include.HRP_DECLARED in data["include"],
            propose=data["propose"],
        )


class OfferingSheetView(Schema):
    """What is to be known of an offering, whoever asks: what it asks of people, its limits, its room."""

    id = fields.Id(required=True, attribute="offering.id")
    name = fields.Text(voice="provider", required=True, attribute="offering.name")
    provider = fields.Nested(MatchProviderView, required=True, attribute="offering.provider")
    kind = fields.Code(OfferingKind, required=True, attribute="offering.kind")
    settings = fields.Every(fields.Code(Setting), required=True, attribute="offering.settings")
    languages = fields.Every(fields.LanguageTag(), required=True, attribute="offering.languages")
    level = fields.Code(Level, required=True)
    asks_of_you = fields.Every(fields.Text(voice="system"), required=True)
    limits = fields.Every(fields.Nested(MatchLimitView), required=True)
    limits_declared = fields.Truth(required=True, description="Whether these limits are the offering's own.")
    capacity = fields.Nested(MatchCapacityView, required=True)


class BecausePartView(Schema):
    """What one component brings to the score, in numbers. Its sentence stands in the person's own matches."""

    component = fields.Code(Component, required=True)
    weight = fields.Number(least=0, most=1, required=True)
    value = fields.Number(least=0, most=1, required=True)
    contributes = fields.Number(least=0, most=1, required=True)


class HelpedPriorityView(Schema):
    """A priority that it helps with, by its id and its place; not a word of the person."""

    priority_id = fields.Id(required=True, allow_none=True)
    place = fields.Whole(least=1, most=1000, required=True, description="Its place in the person's order.")


class HelpableView(Schema):
    """Somebody whom the offering could help now."""

    rank = fields.Whole(least=1, required=True)
    intake_id = fields.Id(required=True)
    person_id = fields.Id(required=True, allow_none=True, description="Null without the scope intakes:read.")
    received_at = fields.Instant(required=True)
    score = fields.Number(least=0, most=1, required=True)
    because = fields.Every(fields.Nested(BecausePartView), required=True)
    serves = fields.Every(fields.Nested(HelpedPriorityView), required=True)


class ConsideredView(Schema):
    """Who was looked at."""

    count = fields.Whole(least=0, required=True)
    received_from = fields.Instant(required=True, allow_none=True, description="When the first of them came in.")
    more = fields.Truth(required=True, description="Whether there are more, who came in before.")


class CouldHelpView(Schema):
    """Whom of your people who wait an offering could help now, in order of fit. Nobody was told."""

    offering = fields.Nested(OfferingSheetView, required=True)
    rules_version = fields.Text(voice="system", required=True)
    computed_at = fields.Instant(required=True)
    considered = fields.Nested(ConsideredView, required=True)
    could_help = fields.Whole(least=0, required=True, description="How many of them it could help now.")
    items = fields.Every(fields.Nested(HelpableView), required=True)
    invitations = fields.Every(
        fields.Nested(HelpableView),
        required=True,
        description="Who named other things than therapy, where this is therapy: an invitation, not a step.",
    )


class ShortMatchView(Schema):
    """One match, in short; what is to be known of the offering stands in `offerings`."""

    rank = fields.Whole(least=1, required=True)
    offering_id = fields.Id(required=True, attribute="offering.id")
    distance_km = fields.Number(
        least=0,
        most=20_100,
        required=True,
        allow_none=True,
        attribute="offering.distance_km",
        description="To the nearest site; null: nobody knows.",
    )
    score = fields.Number(least=0, most=1, required=True)
    because = fields.Every(fields.Nested(BecausePartView), required=True)
    serves = fields.Every(fields.Nested(HelpedPriorityView), required=True)


class ShortMatchesView(Schema):
    """The matches of one intake, in short. What is almost there, and invitations, stand in its own matches."""

    intake_version = fields.Whole(least=1, required=True)
    items = fields.Every(fields.Nested(ShortMatchView), required=True)
    nothing_yet = fields.Nested(NothingYetView, required=True, allow_none=True)


class BatchItemView(Schema):
    """The result of one intake."""

    intake_id = fields.Id(required=True)
    status = fields.Code(BatchStatus, required=True, description="not_there: there is none, or it is not yours.")
    matches = fields.Nested(ShortMatchesView, required=True, allow_none=True)


class ProposedView(Schema):
    """What is proposed to one person, and why. They choose."""

    intake_id = fields.Id(required=True)
    offering_id = fields.Id(required=True, allow_none=True, description="Null: no place is left, or nothing matches.")
    score = fields.Number(least=0, most=1, required=True, allow_none=True)
    helps_with_first = fields.Truth(
        required=True, allow_none=True, description="Null where they named nothing, or nothing is proposed."
    )
    uncertain = fields.Truth(required=True, description="Whether room there is not known, or not counted.")
    best_offering_id = fields.Id(required=True, allow_none=True, description="Their best match, whoever else it fits.")
    says = fields.Every(fields.Text(voice="system"), required=True)


class PlacesAtView(Schema):
    """Open places of an offering, and how many people of this round it fits."""

    offering_id = fields.Id(required=True)
    places = fields.Whole(least=0, required=True, allow_none=True, description="Null: nobody counted, or news is old.")
    fits = fields.Whole(least=0, required=True, description="How many people of this round it matches.")
    proposed = fields.Whole(least=0, required=True)


class ProposalView(Schema):
    """A way in which the most could be helped. Nothing was reserved or sent, nothing is kept: each person chooses."""

    people = fields.Whole(least=0, required=True, description="How many it is made for.")
    helped_with_first = fields.Whole(
        least=0, required=True, description="How many with what they put first; whoever named nothing counts here, too."
    )
    helped = fields.Whole(least=0, required=True)
    without = fields.Whole(least=0, required=True)
    items = fields.Every(fields.Nested(ProposedView), required=True)
    places = fields.Every(fields.Nested(PlacesAtView), required=True)
    left_out = fields.Every(
        fields.Id(),
        required=True,
        description="Intakes of nobody who waits: an older one of the same person, somebody on the way already, or "
        "whose status is not open, a question about somebody else.",
    )
    says = fields.Every(fields.Text(voice="system"), required=True)


class BatchView(Schema):
    """A round of matches. Nothing was sent, nothing was reserved, nobody was told."""

    rules_version = fields.Text(voice="system", required=True)
    directory_version = fields.Whole(least=0, required=True)
    computed_at = fields.Instant(required=True)
    items = fields.Every(fields.Nested(BatchItemView), required=True, description="In the order of `intake_ids`.")
    offerings = fields.Every(fields.Nested(OfferingSheetView), required=True, description="Every one named, once.")
    proposal = fields.Nested(ProposalView, required=True, allow_none=True)
