"""Where an organization's places are named, read, changed and deleted.

They have no scopes of their own. A place says what somebody meant by *near*, so whoever may read an intake may read it,
and whoever may write one may say what was meant.
"""

from typing import Any
from uuid import UUID

from service.access.rules import Scope
from service.guidance.schemas import with_findings
from service.http import Blueprint, Call, Page, PageQuery, page_of, page_through
from service.places import actions, rules
from service.places.schemas import PlaceForm, PlaceView

blp = Blueprint(
    "places",
    description="Places that your organization knows by name. *Near the library* means this library, and it is looked "
    "up nowhere else. A place is where people meet; where somebody sleeps is theirs to say.",
)

PlaceWritten = with_findings(PlaceView)
READ, WRITE = Scope.INTAKES_READ, Scope.INTAKES_WRITE
THE_LIBRARY = {
    "name": "the library",
    "other_names": ["Main Library", "la biblioteca"],
    "latitude": 37.7793,
    "longitude": -122.4158,
    "jurisdiction": "US-CA",
    "areas": ["San Francisco County", "Civic Center"],
}


@blp.post(
    "/places", scope=WRITE, process="meeting_at", body=PlaceForm, answer=PlaceWritten, status=201,
    location="/v1/places/{id}", versioned=True, refusals=(rules.NameTaken, rules.TooManyPlaces), example=THE_LIBRARY,
)  # fmt: skip
def name_place(call: Call, new: rules.NewPlace) -> rules.NamedPlace:
    """Name a place.

    From the next answer on, whoever is `near` it is there for matching, unless they said more exactly where they are.
    A name is known by its letters alone, whatever the case; nothing like it is taken for it.
    """
    return actions.name_place(call.session, new, by=call.caller, now=call.now)


@blp.get("/places", scope=READ, process="meeting_at", query=PageQuery, answer=page_of(PlaceView))
def list_places(call: Call, asked: dict[str, Any]) -> Page[rules.NamedPlace]:
    """List your organization's places, in the order in which they were named."""
    return page_through(
        call,
        asked,
        lambda after, count: actions.list_places(call.session, after=after, count=count, by=call.caller, now=call.now),
        key=lambda place: (place.id,),
    )


@blp.get("/places/<uuid:place_id>", scope=READ, process="meeting_at", answer=PlaceView, versioned=True)
def read_place(call: Call, place_id: UUID) -> rules.NamedPlace:
    """Read one place."""
    return actions.read_place(call.session, place_id, by=call.caller, now=call.now)


@blp.put(
    "/places/<uuid:place_id>", scope=WRITE, process="meeting_at", body=PlaceForm, answer=PlaceWritten, versioned=True,
    if_match=True, refusals=(rules.NameTaken,), example=THE_LIBRARY,
)  # fmt: skip
def amend_place(call: Call, new: rules.NewPlace, place_id: UUID) -> rules.NamedPlace:
    """Say anew what a place is called and where it is."""
    return actions.amend_place(
        call.session, place_id, new, expected=call.expected_version, by=call.caller, now=call.now
    )


@blp.delete("/places/<uuid:place_id>", scope=WRITE, process="meeting_at", answer=PlaceView, if_match=True)
def delete_place(call: Call, place_id: UUID) -> rules.NamedPlace:
    """Delete a place, and answer what it was.

    Intakes keep the words that somebody said. They are words again, and cost nothing.
    """
    return actions.delete_place(call.session, place_id, expected=call.expected_version, by=call.caller, now=call.now)
