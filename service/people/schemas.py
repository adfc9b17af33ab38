"""What a person's standing, their codes and their safe contact say on the wire."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

import marshmallow as ma

from service.guidance.rules import Answer
from service.http import Schema, fields
from service.people.rules import (
    ChannelType,
    ContactPreference,
    LeaveMessage,
    SomebodyElseAnswers,
    Status,
    TextContent,
    YesNoUnknown,
)

LONGEST_CODE = 200
MOST_CODES = 200
LONGEST_LINE = 500
LEFT_OUT = "It may be left out."


def _kindly(message: str) -> str:
    return message if LEFT_OUT in message else f"{message} {LEFT_OUT}"


def _at_most(most: int) -> ma.validate.Length:
    return ma.validate.Length(max=most, error=f"This list is longer than can be kept. {LEFT_OUT}")


class Answers(Schema):
    """A shape that somebody's answers take: all of it may be left out, and null is the same as left out.

    What is not known here is dropped before it comes here (see `intakes.sifting`), so nothing is refused for it.
    """

    class Meta:
        unknown = ma.EXCLUDE

    leaves_out_nulls = True
    error_messages = {"type": f"This must be an object. {LEFT_OUT}"}  # noqa: RUF012

    @cached_property
    def by_name(self) -> dict[str, ma.fields.Field[Any]]:
        """The fields that can come in, by the names that they have on the wire."""
        return {field.data_key or name: field for name, field in self.load_fields.items()}

    def on_bind_field(self, field_name: str, field_obj: ma.fields.Field[Any]) -> None:
        """Let every answer be null, and let every message say that it may be left out."""
        super().on_bind_field(field_name, field_obj)
        if not field_obj.dump_only:
            field_obj.allow_none = not field_obj.required
        for each in (field_obj, getattr(field_obj, "inner", None)):
            if each is not None:
                each.error_messages = {key: _kindly(str(text)) for key, text in each.error_messages.items()}


class KnownCode(fields.Code):
    """One value of a list that may grow. A value that is not on it is dropped and named, never refused (R-INV-2)."""

    def __init__(self, codes: type[StrEnum], *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(codes, why=why, **kwargs)
        told = dict(self.metadata)
        listed = told.pop("enum")
        self.metadata = {**told, "x-extensible-enum": listed}

    def knows(self, value: Any) -> bool:
        """Whether this can be kept; what is no text at all is refused instead."""
        return not isinstance(value, str) or value in self._by_value


class DayText(fields.Text):
    """A day, kept as it is written: YYYY-MM-DD."""

    default_error_messages = {"day": f"This must be a day, such as 2026-01-31. {LEFT_OUT}"}  # noqa: RUF012

    def __init__(self, *, why: str) -> None:
        super().__init__(voice="external_code", longest=10, shortest=10, why=why, metadata={"format": "date"})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as odd:
            raise self.make_error("day") from odd


def asked(part: type[Schema], why: str) -> fields.Nested:
    """A group of questions, and why we ask them."""
    return fields.Nested(part, metadata={"x-why-we-ask": why})


def many(part: type[Schema], why: str, *, most: int = 100) -> fields.List:
    """A list of groups of questions, and why we ask them."""
    return fields.List(fields.Nested(part), most=most, validate=_at_most(most), why=why)


def codes(known: type[StrEnum], why: str) -> fields.List:
    """A list of codes, and why we ask for them."""
    return fields.List(KnownCode(known), validate=_at_most(100), why=why)


class CodeForm(Schema):
    """The words that somebody kept. They travel in a body, never in an address or a log."""

    return_code = fields.Words(
        required=True,
        longest=LONGEST_CODE,
        description="Six words, as the person says them; capitals, blanks and hyphens do not matter.",
    )


class ReserveForm(Schema):
    """How many codes to hand out where there is no network."""

    count = fields.Whole(least=1, most=MOST_CODES, load_default=20, description="At most 200 at once.")
    locale = fields.LanguageTag(description="In which language the words are; Accept-Language, if left out.")


class NewCodeForm(Schema):
    """In which language the new words are to be."""

    locale = fields.LanguageTag(description="Accept-Language, if left out.")


class StatusForm(Schema):
    """How things stand now. No status blames anybody."""

    status = fields.Code(Status, required=True)


class ReservedCodesView(Schema):
    """Codes that this organization may hand out; each belongs to whoever brings it first."""

    return_codes = fields.Every(fields.Text(voice="system"), required=True)
    usable_until = fields.Instant(required=True)


class NewCodeView(Schema):
    """Words in place of those that were lost. They are shown once; the old ones are dead."""

    person_id = fields.Id(required=True)
    return_code = fields.Text(voice="system", required=True)


class ChannelPart(Answers):
    """One way to reach the person, and what keeps it safe. What is not said is answered the careful way."""

    type = KnownCode(ChannelType, why="So that we know which way this is.")
    value = fields.Words(longest=LONGEST_LINE, why="A number, an address, a name: without it nobody can be reached.")
    shared_device = KnownCode(YesNoUnknown, why="So that nothing is sent that somebody else may see.")
    ok_to_leave_message = KnownCode(LeaveMessage, why="So that no message is left that is not safe.")
    ok_to_say_who_we_are = KnownCode(Answer, why="Our name alone may tell others too much.")
    ok_to_text_content = KnownCode(TextContent, why="So that no text says more than you want.")
    safe_times_text = fields.Words(longest=LONGEST_LINE, why="So that we reach you when it is safe.")
    not_safe_times_text = fields.Words(longest=LONGEST_LINE, why="So that we do not reach you when it is not safe.")
    code_word = fields.Words(longest=LONGEST_LINE, why="So that both sides know who is on the line.")
    if_someone_else_answers = KnownCode(SomebodyElseAnswers, why="So that nobody else learns anything.")
    confirmed_on = DayText(why="Safety changes; an old yes is asked again.")
    recheck_after_days = fields.Whole(least=1, most=3650, why="How long this yes is good for.")
    stop_after = DayText(why="After this day nobody is contacted.")


class WillReturnPart(Answers):
    """Where and when the person means to be found."""

    place_text = fields.Words(longest=LONGEST_LINE, why="So that you need no phone to be found.")
    usual_times_text = fields.Words(longest=LONGEST_LINE, why="So that we come when you are there.")
    ask_for_text = fields.Words(longest=LONGEST_LINE, why="So that we ask for you by the right name.")


class SafeContactPart(Answers):
    """How, when and whether it is safe to reach the person. Left out, it means: do not contact."""

    preference = KnownCode(ContactPreference, why="Nobody is contacted in a way that they have not called safe.")
    will_return = asked(WillReturnPart, "You may be the one who comes back; then nobody has to contact you.")
    channels = many(ChannelPart, "Only if you want to be contacted, and only in these ways.", most=20)


class StandingView(Schema):
    """How things stand with a person: ids, status, instants."""

    id = fields.Id(required=True)
    person_id = fields.Id(required=True)
    organization_id = fields.Id(required=True)
    status = fields.Code(Status, required=True)
    allowed_statuses = fields.Every(fields.Code(Status), required=True, description="What may follow.")
    version = fields.Whole(least=1, required=True)
    first_came_at = fields.Instant(required=True)
    last_contact_at = fields.Instant(required=True)


class PersonView(StandingView):
    """A person as their organization knows them: how things stand, their intakes, and how it is safe to reach them."""

    intakes = fields.Every(fields.Id(), required=True, description="Their intakes, the newest first.")
    safe_contact = fields.Nested(
        SafeContactPart,
        required=True,
        allow_none=True,
        metadata={"description": "As they last said it. Null: do not contact."},
    )
