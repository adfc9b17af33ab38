"""Where somebody who comes back is found by their words, and where words are handed out."""

from typing import Any
from uuid import UUID

from service.access.rules import Scope
from service.guidance.rules import best_locale
from service.http import Blueprint, Call
from service.people import actions, rules
from service.people.schemas import (
    CodeForm,
    NewCodeForm,
    NewCodeView,
    ReservedCodesView,
    ReserveForm,
    StandingView,
    StatusForm,
)

blp = Blueprint("people", description="Somebody who comes in: found again by their own words, welcome after any gap.")


@blp.post(
    "/people/find-by-code", scope=Scope.INTAKES_READ, process="staying_with", body=CodeForm, answer=StandingView,
    concerns="person_id", refusals=(rules.NoSuchCode, rules.BeingWelcomed),
    example={"return_code": "anchor-ribbon-lemon-tablet-violin-meadow"},
)  # fmt: skip
def find_by_code(call: Call, asked: dict[str, Any]) -> rules.Person:
    """Find a returning person by the words that they kept.

    Wrong, unknown, expired and another organization's words get the same answer after the same time, and guesses are
    counted. When nobody is found, take the person in as somebody new: a lost code never turns anybody away.
    """
    return actions.find_by_code(call.session, asked["return_code"], by=call.caller, now=call.now)


@blp.post(
    "/return-codes", scope=Scope.INTAKES_WRITE, process="inviting", body=ReserveForm, answer=ReservedCodesView,
    status=201, example={"count": 50, "locale": "es"},
)  # fmt: skip
def reserve_return_codes(call: Call, asked: dict[str, Any]) -> actions.ReservedCodes:
    """Reserve return codes to hand out where there is no network.

    They are good for 90 days, for your organization: send the code as `return_code` with the intake, whenever the
    network is back, and that person keeps these words.
    """
    locale = best_locale((asked.get("locale"), call.locale))
    return actions.reserve_codes(call.session, asked["count"], locale=locale, by=call.caller, now=call.now)


@blp.post(
    "/people/<uuid:person_id>/return-codes", scope=Scope.INTAKES_WRITE, process="staying_with", body=NewCodeForm,
    answer=NewCodeView, status=201, concerns="person_id", example={"locale": "en"},
)  # fmt: skip
def replace_return_code(call: Call, asked: dict[str, Any], person_id: UUID) -> rules.NewCode:
    """Give somebody new words in place of those that they lost.

    Ask the person first: the old words are dead at once, for whoever holds them. It is written down that this was done.
    """
    locale = best_locale((asked.get("locale"), call.locale))
    return actions.replace_code(call.session, person_id, locale=locale, by=call.caller, now=call.now)


@blp.post(
    "/people/<uuid:person_id>/status", scope=Scope.INTAKES_WRITE, process="staying_with", body=StatusForm,
    answer=StandingView, versioned=True, concerns="person_id", refusals=(rules.StatusNotAllowed,),
    example={"status": "paused_by_person"},
)  # fmt: skip
def set_person_status(call: Call, asked: dict[str, Any], person_id: UUID) -> rules.Person:
    """Write down how things stand.

    No status blames anybody, and none closes the door: whoever comes back is open again with their next intake.
    """
    return actions.set_status(call.session, person_id, asked["status"], by=call.caller, now=call.now)
