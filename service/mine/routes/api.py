"""The person's own door for software: six words in a header, and nothing else."""

from typing import Any
from uuid import UUID

from flask import Response, request

from service.access.rules import Caller
from service.consents.rules import RecipientNotNamed, Replaced
from service.disclosures.actions import prove_disclosure
from service.disclosures.rules import NotSealedYet
from service.disclosures.schemas import ProofView
from service.guidance.rules import best_locale
from service.http import OWN, Blueprint, Call
from service.intakes.rules import Amendment, NewChoice
from service.matching.answers import Matches
from service.matching.schemas import MatchesView
from service.mine import actions, reading, rules, schemas
from service.mine.record import Account, Copy, Gone, Mine, TakingBack
from service.mine.routes.paper import printed_copy
from service.people import actions as people
from service.people.rules import NewCode, NoSuchCode


def _find_person(call: Call, said: str) -> Caller:
    return people.come_in_by_code(
        call.session, said, address=request.remote_addr or "", request_id=call.request_id, now=call.now
    ).caller


blp = Blueprint(
    "mine",
    description="The person's own door. Six words in the Return-Code header open it; no application's credential does. "
    "Words that open nothing get one answer after one time, whatever the cause, and guesses are counted.",
    find_person=_find_person,
)


@blp.get(
    "/mine", scope=OWN, process="supporting_agency", answer=schemas.MineView, versioned=True, refusals=(NoSuchCode,)
)
def read_mine(call: Call) -> Mine:
    """Read everything that is kept about you.

    How things stand, all your words in your order, what you chose and allowed, where you are on your way, and help.
    """
    return reading.read_mine(call.session, locale=call.locale, by=call.caller, now=call.now)


@blp.patch(
    "/mine", scope=OWN, process="leveraging_change", body=schemas.MyPatch, answer=schemas.MineView, versioned=True,
    if_match=True, refusals=(NoSuchCode,),
    example={"priorities": [{"verbatim": "see my kids", "rank": 1}, {"verbatim": "somewhere dry", "rank": 2}]},
)  # fmt: skip
def change_mine(call: Call, amendment: Amendment) -> Mine:
    """Say more, say it otherwise, or put it in another order.

    A merge patch of your newest intake, as an application would send it: null takes back, a list is told anew as a
    whole. What you said before stays in the version before. Send the ETag that you read as If-Match; there is no
    Idempotency-Key here, because the same patch sent twice finds that its ETag is old.
    """
    actions.say_more(
        call.session, amendment.apply, expected=call.expected_version, locale=call.locale, by=call.caller, now=call.now
    )
    return reading.look_at_mine(call.session, locale=call.locale, by=call.caller, now=call.now)


@blp.get("/mine/matches", scope=OWN, process="supporting_agency", answer=MatchesView, refusals=(NoSuchCode,))
def read_my_matches(call: Call) -> Matches:
    """See what could fit, as your own words ask for it.

    Nothing is sent, nothing is reserved, nobody is told that you looked.
    """
    return reading.read_matches(call.session, locale=call.locale, by=call.caller, now=call.now)


@blp.post(
    "/mine/choices", scope=OWN, process="supporting_agency", body=schemas.MyChoiceForm, answer=schemas.MineView,
    status=201, refusals=(NoSuchCode,),
    example={"offering_id": "0192f0c1-0000-7000-8000-000000000006", "choice": "not_this_one"},
)  # fmt: skip
def choose_mine(call: Call, new_choice: NewChoice) -> Mine:
    """Say what you think of an offering; it is written down as your own word.

    It sends nothing and tells nobody. The last word counts, so sending the same again changes nothing, and there is no
    Idempotency-Key. After `not_this_one` it is not shown to you again, until you say otherwise.
    """
    actions.choose(call.session, new_choice, by=call.caller, now=call.now)
    return reading.look_at_mine(call.session, locale=call.locale, by=call.caller, now=call.now)


@blp.get("/mine/disclosures", scope=OWN, process="holding", answer=schemas.MyAccountView, refusals=(NoSuchCode,))
def read_my_disclosures(call: Call) -> Account:
    """See who was told what, when, on which ground; and who in the team that keeps it looked.

    Your own visits are in it, too, so that you can see whether somebody else came with your words.
    """
    return reading.read_account(call.session, locale=call.locale, by=call.caller, now=call.now)


@blp.get(
    "/mine/disclosures/<uuid:disclosure_id>/proof", scope=OWN, process="holding", answer=ProofView,
    refusals=(NoSuchCode, NotSealedYet),
)  # fmt: skip
def prove_my_disclosure(call: Call, disclosure_id: UUID) -> dict[str, Any]:
    """Take along the proof that something that was told stands on record as it was sealed.

    Anybody can check it without us, years from now: `python check_proof.py PROOF PUBLIC_KEY`.
    """
    person_id = reading.whose(call.caller)
    return prove_disclosure(call.session, person_id, disclosure_id, by=call.caller, now=call.now).document()


@blp.get("/mine/notices", scope=OWN, process="holding", answer=schemas.MyNoticesView, refusals=(NoSuchCode,))
def read_my_notices(call: Call) -> dict[str, Any]:
    """See who was told that it is over, and has not said that they know."""
    return {"notices": reading.read_notices(call.session, locale=call.locale, by=call.caller, now=call.now)}


@blp.get(
    "/mine/export", scope=OWN, process="supporting_agency", answer=schemas.MyCopyView, also_page=True,
    refusals=(NoSuchCode,),
)  # fmt: skip
def export_mine(call: Call) -> Copy | Response:
    """Take a copy of everything along.

    JSON, or, with `Accept: text/html`, one page to read or print. We keep no copy of it.
    """
    copy = reading.take_copy(call.session, locale=call.locale, by=call.caller, now=call.now)
    wanted = request.accept_mimetypes.best_match(("application/json", "text/html"))
    return printed_copy(copy, call.locale) if wanted == "text/html" else copy


@blp.post(
    "/mine/revocations", scope=OWN, process="supporting_agency", body=schemas.MyRevocationForm,
    answer=schemas.MineView, status=201, refusals=(NoSuchCode, RecipientNotNamed, Replaced, rules.NothingNamed),
    example={"everything": True},
)  # fmt: skip
def take_back_mine(call: Call, taking: TakingBack) -> Mine:
    """Take back what you allowed: everything, or one consent, for one recipient, or some of what it tells.

    It holds with this answer: what was still waiting to be told is cancelled. What was told before cannot be untold.
    To take back what is taken back changes nothing, so there is no Idempotency-Key.
    """
    actions.take_back(call.session, taking, by=call.caller, now=call.now)
    return reading.look_at_mine(call.session, locale=call.locale, by=call.caller, now=call.now)


@blp.post(
    "/mine/return-codes", scope=OWN, process="staying_with", body=schemas.MyCodeForm, answer=schemas.MyCodeView,
    status=201, refusals=(NoSuchCode,), example={"locale": "en"},
)  # fmt: skip
def change_my_code(call: Call, asked: dict[str, Any]) -> NewCode:
    """Change the words that you come back with.

    The old ones are dead at once, for whoever holds them; so the same request cannot be sent twice, and there is no
    Idempotency-Key. The new ones are shown once. If the answer is lost, a worker of the team can give you others.
    """
    locale = best_locale((asked.get("locale"), call.locale))
    return actions.change_code(call.session, locale=locale, by=call.caller, now=call.now)


@blp.delete("/mine", scope=OWN, process="holding", answer=schemas.GoneView, refusals=(NoSuchCode,))
def erase_mine(call: Call) -> Gone:
    """Erase everything that is kept about you, at your word alone.

    Your key is destroyed, so what you said is noise wherever a copy of it is; your words open nothing any more. The
    answer says what was done, what stays, and what nobody can unsay. It cannot be taken back, and you are welcome any
    day as somebody new.
    """
    return actions.erase_everything(call.session, locale=call.locale, by=call.caller, now=call.now)
