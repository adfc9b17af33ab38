"""Where people are taken in, where what they say is read and amended, and where they choose."""

from typing import Any
from uuid import UUID

from service import errors
from service.access.rules import Scope
from service.guidance.rules import best_locale
from service.http import Blueprint, Call, Page, PageQuery, page_of, page_through
from service.intakes import actions, reading, rules
from service.intakes.receipts import Receipt
from service.intakes.schemas import (
    ChoiceForm,
    ChoiceView,
    IntakeForm,
    IntakeLineView,
    IntakePatch,
    IntakeQuery,
    IntakeReceiptView,
    IntakeView,
    VersionView,
)
from service.people.rules import BeingWelcomed, Person
from service.people.schemas import PersonView

blp = Blueprint("intakes", description="Coming in: what somebody says, in their words and order; nothing is required.")

EXAMPLE = {
    "mode": "street_outreach",
    "recorded_by": "worker_with_person",
    "name_to_use": "Ruby",
    "languages": [{"tag": "en", "spoken": True}],
    "priorities": [
        {
            "verbatim": "somewhere dry n my dog safe",
            "rank": 1,
            "want": "get",
            "horizon": "today",
            "categories": [{"code": "housing", "assigned_by": "worker", "confirmed_by_person": True}],
        },
        {"verbatim": "somebody who gets it, no lectures", "rank": 2},
    ],
    "household": {"pets": True},
    "preferred_settings": ["street", "drop_in"],
    "will_not_show": ["id", "legal_name"],
    "safe_contact": {
        "preference": "person_returns",
        "will_return": {"place_text": "under the overpass", "usual_times_text": "mornings"},
    },
}
AMENDMENT = {"wants_therapy": "maybe", "travel": {"max_km": 5, "by": "foot"}, "preferred_settings": None}
CHOICE = {
    "offering_id": "0192f0c1-0000-7000-8000-000000000006",
    "choice": "interested",
    "decided_by": "worker_on_person_word",
    "readback_confirmed": True,
}


@blp.post(
    "/intakes", scope=Scope.INTAKES_WRITE, process="inviting", body=IntakeForm, answer=IntakeReceiptView, status=201,
    location="/v1/intakes/{id}", versioned=True, concerns="person_id", refusals=(rules.IdTaken, BeingWelcomed),
    example=EXAMPLE,
)  # fmt: skip
def submit_intake(call: Call, new_intake: rules.NewIntake) -> Receipt:
    """Take somebody in.

    Everything may be left out; `{}` is a complete intake. The answer carries help, our limits, what happens next, and,
    for somebody new, the return code: shown once, the only key to their record that needs no name. Bring `person_id`
    or `return_code` for somebody who comes back; words that are nobody's start a new record and turn nobody away.
    What a third party says is an enquiry: there is help for them, and no record of the person they ask about.
    """
    return actions.submit_intake(
        call.session,
        new_intake,
        locale=best_locale((new_intake.said.locale, call.locale)),
        monitored=call.runtime.settings.someone_on_duty,
        by=call.caller,
        now=call.now,
    )


@blp.get(
    "/intakes", scope=Scope.INTAKES_READ, process="staying_with", query=IntakeQuery, answer=page_of(IntakeLineView)
)
def list_intakes(call: Call, asked: dict[str, Any]) -> Page[rules.Line]:
    """List your organization's intakes, the newest first, by what stands in the clear."""
    return page_through(
        call,
        asked,
        lambda after, count: reading.list_intakes(
            call.session,
            after=after,
            count=count,
            statuses=asked.get("status", ()),
            modes=asked.get("mode", ()),
            received_after=asked.get("received_after"),
            received_before=asked.get("received_before"),
            changed_after=asked.get("changed_after"),
            by=call.caller,
            now=call.now,
        ),
        key=lambda line: (line.received_at, line.id),
    )


@blp.get("/intakes/<uuid:intake_id>", scope=Scope.INTAKES_READ, process="meeting_at", answer=IntakeView, versioned=True)
def read_intake(call: Call, intake_id: UUID) -> rules.Intake:
    """Read an intake as it stands. The person can see that it was read."""
    return reading.read_intake(call.session, intake_id, by=call.caller, now=call.now)


@blp.patch(
    "/intakes/<uuid:intake_id>", scope=Scope.INTAKES_WRITE, process="leveraging_change", body=IntakePatch,
    answer=IntakeView, versioned=True, if_match=True, concerns="person_id", example=AMENDMENT,
)  # fmt: skip
def amend_intake(call: Call, amendment: rules.Amendment, intake_id: UUID) -> rules.Intake:
    """Write down more of what the person says, or what they say otherwise.

    A merge patch makes a new version; every version before it stays as it was. Null takes back what was said; a list
    is replaced as a whole, and its priorities keep the ids that come with them.
    """
    return actions.amend_intake(
        call.session, intake_id, amendment.apply, expected=call.expected_version, by=call.caller, now=call.now
    )


@blp.get(
    "/intakes/<uuid:intake_id>/versions", scope=Scope.INTAKES_READ, process="leveraging_change", query=PageQuery,
    answer=page_of(VersionView),
)  # fmt: skip
def list_intake_versions(call: Call, asked: dict[str, Any], intake_id: UUID) -> Page[rules.Version]:
    """List the versions of an intake, the newest first."""
    return page_through(
        call,
        asked,
        lambda after, count: reading.list_versions(
            call.session, intake_id, after=after, count=count, by=call.caller, now=call.now
        ),
        key=lambda version: (version.version,),
    )


@blp.get(
    "/intakes/<uuid:intake_id>/versions/<int:number>", scope=Scope.INTAKES_READ, process="leveraging_change",
    answer=IntakeView, versioned=True,
)  # fmt: skip
def read_intake_version(call: Call, intake_id: UUID, number: int) -> rules.Intake:
    """Read an intake as it was."""
    if number not in rules.VERSION_NUMBERS:
        raise errors.NotThere
    return reading.read_intake(call.session, intake_id, number, by=call.caller, now=call.now)


@blp.post(
    "/intakes/<uuid:intake_id>/choices", scope=Scope.INTAKES_WRITE, process="supporting_agency", body=ChoiceForm,
    answer=ChoiceView, status=201, location="/v1/intakes/{intake_id}/choices", concerns="person_id",
    refusals=(rules.NobodyToChoose, rules.UnknownRulesVersion), example=CHOICE,
)  # fmt: skip
def record_choice(call: Call, new_choice: rules.NewChoice, intake_id: UUID) -> rules.RecordedChoice:
    """Write down what the person says to a match.

    It sends nothing and tells nobody. They may think again at any time; the last word on an offering counts. After
    `not_this_one` the offering is not shown to them again, until they say otherwise.
    """
    return actions.choose(call.session, intake_id, new_choice, by=call.caller, now=call.now)


@blp.get(
    "/intakes/<uuid:intake_id>/choices", scope=Scope.INTAKES_READ, process="supporting_agency", query=PageQuery,
    answer=page_of(ChoiceView),
)  # fmt: skip
def list_choices(call: Call, asked: dict[str, Any], intake_id: UUID) -> Page[rules.RecordedChoice]:
    """List what the person said to their matches, the newest first."""
    return page_through(
        call,
        asked,
        lambda after, count: reading.list_choices(
            call.session, intake_id, after=after, count=count, by=call.caller, now=call.now
        ),
        key=lambda choice: (choice.made_at, choice.id),
    )


@blp.get("/people/<uuid:person_id>", scope=Scope.INTAKES_READ, process="staying_with", answer=PersonView)
def read_person(call: Call, person_id: UUID) -> Person:
    """Read how things stand with a person.

    Their status, their intakes, and whether and how it is safe to reach them, as they said it last.
    """
    return reading.read_person(call.session, person_id, by=call.caller, now=call.now)
