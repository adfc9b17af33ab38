"""What comes in: intakes, amendments, choices, and what a worklist may be asked for. Nothing here is required."""

from typing import Any

import marshmallow as ma

from service.documents import from_document
from service.guidance.rules import AccessNeed, AffirmingNeed, AgeBand, Answer, Category, Paper, PaymentWay, Setting
from service.http import PageQuery, Schema, fields
from service.intakes.rules import (
    Amendment,
    Choice,
    DecidedBy,
    IntakeStatus,
    MattersMost,
    Mode,
    NewChoice,
    NewIntake,
    RecordedBy,
    Said,
    WantsTherapy,
)
from service.intakes.schemas import parts
from service.intakes.schemas.parts import LONGEST_LINE, InstantText, KnownLanguage
from service.intakes.sifting import sift, without_nulls
from service.people.schemas import LONGEST_CODE, Answers, KnownCode, SafeContactPart, asked, codes, many


class SaidAnswers(Answers):
    """All that may be said at an intake. Every question may be left out; then it was not asked."""

    mode = KnownCode(Mode, why="So that we learn which doors people come in by.")
    recorded_by = KnownCode(RecordedBy, why="So that nobody's words are taken for somebody else's.")
    locale = KnownLanguage(why="So that we answer in your language.")
    observed_at = InstantText(why="Where there is no network, this is written down later than it was said.")
    name_to_use = fields.Words(longest=LONGEST_LINE, why="So that we call you what you want to be called; any name.")
    pronouns = fields.Words(longest=LONGEST_LINE, why="So that we speak of you as you want it.")
    languages = many(parts.LanguagePart, "So that help speaks or signs your language.", most=20)
    interpreter = asked(parts.InterpreterPart, "So that everybody understands one another.")
    priorities = many(parts.PriorityPart, "What matters to you, in your words and your order, is what we go by.")
    wants_therapy = KnownCode(WantsTherapy, why="No is fine, and then none is offered.")
    substances = many(parts.SubstancePart, "Only if you want to talk about it. It is never used to choose help.")
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
    pregnant = KnownCode(Answer, why="Some help is for pregnancy. Hear first what must be reported; see the limits.")
    ever_served = KnownCode(Answer, why="Some help is for people who served, whatever their discharge.")
    household = asked(parts.HouseholdPart, "So that nobody who belongs to you has to stay outside.")
    mandated = KnownCode(Answer, why="If a court sent you, you may want to know who tells the court what.")
    wishes = many(parts.WishPart, "What would make it good, and what you will not do without.", most=50)
    matters_most = KnownCode(MattersMost, why="So that what matters most to you weighs most.")
    not_this_one = many(parts.NotThisOnePart, "So that it is not offered to you.")
    asks_for = codes(Category, "What you ask for by name is shown, with all that it demands.")
    safe_contact = asked(SafeContactPart, "Nobody is contacted in a way that they have not called safe.")
    safety = asked(parts.SafetyPart, "So that what helps now stands on top. Nothing here is scored.")
    worker_note = fields.Text(
        voice="worker", longest=4000, why="The worker's own words stand apart from the person's, and choose nothing."
    )
    coercion = asked(parts.CoercionPart, "What others press you into is not your choice.")


class IntakeForm(SaidAnswers):
    """Somebody comes in. An empty object is a complete intake.

    What is not known here, and what is never kept, is dropped and named in `not_kept`; it refuses nothing.
    """

    id = fields.Id(description="Made by the app, so that it can send the same intake again; ours, if left out.")
    person_id = fields.Id(description="A returning person, where the app knows them.")
    return_code = fields.Words(
        longest=LONGEST_CODE, why="So that you need not start over. Without it you are just as welcome."
    )

    def load(self, data: Any, **kwargs: Any) -> Any:
        """Keep what is known here, name what is not, and make a NewIntake of it."""
        kept, dropped = sift(self, data)
        said = without_nulls(super().load(kept, **{**kwargs, "partial": True}))
        brought = {name: said.pop(name, None) for name in ("id", "person_id", "return_code")}
        return NewIntake(said=from_document(said, Said), not_kept=tuple(dropped), **brought)


class IntakePatch(SaidAnswers):
    """More, or otherwise: a JSON merge patch (RFC 7396). Null takes back what was said; lists are replaced whole."""

    def load(self, data: Any, **kwargs: Any) -> Any:
        """Keep what is known here, name what is not, and make an Amendment of it."""
        kept, dropped = sift(self, data)
        return Amendment(document=_amended(super().load(kept, **kwargs)), not_kept=tuple(dropped))


class ChoiceForm(Schema):
    """What the person says to a match. It sends nothing and tells nobody."""

    offering_id = fields.Id(required=True)
    choice = fields.Code(Choice, required=True)
    decided_by = fields.Code(DecidedBy, load_default=DecidedBy.PERSON)
    readback_confirmed = fields.Truth(
        load_default=False, description="Whether a worker read it back, and the person said yes, that is it."
    )
    rules_version = fields.Text(
        voice="system",
        longest=32,
        description="`rules_version` of the matches they saw; the one in force, if left out.",
    )

    @ma.post_load
    def _make(self, data: dict[str, Any], **_: Any) -> NewChoice:
        return NewChoice(**data)


class IntakeQuery(PageQuery):
    """Which intakes to list, by what stands in the clear."""

    status = fields.List(fields.Code(IntakeStatus), most=len(IntakeStatus), description="Repeat for several.")
    mode = fields.List(fields.Code(Mode), most=len(Mode), description="Repeat for several.")
    received_after = fields.Instant()
    received_before = fields.Instant()
    changed_after = fields.Instant()


def _amended(value: Any) -> Any:
    """Null takes back, except in a list: that is told anew as a whole, and null says nothing there."""
    if isinstance(value, dict):
        return {name: _amended(each) for name, each in value.items()}
    return without_nulls(value)
