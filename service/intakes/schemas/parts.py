"""The groups of questions that an intake is made of, alike in forms and views. Each says why it is asked."""

import re
from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from service.guidance.rules import FURTHEST_KM, Answer, Category, Weekday, is_jurisdiction
from service.http import fields
from service.intakes.rules import (
    AssignedBy,
    Horizon,
    InterpreterBy,
    Naloxone,
    Stance,
    StatedBy,
    TravelBy,
    Want,
    coarse,
)
from service.people.schemas import Answers, KnownCode, codes, many

LONGEST_LINE = 500
HIGHEST_RANK = 1000
_TIME_OF_DAY = re.compile(r"\A(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z|\A24:00\Z")
_OUR_CODE = re.compile(r"\A[a-z][a-z0-9_]{0,63}\Z")


def _any_length(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What is too long to be known is dropped like all that is not known; so the document must not refuse it."""
    return {name: told for name, told in metadata.items() if name not in {"minLength", "maxLength"}}


class KnownLanguage(fields.LanguageTag):
    """A language tag (BCP 47). What is not a language is dropped and named, never refused."""

    def __init__(self, *, why: str) -> None:
        super().__init__(why=why)
        self.metadata = _any_length(self.metadata)

    def knows(self, value: Any) -> bool:
        """Whether this can be kept; what is no text at all is refused instead."""
        try:
            return not isinstance(value, str) or bool(self._deserialize(value, None, None))
        except ma.ValidationError:
            return False


class Spelled(fields.Text):
    """Short text of one spelling. What is spelled otherwise is dropped and named, never refused."""

    def __init__(self, spelling: re.Pattern[str], *, why: str, **kwargs: Any) -> None:
        super().__init__(voice="external_code", longest=64, why=why, **kwargs)
        self.metadata = _any_length(self.metadata)
        self.spelling = spelling

    def knows(self, value: Any) -> bool:
        """Whether this can be kept; what is no text at all is refused instead."""
        return not isinstance(value, str) or self.spelling.match(value) is not None


class Jurisdiction(fields.Text):
    """A country or one of its parts (ISO 3166-1 alpha-2, ISO 3166-2): US, US-CA."""

    def __init__(self, *, why: str) -> None:
        super().__init__(voice="external_code", longest=6, why=why)
        self.metadata = _any_length(self.metadata)

    def knows(self, value: Any) -> bool:
        """Whether this can be kept; what is no text at all is refused instead."""
        return not isinstance(value, str) or is_jurisdiction(value.upper())

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).upper()


class Coarse(fields.Number):
    """Half of a position, in degrees, kept to two decimals: about a kilometre. Exact positions are never kept."""

    def coarse(self, value: Any) -> Any:
        """What is kept of this."""
        return value if isinstance(value, bool) or not isinstance(value, int | float) else coarse(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:
        return coarse(super()._deserialize(value, attr, data, **kwargs))


class InstantText(fields.Instant):
    """An instant as it goes into a document."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs).isoformat()


class LanguagePart(Answers):
    """A language of the person."""

    tag = KnownLanguage(why="So that help speaks your language.")
    spoken = fields.Truth(why="Some speak a language and do not read it.")
    read = fields.Truth(why="So that nobody hands you a paper that you cannot read.")
    signed = fields.Truth(why="So that help signs with you.")


class InterpreterPart(Answers):
    """Whether somebody should interpret. Family and children are not asked to."""

    needed = fields.Truth(why="So that somebody who interprets is there from the start.")
    modality = KnownCode(InterpreterBy, why="Some want nobody else in the room.")
    accepted = fields.Truth(why="If you do not want an interpreter, only help in your own language counts.")


class PriorityCategoryPart(Answers):
    """A category beside the words. It counts when the person chose or confirmed it; the words are the record."""

    code = KnownCode(Category, why="So that we find offerings for it; your words stay what counts.")
    assigned_by = KnownCode(AssignedBy, why="So that a guess of ours is not taken for your word.")
    confirmed_by_person = fields.Truth(why="Only what you confirm is used.")


class PriorityPart(Answers):
    """What matters to the person, in their words, in their order."""

    id = fields.Id(description="Ours; send it back in a PATCH and the priority keeps it.")
    verbatim = fields.Words(why="What would you like to be different, or to stay the same, in the next few weeks?")
    verbatim_lang = KnownLanguage(why="So that your words are read in the language that you said them in.")
    rank = fields.Whole(least=0, most=HIGHEST_RANK, why="Your order is the order that we go by; ties are fine.")
    want = KnownCode(Want, why="To get, to keep, to change, to be left alone: each leads elsewhere.")
    horizon = KnownCode(Horizon, why="What is for today comes first today.")
    categories = many(PriorityCategoryPart, "So that we find offerings; nothing is used that you did not confirm.")
    small_step = fields.Words(why="A first step of your own making, if you have one in mind.")
    part_of_me_wants = fields.Words(why="Two minds about something are welcome.")
    part_of_me_does_not = fields.Words(why="Two minds about something are welcome.")
    stated_by = KnownCode(StatedBy, why="So that it is clear whose words these are.")


class SubstancePart(Answers):
    """One substance, as the person speaks of it. Never an input to matching."""

    name_verbatim = fields.Words(longest=LONGEST_LINE, why="Only so that talk about it can use your words.")
    what_it_does_for_me = fields.Words(why="People use drugs for reasons; yours count.")
    what_i_do_not_like = fields.Words(why="Only if there is something.")
    stance = KnownCode(Stance, why="Keeping, changing, stopping, not knowing: all of it is fine, for each on its own.")


class PlacePart(Answers):
    """Where somebody is, as coarsely as helps. Exact positions are never kept."""

    area_text = fields.Words(longest=LONGEST_LINE, why="So that help is near; a part of town is enough.")
    near = fields.Words(longest=LONGEST_LINE, why="A place that both of us know, in place of an address.")
    latitude = Coarse(least=-90, most=90, why="So that near means near; we keep about a kilometre.")
    longitude = Coarse(least=-180, most=180, why="So that near means near; we keep about a kilometre.")
    jurisdiction = Jurisdiction(why="Laws differ: who may see you by phone, and who may consent alone.")


class TravelPart(Answers):
    """How far somebody can go."""

    # Nothing at all is an answer, too: somebody who cannot go anywhere is helped where they are.
    max_km = fields.Number(least=0, most=FURTHEST_KM, why="So that nothing is offered that is too far.")
    by = KnownCode(TravelBy, why="A mile on foot is not a mile by car.")


class BestTimePart(Answers):
    """A good time, in local time."""

    days = codes(Weekday, "So that we look for what is open when you can come.")
    from_ = Spelled(_TIME_OF_DAY, why="So that we look for what is open when you can come.", data_key="from")
    until = Spelled(_TIME_OF_DAY, why="So that we look for what is open when you can come.", data_key="to")

    @ma.post_load
    def _as_on_the_wire(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        spelling = {"from_": "from", "until": "to"}
        return {spelling.get(name, name): value for name, value in data.items()}


class HouseholdPart(Answers):
    """Who comes along."""

    partner = fields.Truth(why="Some places welcome two.")
    kids = fields.Truth(why="Some places have room for children.")
    pets = fields.Truth(why="Some places welcome a dog.")


class WishPart(Answers):
    """Something the person would like."""

    code = Spelled(_OUR_CODE, why="A wish that offerings are known by, such as evenings or lgbtq.")
    words = fields.Words(longest=LONGEST_LINE, why="A wish in your own words.")
    dealbreaker = fields.Truth(why="Without it you would not go; then it is not offered.")


class NotThisOnePart(Answers):
    """An offering or a provider that the person does not want."""

    offering_id = fields.Id(why="So that it is not offered to you.")
    provider_id = fields.Id(why="So that nothing of theirs is offered to you.")


class GivenPart(Answers):
    """Something that was handed over, such as naloxone. The giving is on record, never a no to it."""

    item = fields.Text(voice="worker", longest=LONGEST_LINE, why="So that we know what to bring again.")
    at = InstantText(why="So that we know when to bring it again.")


class ShownPart(Answers):
    """A piece of help that was shown."""

    resource_id = fields.Text(voice="system", longest=64, why="So that it is clear what you were told.")
    version = fields.Text(voice="system", longest=64, why="So that it is clear what you were told.")


class SafetyPart(Answers):
    """What the person wants to say about their safety. It is never scored and never an input to matching."""

    in_danger_now = KnownCode(Answer, why="So that what helps now stands on top.")
    what_would_help_now = fields.Words(why="You know best what would help.")
    has_naloxone = KnownCode(Naloxone, why="So that you get some if you want some.")
    sometimes_uses_alone = KnownCode(Answer, why="So that we can tell you who stays on the line.")
    recent_change_in_tolerance = KnownCode(Answer, why="After a break the same amount can be too much.")
    given = many(GivenPart, "So that we know what to bring again.")
    shown = many(ShownPart, "So that it is clear what you were told.")


class CoercionPart(Answers):
    """Whether somebody presses the person, and who must never learn anything."""

    pressure = fields.Truth(why="What others press you into is not your choice.")
    blocked_recipients = fields.List(
        fields.Words(longest=LONGEST_LINE), most=50, why="So that they never learn anything from us."
    )
