"""Where whoever looks after many asks."""

from __future__ import annotations

from uuid import UUID

from service.access.rules import Scope
from service.coordinating import actions, answers, schemas
from service.coordinating.examples import A_PROPOSED_ROUND, A_ROUND, SOME_WHO_WAIT, WHO_WAITS
from service.http import Blueprint, Call, note_missing
from service.matching.rules import UnknownOffering

blp = Blueprint(
    "coordinating",
    description="For whoever looks after many: whom an offering could help, a round of matches, and a proposal when "
    "places are few. It sends nothing, reserves nothing, and tells nobody: each person chooses.",
)


@blp.post(
    "/offerings/<uuid:offering_id>/could-help", scope=Scope.MATCHES_READ, process="staying_with",
    body=schemas.WhoWaitsForm, answer=schemas.CouldHelpView, once=False, refusals=(UnknownOffering,),
    example=WHO_WAITS, answer_example=SOME_WHO_WAIT,
)  # fmt: skip
def could_help(call: Call, asked: answers.WhoWaits, offering_id: UUID) -> answers.CouldHelp:
    """Find whom an offering could help.

    A place is free: for whom of your organization's people who wait could it be? Somebody waits whose status is `open`
    and who is on the way to no offering; their newest intake counts. Of these the newest 500 are looked at, and judged
    by the same rules as a referral to this offering would be. Those it could help stand in order of fit, equals by lot.
    Everybody who is shown can see that somebody looked. Why it does not fit somebody: read their match with it.
    """
    return actions.could_help(call.session, offering_id, asked, locale=call.locale, by=call.caller, now=call.now)


@blp.post(
    "/match-batches", scope=Scope.MATCHES_READ, process="supporting_agency", body=schemas.BatchForm,
    answer=schemas.BatchView, once=False, example=A_ROUND, answer_example=A_PROPOSED_ROUND,
)  # fmt: skip
def match_batch(call: Call, asked: answers.NewBatch) -> answers.Batch:
    """Match many intakes at once.

    For the round in the morning: up to 500 intakes, each with its own result; one that is not there fails no other.
    Every person who is shown can see that somebody looked. With `propose`, a proposal for those of them who wait: so
    that the most people get help with what they put first, then the most get help at all, then it fits best; no place
    more often than it is open, a waitlist not at all, and where nobody counted places, `uncertain`. Between equals lots
    are drawn, alike the whole day (UTC) and in whichever order you ask. It is not kept and does nothing.
    """
    batch = actions.match_batch(call.session, asked, locale=call.locale, by=call.caller, now=call.now)
    note_missing(call, batch.missing)
    return batch
