"""Where referrals are made, read, and moved along, and where hand-offs are redeemed."""

from typing import Any
from uuid import UUID

from service.access.rules import Scope
from service.consents.rules import NoLiveConsent
from service.http import Blueprint, Call, Page, page_of, page_through
from service.providers.rules import NoRoom
from service.referrals import actions, conditions, hand_offs, moving, queries, reading, rules, sharing
from service.referrals.referral import Line, NewMove, NewReferral, Referral
from service.referrals.schemas import (
    MoveForm,
    PresentForm,
    ReferralForm,
    ReferralLineView,
    ReferralQuery,
    ReferralView,
)

blp = Blueprint("referrals", description="People on their way to help, by their own choice: a closed loop.")

_ID = "0192f0c1-0000-7000-8000-0000000000"


def _may_hear_of_move(call: Call, _: NewMove, referral_id: UUID) -> bool:
    record = queries.find_standing(call.session, call.caller.organization_id, referral_id)
    return sharing.may_hear_again(call.session, record, by=call.caller, now=call.now)


def _may_hear_of_hand_off(call: Call, presented: dict[str, Any]) -> bool:
    record = hand_offs.carried_with(call.session, presented["token"], by=call.caller)
    return sharing.may_hear_again(call.session, record, by=call.caller, now=call.now)


@blp.post(
    "/referrals", scope=Scope.REFERRALS_WRITE, process="supporting_agency", body=ReferralForm, answer=ReferralView,
    status=201, location="/v1/referrals/{id}", versioned=True, concerns="concerning",
    refusals=(
        conditions.AnswersOnly, conditions.NotChosen, conditions.CannotServe, conditions.OnTheWayAlready,
        conditions.UnknownReference, conditions.RouteUnclear, NoLiveConsent,
    ),
    example={"intake_id": _ID + "01", "offering_id": _ID + "02", "choice_id": _ID + "03", "route": "self_carried",
             "shows": ["name", "priorities"]},
)  # fmt: skip
def make_referral(call: Call, new_referral: NewReferral) -> Referral:
    """Make a referral from the person's choice.

    Consented: the recipient is told, as far as a live consent names them, the purpose and the fields. Self-carried:
    the person gets a token, shown once, and nobody is told anything until they show it. It is refused with the same
    reasons that would have kept the match away.
    """
    return actions.make_referral(call.session, new_referral, locale=call.locale, by=call.caller, now=call.now)


@blp.get(
    "/referrals", scope=Scope.REFERRALS_READ, process="staying_with", query=ReferralQuery,
    answer=page_of(ReferralLineView),
)  # fmt: skip
def list_referrals(call: Call, asked: dict[str, Any]) -> Page[Line]:
    """List the referrals that you made and those that were sent to you, the latest change first."""
    return page_through(
        call,
        asked,
        lambda after, count: reading.list_referrals(
            call.session,
            side=asked.get("side"),
            states=asked.get("state", ()),
            changed_after=asked.get("changed_after"),
            after=after,
            count=count,
            by=call.caller,
            now=call.now,
        ),
        key=lambda line: (line.changed_at, line.id),
    )


@blp.get(
    "/referrals/<uuid:referral_id>", scope=Scope.REFERRALS_READ, process="staying_with", answer=ReferralView,
    versioned=True,
)  # fmt: skip
def read_referral(call: Call, referral_id: UUID) -> Referral:
    """Read one referral, with what you can do now.

    A recipient sees exactly what the consent covers at this moment, with the redisclosure notice and the consent's
    scope. After a revocation there is nothing here for them.
    """
    return reading.read_referral(call.session, referral_id, locale=call.locale, by=call.caller, now=call.now)


@blp.post(
    "/referrals/<uuid:referral_id>/moves", scope=Scope.REFERRALS_WRITE, process="staying_with", body=MoveForm,
    answer=ReferralView, status=201, location="/v1/referrals/{id}", versioned=True, if_match=True,
    concerns="concerning", still=_may_hear_of_move,
    refusals=(rules.MoveNotAllowed, rules.ReasonMissing, rules.ReasonOutOfPlace, NoRoom),
    example={"move": "decline", "reason": {"code": "provider_no_capacity"}},
)  # fmt: skip
def make_move(call: Call, new_move: NewMove, referral_id: UUID) -> Referral:
    """Make one move of the closed loop.

    A recipient's answer holds no word about the person; read the referral again for what the consent shows now.
    Which moves there are, who makes them, and what each reason leads to: `GET /v1/vocabularies/moves`. The person's
    word comes through the referrer, and never needs a reason.
    """
    return moving.make_move(
        call.session,
        referral_id,
        new_move,
        expected_version=call.expected_version,
        locale=call.locale,
        by=call.caller,
        now=call.now,
    )


@blp.post(
    "/hand-offs/present", scope=Scope.REFERRALS_WRITE, process="supporting_agency", body=PresentForm,
    answer=ReferralView, versioned=True, concerns="concerning", still=_may_hear_of_hand_off,
    example={"token": "q3v8Zt0mY1r5c2WbKfHs9A"},
)  # fmt: skip
def present_hand_off(call: Call, presented: dict[str, Any]) -> Referral:
    """Redeem a hand-off that somebody brought, once.

    It shows what the person chose to show, and nothing else.
    """
    shows = presented.get("shows")
    return hand_offs.present_hand_off(
        call.session,
        presented["token"],
        None if shows is None else frozenset(shows),
        locale=call.locale,
        by=call.caller,
        now=call.now,
    )
