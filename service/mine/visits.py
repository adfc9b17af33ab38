"""Visits to the pages: a sealed cookie that is good for one person, one code, and a quarter of an hour.

The cookie is AES-256-GCM under a key of its own and says who came with which code, so that the moment the code is
changed, or the person erased, every visit is over. Only that a visit was left is kept, as a hash, for a day.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import vault
from service.access.rules import Caller
from service.mine.models import LeftVisit
from service.mine.rules import Visit, new_visit_number
from service.people.actions import Visitor, person_themselves
from service.people.queries import find_anywhere
from service.vault.actions import vault_of
from service.vault.rules import SealBroken, keyed_hash, open_bytes, seal_bytes

_ABOUT = b"visit|1"
REMEMBERED_FOR = timedelta(days=1)


def begin_visit(session: Session, visitor: Visitor, *, locale: str, now: datetime) -> Visit:
    """Begin a visit with the code that opened the door."""
    caller = visitor.caller
    if caller.person_id is None:
        raise LookupError("Only a person visits their own pages.")
    return Visit(
        number=new_visit_number(),
        person_id=caller.person_id,
        organization_id=caller.organization_id,
        code=vault.marks_of(session, visitor.key),
        locale=locale,
        seen_at=now,
    )


def seal_visit(session: Session, visit: Visit, *, now: datetime) -> str:
    """Write a visit as the text of a cookie, seen now."""
    document = [
        str(visit.number), str(visit.person_id), str(visit.organization_id), sorted(visit.code), visit.locale,
        now.timestamp(),
    ]  # fmt: skip
    return base64.urlsafe_b64encode(seal_bytes(vault_of(session).derived("visit"), document, _ABOUT)).decode()


def open_visit(session: Session, token: str, *, request_id: str, now: datetime) -> tuple[Visit, Caller] | None:
    """Read a cookie: the visit and who is there, or None when it is over: idle, left, code changed, person gone."""
    visit = _read(session, token)
    if visit is None or not visit.is_alive(now) or not vault.still_opens(session, visit.person_id, visit.code):
        return None
    if session.get(LeftVisit, _mark(session, visit)) is not None:
        return None
    found = find_anywhere(session, visit.person_id)
    if found is None:
        return None
    caller = person_themselves(visit.organization_id, visit.person_id, found[1], request_id=request_id)
    return replace(visit, seen_at=now), caller


def leave_visit(session: Session, token: str, *, now: datetime) -> None:
    """End a visit for good, whoever else holds a copy of its cookie. What cannot be read has no visit to end."""
    visit = _read(session, token)
    if visit is None or session.get(LeftVisit, _mark(session, visit)) is not None:
        return
    session.add(LeftVisit(mark=_mark(session, visit), left_at=now))


def forget_left_visits(session: Session, now: datetime) -> None:
    """Drop what is kept of visits that nothing could open any more anyway."""
    session.execute(sa.delete(LeftVisit).where(LeftVisit.left_at < now - REMEMBERED_FOR))


def form_token(session: Session, visit: Visit) -> str:
    """What every form of this visit carries, and nobody else can know."""
    return keyed_hash(vault_of(session).derived("visit-form"), visit.number.bytes).hex()


def is_form_token(session: Session, visit: Visit, said: str) -> bool:
    """Whether a form was ours, of this very visit."""
    return hmac.compare_digest(form_token(session, visit).encode(), said.encode())


def _read(session: Session, token: str) -> Visit | None:
    try:
        sealed = base64.urlsafe_b64decode(token.encode())
        number, person_id, organization_id, code, locale, seen_at = open_bytes(
            vault_of(session).derived("visit"), sealed, _ABOUT
        )
    except (SealBroken, ValueError, binascii.Error):
        return None
    return Visit(
        number=UUID(number),
        person_id=UUID(person_id),
        organization_id=UUID(organization_id),
        code=frozenset(code),
        locale=locale,
        seen_at=datetime.fromtimestamp(seen_at, UTC),
    )


def _mark(session: Session, visit: Visit) -> bytes:
    return keyed_hash(vault_of(session).derived("visit-left"), visit.number.bytes)
