"""What referrals say on the wire."""

from copy import deepcopy
from typing import Any

import marshmallow as ma

from service.consents.schemas import NoticeView, ScopeView
from service.consents.terms import FieldGroup
from service.guidance.schemas import LanguageFindingView
from service.http import PageQuery, Schema, fields
from service.intakes.groups import FIELDS
from service.intakes.schemas.forms import SaidAnswers
from service.matching.schemas import MatchView
from service.people.schemas import Answers
from service.providers.schemas.shapes import HoursShape
from service.referrals.reasons import LeadsTo, Reason
from service.referrals.referral import Details, NewMove, NewReferral
from service.referrals.states import Move, Route, Side, State

LONGEST_NOTE = 4000


class ReferralForm(Schema):
    """A referral, made from the person's own choice."""

    intake_id = fields.Id(required=True)
    offering_id = fields.Id(required=True)
    choice_id = fields.Id(required=True, description="Where the person said that they are interested.")
    route = fields.Code(Route, load_default=Route.CONSENTED)
    consent_id = fields.Id(description="On the consented route: the consent that names the recipient.")
    shows = fields.List(
        fields.Code(FieldGroup),
        most=len(FieldGroup),
        load_default=list,
        description="On the self-carried route: what the person wants to show when they are there.",
    )
    note = fields.Text(
        voice="worker", longest=LONGEST_NOTE, description="For your own team; never shown to a provider."
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewReferral:
        return NewReferral(**{**data, "shows": frozenset(data["shows"])})


class ReasonForm(Schema):
    """Why a move is made."""

    code = fields.Code(Reason, required=True)
    text = fields.Text(voice="provider", longest=LONGEST_NOTE)


class DetailsForm(Schema):
    """What goes along with a move."""

    appointment_local = fields.WallClock(description="When they meet, as the clocks there show it: 2026-12-01T10:30.")
    timezone = fields.TimeZone(description="IANA time zone of the place.")
    expected_wait_days = fields.Whole(least=0, most=3650)


class MoveForm(Schema):
    """One step of the closed loop."""

    move = fields.Code(Move, required=True)
    reason = fields.Nested(ReasonForm)
    at = fields.Instant(description="When it happened, if not now; it informs, and decides nothing.")
    details = fields.Nested(DetailsForm, load_default=dict)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewMove:
        reason = data.get("reason", {})
        return NewMove(
            move=data["move"],
            reason=reason.get("code"),
            text=reason.get("text"),
            happened_at=data.get("at"),
            details=Details(**data["details"]),
        )


class PresentForm(Schema):
    """A hand-off that somebody brought."""

    token = fields.Text(voice="system", shortest=16, longest=64, required=True)
    shows = fields.List(
        fields.Code(FieldGroup),
        most=len(FieldGroup),
        description="What the person still wants to show of what they had chosen; all, if left out.",
    )


def _view_of(group: FieldGroup) -> type[Schema]:
    """The fields of one group, as an intake shows them; which they are, `groups` alone says."""
    shown = {name: deepcopy(SaidAnswers._declared_fields[name]) for name in FIELDS[group]}
    name = f"Shared{group.value.title()}View"
    return type(name, (Answers,), {**shown, "__doc__": f"What a consent to `{group}` shows."})


class SharedView(Answers):
    """What the recipient may see, group by group. What was not said, and what is not shown, is not there."""

    name = fields.Nested(_view_of(FieldGroup.NAME))
    contact = fields.Nested(_view_of(FieldGroup.CONTACT))
    priorities = fields.Nested(_view_of(FieldGroup.PRIORITIES))
    substances = fields.Nested(_view_of(FieldGroup.SUBSTANCES))
    place = fields.Nested(_view_of(FieldGroup.PLACE))
    preferences = fields.Nested(_view_of(FieldGroup.PREFERENCES))
    safety = fields.Nested(_view_of(FieldGroup.SAFETY))
    household = fields.Nested(_view_of(FieldGroup.HOUSEHOLD))
    access = fields.Nested(_view_of(FieldGroup.ACCESS))
    language = fields.Nested(_view_of(FieldGroup.LANGUAGE))


class DetailsView(Schema):
    """What went along with a move."""

    appointment_local = fields.WallClock(allow_none=True)
    timezone = fields.TimeZone(allow_none=True)
    expected_wait_days = fields.Whole(least=0, allow_none=True)


class ReasonView(Schema):
    """Why a move was made, and what that leads to."""

    code = fields.Code(Reason, required=True)
    text = fields.Text(voice="provider", allow_none=True)
    leads_to = fields.Every(fields.Code(LeadsTo), required=True)


class StepView(Schema):
    """One step that was made."""

    move = fields.Code(Move, required=True)
    state = fields.Code(State, required=True)
    at = fields.Instant(required=True)
    happened_at = fields.Instant(allow_none=True)
    by = fields.Code(Side, required=True)
    reason = fields.Nested(ReasonView, allow_none=True)
    details = fields.Nested(DetailsView, required=True)


class TicketView(Schema):
    """A hand-off that the person carries."""

    token = fields.Text(voice="system", allow_none=True, description="Shown once, in the answer that makes it.")
    expires_at = fields.Instant(required=True)


class ReferralSiteView(Schema):
    """A place of the offering.

    Where a confidential one is, the referring team and the person read once it has accepted them, until the way there
    is over. Before and after that, and to everybody else, only its area is shown.
    """

    name = fields.Text(voice="provider", required=True, allow_none=True)
    latitude = fields.Number(least=-90, most=90, required=True, description="Degrees.")
    longitude = fields.Number(least=-180, most=180, required=True, description="Degrees.")
    address = fields.Text(voice="provider", required=True, allow_none=True, description="Null where it is not shown.")
    confidential = fields.Truth(required=True, description="Do not pass on where it is.")
    timezone = fields.TimeZone(required=True)
    hours = fields.Every(fields.Nested(HoursShape), required=True)


class ReferralOfferingView(Schema):
    """Which offering, whose, and where."""

    id = fields.Id(required=True)
    name = fields.Text(voice="provider", required=True)
    provider_id = fields.Id(required=True)
    provider_name = fields.Text(voice="provider", required=True)
    sites = fields.Every(fields.Nested(ReferralSiteView), required=True)


class ReferralLineView(Schema):
    """A referral on a worklist."""

    id = fields.Id(required=True)
    version = fields.Whole(least=1, required=True)
    state = fields.Code(State, required=True)
    route = fields.Code(Route, required=True)
    side = fields.Code(Side, required=True, description="On which side you stand.")
    offering_id = fields.Id(required=True)
    person_id = fields.Id(allow_none=True, description="For the organization that made it.")
    intake_id = fields.Id(allow_none=True, description="For the organization that made it.")
    made_at = fields.Instant(required=True)
    changed_at = fields.Instant(required=True)
    redisclosure_notice = fields.Nested(NoticeView, attribute="notice", allow_none=True)
    consent_scope = fields.Nested(ScopeView, allow_none=True)


class ReferralView(Schema):
    """A referral as you may see it now. A recipient reads what the consent covers at this moment, and no more."""

    id = fields.Id(required=True)
    version = fields.Whole(least=1, required=True)
    state = fields.Code(State, required=True)
    route = fields.Code(Route, required=True)
    side = fields.Code(Side, required=True, description="On which side you stand.")
    allowed_moves = fields.Every(fields.Code(Move), required=True, description="What you can do with it now.")
    history = fields.Every(fields.Nested(StepView), required=True)
    offering = fields.Nested(ReferralOfferingView, required=True)
    shared = fields.Nested(SharedView, required=True)
    redisclosure_notice = fields.Nested(NoticeView, attribute="notice", allow_none=True)
    consent_scope = fields.Nested(ScopeView, allow_none=True)
    consent_effective = fields.Truth(
        allow_none=True, description="For the referrer: whether the recipient may still see anything."
    )
    closing_word = fields.Code(
        Reason, allow_none=True, description="The closing reason that counts: the person's before the provider's."
    )
    person_id = fields.Id(allow_none=True, description="For the organization that made it.")
    intake_id = fields.Id(allow_none=True, description="For the organization that made it.")
    choice_id = fields.Id(allow_none=True, description="For the organization that made it.")
    consent_id = fields.Id(allow_none=True, description="For the organization that made it.")
    note = fields.Text(voice="worker", allow_none=True, description="For the organization that made it.")
    hand_off = fields.Nested(TicketView, allow_none=True)
    next_best = fields.Nested(
        MatchView,
        allow_none=True,
        metadata={"description": "After a no: what can be offered at once, to be chosen anew."},
    )
    language_findings = fields.Every(fields.Nested(LanguageFindingView), required=True)
    made_at = fields.Instant(required=True)
    changed_at = fields.Instant(required=True)


class ReferralQuery(PageQuery):
    """Which referrals to list."""

    side = fields.Code(Side, description="referrer: those that you made; provider: those that were sent to you.")
    state = fields.List(fields.Code(State), most=len(State), description="Repeat for several.")
    changed_after = fields.Instant()
