"""What field groups hold of all that a person said, at whichever intake they said it last."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from service.consents.terms import Preview, Told
from service.intakes.groups import Shared, shared_of
from service.intakes.queries import said_by_person


def content_of(session: Session, organization_id: UUID, person_id: UUID, told: Told | Preview) -> Shared:
    """Put together what the gate let through, each group from the newest intake that says something of it.

    Somebody who comes back and says little has not taken back what they said before; in an emergency it may matter.
    """
    found: Shared = {}
    for said in said_by_person(session, organization_id, person_id):
        if found.keys() == told.field_groups:
            break
        found = {**shared_of(said, told), **found}
    return found
