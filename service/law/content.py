"""What field groups hold of all that a person said, at whichever intake they said it last."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from service.consents.terms import FieldGroup
from service.intakes.groups import Shared, shared_of
from service.intakes.queries import said_by_person


def content_of(session: Session, organization_id: UUID, person_id: UUID, groups: Iterable[FieldGroup]) -> Shared:
    """Put together what these groups hold, each from the newest intake that says something of it.

    Somebody who comes back and says little has not taken back what they said before; in an emergency it may matter.
    """
    missing = frozenset(groups)
    found: Shared = {}
    for said in said_by_person(session, organization_id, person_id):
        if not missing:
            break
        here = shared_of(said, missing)
        found |= here
        missing -= here.keys()
    return found
