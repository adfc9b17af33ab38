"""What matching says on the wire, and what it may be asked."""

from enum import StrEnum
from typing import Any

import marshmallow as ma

from service.documents import from_document
from service.guidance.rules import (
    AccessNeed,
    AffirmingNeed,
    AgeBand,
    Answer,
    Category,
    LimitKind,
    LimitScope,
    Paper,
    PaymentWay,
    Setting,
)
from service.http import Schema, fields
from service.intakes.rules import MattersMost, Said, WantsTherapy
from service.intakes.schemas import parts
from service.intakes.schemas.parts import KnownLanguage
from service.intakes.sifting import sift, without_nulls
from service.matching.answers import Standing
from service.matching.rules import Asked, Component, Rule
from service.people.schemas import Answers, KnownCode, asked, codes, many
from service.providers.codes import CapacityStatus, OfferingKind
from service.providers.level import Level

MOST_SHOWN = 50
WHICH_LOCALE = "The language of the sentences; if left out, that of the intake, then Accept-Language."


class Include(StrEnum):
    """What else to look at."""

    HRP_DECLARED = "hrp_declared"


class AccountQuery(Schema):
    """Of which levels, in which language."""

    include = fields.Code(Include, load_default=None, description="hrp_declared: offerings with declared training too.")
    locale = fields.LanguageTag(load_default=None, description=WHICH_LOCALE)

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Asked:
        return Asked(
            limit=data.get("limit", 1), declared=data["include"] is Include.HRP_DECLARED, locale=data["locale"]
        )


class MatchesQuery(AccountQuery):
    """How many matches, of which levels, in which language."""

    limit = fields.WholeInQuery(least=1, most=MOST_SHOWN, load_default=10, description="How many matches, 1 to 50.")


class NeedForm(Answers):
    """A need that is described without anybody being written down: what of an intake matching may look at.

    Fields are those of an intake; what else is sent is not looked at, and nothing is kept.
    """

    locale = KnownLanguage(why="So that we answer in your language.")
    languages = many(parts.LanguagePart, "So that help speaks or signs your language.", most=20)
    interpreter = asked(parts.InterpreterPart, "So that everybody understands one another.")
    priorities = many(parts.PriorityPart, "What matters to you, in your order, is what we go by; words need not be.")
    wants_therapy = KnownCode(WantsTherapy, why="No is fine, and then none is offered.")
    place = asked(parts.PlacePart, "So that help is near.")
    travel = asked(parts.TravelPart, "So that nothing is offered that is too far.")
    preferred_settings = codes(Setting, "So that you meet where it suits you: street, office, phone.")
    best_times = many(parts.BestTimePart, "So that we look for what is open when you can come.", most=20)
    age_band = KnownCode(AgeBand, why="Some help is for some ages. A rough answer is enough.")
    can_pay = codes(PaymentWay, "So that nothing is offered that would cost you what you do not have.")
    will_not_show = codes(Paper, "So that nothing is offered that demands papers that you do not have or show.")
    access_needs = codes(AccessNeed, "So that you can get in and take part.")
    affirming_needs = codes(AffirmingNeed, "So that you can be all of who you are.")
    medications_for_oud = KnownCode(Answer, why="Some places turn people on methadone or buprenorphine away.")
    pregnant = KnownCode(Answer, why="Some help is for pregnancy.")
    ever_served = KnownCode(Answer, why="Some help is for people who served, whatever their discharge.")
    household = asked(parts.HouseholdPart, "So that nobody who belongs to you has to stay outside.")
    wishes = many(parts.WishPart, "What would make it good, and what you will not do without.", most=50)
    matters_most = KnownCode(MattersMost, why="So that what matters most to you weighs most.")
    not_this_one = many(parts.NotThisOnePart, "So that it is not offered to you.")
    asks_for = codes(Category, "What you ask for by name is shown, with all that it demands.")

    def load(self, data: Any, **kwargs: Any) -> Said:
        """Take what is known here, as if it had been said at an intake."""
        known, _ = sift(self, data)
        return from_document(without_nulls(super().load(known, **kwargs)), Said)


class MatchProviderView(Schema):
    """Whose offering it is."""

    id = fields.Id(required=True)
    name = fields.Text(voice="provider", required=True)


class MatchOfferingView(Schema):
    """An offering, as far as somebody needs it to choose."""

    id = fields.Id(required=True)
    name = fields.Text(voice="provider", required=True)
    provider = fields.Nested(MatchProviderView, required=True)
    kind = fields.Code(OfferingKind, required=True)
    settings = fields.Every(fields.Code(Setting), required=True)
    languages = fields.Every(fields.LanguageTag(), required=True)
    distance_km = fields.Number(
        least=0, most=20_100, required=True, allow_none=True, description="To the nearest site; null: nobody knows."
    )


class BecauseView(Schema):
    """What one component brings to the score: weight times value."""

    component = fields.Code(Component, required=True)
    weight = fields.Number(least=0, most=1, required=True)
    value = fields.Number(least=0, most=1, required=True)
    contributes = fields.Number(least=0, most=1, required=True)
    says = fields.Text(voice="system", required=True)


class ServedView(Schema):
    """A priority that it helps with."""

    priority_id = fields.Id(required=True, allow_none=True)
    place = fields.Whole(least=1, most=1000, required=True, description="Its place in the person's order.")
    categories = fields.Every(fields.Code(Category), required=True)


class MatchLimitView(Schema):
    """Something that cannot be done or kept secret, said up front."""

    leaves_out_nulls = True
    kind = fields.Code(LimitKind, required=True)
    scope = fields.Code(LimitScope, required=True)
    text = fields.Text(voice="provider", required=True)
    applies_when = fields.Text(voice="provider", description="Left out where it always applies.")
    required_by = fields.Text(voice="provider", description="Who demands it; left out where nobody else does.")


_UNSAID = "null: nobody said, or the news is too old to go by."


class MatchCapacityView(Schema):
    """Room, as last known."""

    status = fields.Code(CapacityStatus, required=True, description="After 14 days without news: unknown.")
    as_of = fields.Instant(required=True, allow_none=True, description="Since when that is known.")
    silences = fields.Whole(
        least=0, required=True, description="Referrals left unanswered since; each ages it by 7 days."
    )
    probability_open = fields.Number(least=0, most=1, required=True)
    open_slots = fields.Whole(least=0, required=True, allow_none=True, description=_UNSAID)
    expected_wait_days = fields.Whole(least=0, required=True, allow_none=True, description=_UNSAID)


def _open_now(of: str) -> fields.Truth:
    says = "Whether one of its sites is open at this moment, by its own clock; null: no hours, or no zone, are known."
    return fields.Truth(required=True, allow_none=True, attribute=f"{of}.open_now", description=says)


def _next_open(of: str) -> fields.LocalInstant:
    says = "When it opens next after it was closed, with the offset of the place; null: not known, or never."
    return fields.LocalInstant(required=True, allow_none=True, attribute=f"{of}.next_open", description=says)


def _hours_say(of: str) -> fields.Text:
    return fields.Text(voice="system", required=True, attribute=f"{of}.says", description="The same in words.")


class MatchView(Schema):
    """One offering for one person: why, what it would ask, and what its limits are. Nothing was sent to anybody."""

    rank = fields.Whole(least=1, required=True, allow_none=True)
    offering = fields.Nested(MatchOfferingView, required=True)
    level = fields.Code(Level, required=True)
    score = fields.Number(least=0, most=1, required=True)
    because = fields.Every(fields.Nested(BecauseView), required=True)
    serves = fields.Every(fields.Nested(ServedView), required=True)
    asks_of_you = fields.Every(fields.Text(voice="system"), required=True)
    limits = fields.Every(fields.Nested(MatchLimitView), required=True)
    limits_declared = fields.Truth(required=True, description="Whether these limits are the offering's own.")
    capacity = fields.Nested(MatchCapacityView, required=True)
    open_now = _open_now("hours")
    next_open = _next_open("hours")
    hours_say = _hours_say("hours")


class NoView(Schema):
    """A rule's no: why, and what would change it."""

    rule = fields.Code(Rule, required=True)
    reason = fields.Text(voice="system", required=True)
    would_change = fields.Text(voice="system", required=True, allow_none=True)


class AlmostView(Schema):
    """An offering that one change would make a match."""

    offering = fields.Nested(MatchOfferingView, required=True)
    level = fields.Code(Level, required=True)
    score = fields.Number(least=0, most=1, required=True)
    unmet = fields.Every(fields.Nested(NoView), required=True)
    limits = fields.Every(fields.Nested(MatchLimitView), required=True)


class WouldAddView(Schema):
    """One change of the person's own, and how many matches it would add over the whole search."""

    rule = fields.Code(Rule, required=True)
    would_change = fields.Text(voice="system", required=True)
    adds = fields.Whole(least=1, required=True)
    says = fields.Text(voice="system", required=True)


class RemovedView(Schema):
    """How many offerings a rule keeps away."""

    rule = fields.Code(Rule, required=True)
    count = fields.Whole(least=0, required=True)
    says = fields.Text(voice="system", required=True)


class NothingYetView(Schema):
    """No match yet: which rules removed the most, and what can be done now."""

    removed_most = fields.Every(fields.Nested(RemovedView), required=True)
    what_now = fields.Every(fields.Text(voice="system"), required=True)


class OriginView(Schema):
    """What an answer was computed from."""

    intake_id = fields.Id(required=True, allow_none=True, attribute="origin.intake_id")
    intake_version = fields.Whole(least=1, required=True, allow_none=True, attribute="origin.intake_version")
    rules_version = fields.Text(voice="system", required=True, attribute="origin.rules_version")
    directory_version = fields.Whole(least=0, required=True, attribute="origin.directory_version")
    computed_at = fields.Instant(required=True, attribute="origin.computed_at")


class MatchesView(OriginView):
    """Who can help, best first. Nothing was sent, nothing was reserved, nobody was told."""

    items = fields.Every(fields.Nested(MatchView), required=True, attribute="found.items")
    invitations = fields.Every(
        fields.Nested(MatchView),
        required=True,
        attribute="found.invitations",
        description="Therapy, where the person named other things only: an invitation, not a step.",
    )
    almost = fields.Every(fields.Nested(AlmostView), required=True, attribute="found.almost")
    would_add = fields.Every(
        fields.Nested(WouldAddView),
        required=True,
        attribute="found.would_add",
        description="Where there are fewer matches than were asked for: up to three changes that would add some, "
        "the smallest first. Nobody has to change anything.",
    )
    nothing_yet = fields.Nested(NothingYetView, required=True, allow_none=True, attribute="found.nothing_yet")


class VerdictView(Schema):
    """A rule's answer."""

    rule = fields.Code(Rule, required=True)
    met = fields.Truth(required=True)
    reason = fields.Text(voice="system", description="Why not, when it is not met.")
    would_change = fields.Text(voice="system", allow_none=True, description="What would change it; null: nothing.")


class AccountView(OriginView):
    """The full account of one offering for one person, matched or not."""

    stands = fields.Code(Standing, required=True, attribute="account.stands")
    offering = fields.Nested(MatchOfferingView, required=True, attribute="account.match.offering")
    level = fields.Code(Level, required=True, attribute="account.match.level")
    rules = fields.Every(fields.Nested(VerdictView), required=True, attribute="account.verdicts")
    score = fields.Number(least=0, most=1, required=True, attribute="account.match.score")
    because = fields.Every(fields.Nested(BecauseView), required=True, attribute="account.match.because")
    serves = fields.Every(fields.Nested(ServedView), required=True, attribute="account.match.serves")
    asks_of_you = fields.Every(fields.Text(voice="system"), required=True, attribute="account.match.asks_of_you")
    limits = fields.Every(fields.Nested(MatchLimitView), required=True, attribute="account.match.limits")
    limits_declared = fields.Truth(required=True, attribute="account.match.limits_declared")
    capacity = fields.Nested(MatchCapacityView, required=True, attribute="account.match.capacity")
    open_now = _open_now("account.match.hours")
    next_open = _next_open("account.match.hours")
    hours_say = _hours_say("account.match.hours")


class RulesQuery(Schema):
    """In which version."""

    version = fields.WholeInQuery(
        least=1, most=10**6, load_default=None, description="If left out, the version that is in force."
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> str | None:
        return None if data["version"] is None else str(data["version"])


class ConditionView(Schema):
    """A rule, and the question that it asks."""

    rule = fields.Code(Rule, required=True)
    question = fields.Text(voice="system", required=True)


class PartView(Schema):
    """A component of the order: its weight, and how its value comes about."""

    component = fields.Code(Component, required=True)
    weight = fields.Number(least=0, most=1, required=True)
    curve = fields.Text(voice="system", required=True)


class MatchingRulesView(Schema):
    """Everything that decides who is matched and in which order."""

    rules_version = fields.Text(voice="system", required=True)
    in_force = fields.Truth(required=True, description="Whether it is the version that people are matched by now.")
    versions = fields.Every(fields.Text(voice="system"), required=True, description="All versions, the oldest first.")
    signed_off_on = fields.Day(required=True)
    signed_off_by = fields.Text(voice="system", required=True, description="Which body answers for it.")
    why = fields.Text(voice="system", required=True)
    rules = fields.Every(fields.Nested(ConditionView), required=True)
    components = fields.Every(fields.Nested(PartView), required=True)
    matters_most = fields.Text(voice="system", required=True)
    ties = fields.Text(voice="system", required=True)
    never_looked_at = fields.Every(fields.Text(voice="system"), required=True)
    wishes = fields.Every(fields.Text(voice="system"), required=True, description="Wishes that offerings are known by.")
