"""Where matching listens."""

from __future__ import annotations

from uuid import UUID

from service.access.rules import Scope
from service.guidance.rules import best_locale
from service.http import OPEN, Blueprint, Call
from service.intakes.rules import Said
from service.matching import actions, answers, schemas
from service.matching.examples import A_NEED, SOME_MATCHES
from service.matching.printed import PrintedRules, UnknownRules, printed_rules
from service.matching.rules import Asked, UnknownOffering

blp = Blueprint(
    "matching",
    description="Who can help, in the person's order of what matters; why; why not; and what would change that. "
    "Matching sends nothing, reserves nothing, and tells nobody: the person chooses.",
)


@blp.get(
    "/intakes/<uuid:intake_id>/matches", scope=Scope.MATCHES_READ, process="supporting_agency",
    query=schemas.MatchesQuery, answer=schemas.MatchesView, answer_example=SOME_MATCHES,
)  # fmt: skip
def list_matches(call: Call, asked: Asked, intake_id: UUID) -> answers.Matches:
    """Match an intake.

    The best offerings of the whole directory for this person, with reasons, limits and what each would ask of them;
    what is almost there and what would change that; and, where there is nothing, why, and what can be done now. The
    person can see that somebody looked.
    """
    return actions.matches_for(call.session, intake_id, asked, spoken=call.locale, by=call.caller, now=call.now)


@blp.get(
    "/intakes/<uuid:intake_id>/matches/<uuid:offering_id>", scope=Scope.MATCHES_READ, process="signaling_limits",
    query=schemas.AccountQuery, answer=schemas.AccountView, refusals=(UnknownOffering,),
)  # fmt: skip
def read_match(call: Call, asked: Asked, intake_id: UUID, offering_id: UUID) -> answers.AccountOf:
    """Give the full account of one offering.

    Every rule's verdict and every component, whether it is matched or not: the answer to *why not them?*
    """
    return actions.account_of(
        call.session, intake_id, offering_id, asked, spoken=call.locale, by=call.caller, now=call.now
    )


@blp.post(
    "/match-queries", scope=Scope.MATCHES_READ, process="supporting_agency", query=schemas.MatchesQuery,
    body=schemas.NeedForm, answer=schemas.MatchesView, once=False, example=A_NEED,
)  # fmt: skip
def match_need(call: Call, asked: Asked, need: Said) -> answers.Matches:
    """Match a described need.

    The same answer with nobody written down: what is sent here is looked at once and kept nowhere. `near` means a
    place of your organization, as in an intake.
    """
    locale = best_locale((asked.locale, need.locale, call.locale))
    return actions.match_need(call.session, need, asked, locale=locale, by=call.caller, now=call.now)


@blp.get(
    "/matching-rules", scope=OPEN, process="signaling_limits", query=schemas.RulesQuery,
    answer=schemas.MatchingRulesView, public=True, refusals=(UnknownRules,),
)  # fmt: skip
def read_matching_rules(_: Call, version: str | None) -> PrintedRules:
    """How matching decides.

    The rules, the weights and the curves, in the version that is in force or in an older one, made from the tables and
    the book that matching runs on. A signed-off version never changes.
    """
    return printed_rules(version)
