"""What may be delivered to somebody now: the gate is asked again at every attempt (42 CFR 2.31: revocation)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.consents import gate
from service.outbox.actions import cancel_events
from service.outbox.actions import mark_delivered as mark_delivered
from service.outbox.models import Event
from service.outbox.queries import undelivered
from service.people.queries import own_people


def next_deliveries(session: Session, audience: UUID, *, now: datetime, count: int) -> list[Event]:
    """Answer at most `count` undelivered events that one organization may be told now, the oldest first.

    About a person of another organization the gate is asked at this very moment, and their consent is held until this
    unit of work is over: deliver, and mark_delivered, before it is. What may not be told any more is cancelled.
    """
    events: list[Event] = []
    while len(events) < count:
        last = events[-1] if events else None
        found = undelivered(session, audience, last, count - len(events))
        if not found:
            break
        over = _over(session, found, audience, now)
        cancel_events(session, over, now=now)
        events += [event for event in found if event.id not in over]
    return events


def _over(session: Session, events: Sequence[Event], audience: UUID, now: datetime) -> set[UUID]:
    """Which of these may not be told any more. Without a ground on record nothing about a person is told at all."""
    about = {event.about_person_id for event in events if event.about_person_id is not None}
    own = own_people(session, audience, about)
    # Consents are held in one order by everybody who delivers, so that nobody waits in a circle.
    foreign = [event for event in events if event.about_person_id not in {None, *own}]
    asked = sorted(foreign, key=lambda event: (event.ground or {}).get("consent_id", ""))
    return {event.id for event in asked if not gate.still_allowed(session, event.ground, audience, now)}
