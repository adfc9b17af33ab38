"""Giving a consent, taking it back, and disclosing what it allows."""

from __future__ import annotations

import uuid
from collections.abc import Container
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.consents import gate, notices, queries, rules
from service.consents.gate import disclose as disclose
from service.consents.models import ConsentRecord, ConsentVersion
from service.consents.terms import (
    ExpiryEvent,
    FieldGroup,
    HumanReview,
    NewConsent,
    Recipient,
    Terms,
)
from service.consents.writing import announce, paper_of, write_change, write_consent
from service.guidance.rules import WhoConsents
from service.ledger.actions import write_entry
from service.outbox.rules import EventType
from service.people.queries import find_person


def give_consent(
    session: Session,
    person_id: uuid.UUID,
    new_consent: NewConsent,
    who_consents: WhoConsents | None,
    *,
    by: Caller,
    now: datetime,
) -> rules.Consent:
    """Put a signed consent on record. What lacks an element of 42 CFR 2.31 is kept as a draft without effect.

    `who_consents` says whose yes it needs when the person is under 18 by their own words, else None. Only rooms
    further up know what they said; service.law.consenting asks for them, so call that.
    """
    _find_person(session, person_id, by)
    paper = replace(paper_of(session, new_consent, by, now), who_consents=who_consents)
    state = rules.first_state(rules.missing_elements(new_consent.terms, paper, now))
    permission = rules.Permission(
        organization_id=by.organization_id,
        id=uuid.uuid4(),
        person_id=person_id,
        version=1,
        state=state,
        terms=new_consent.terms,
    )
    write_consent(session, permission, paper, by=by, now=now)
    if new_consent.replaces is not None:
        _supersede(session, new_consent.replaces, permission, by=by, now=now)
    announce(session, "consent_given", EventType.CONSENT_GIVEN, permission, by=by, now=now)
    return _read(session, permission, now)


def revoke_consent(
    session: Session,
    consent_id: uuid.UUID,
    recipient: Recipient | None = None,
    field_groups: frozenset[FieldGroup] | None = None,
    *,
    by: Caller,
    now: datetime,
) -> rules.Consent:
    """Take a consent back at once: for everybody or one recipient, all of it or some field groups. What is over, or
    was not named, changes nothing.

    What was not delivered to whoever is cut off is cancelled, and those who had been told something of it learn that
    it is over: an id, and not a word more. Raise NotThere, RecipientNotNamed, Replaced.
    """
    consent = _held(session, by, consent_id, now)
    if consent.state == rules.ConsentState.SUPERSEDED:
        raise rules.Replaced
    if consent.state in rules.OVER:
        # Nothing changes, and it is read all the same.
        write_entry(
            session, "consent_read", by=by, now=now, person_id=consent.person_id, subject=("consent", consent_id)
        )
        return consent
    terms = replace(consent.permission.terms, recipients=consent.recipients)
    left = rules.taken_back(terms, consent.recipients, recipient, field_groups)
    return consent if left == terms else _take_back(session, consent, left, by=by, now=now)


def revoke_all(session: Session, person_id: uuid.UUID, *, by: Caller, now: datetime) -> list[rules.Consent]:
    """Take back everything that a person ever allowed, at once. Answer what was taken back. Raise NotThere."""
    _find_person(session, person_id, by)
    ids = queries.open_consents(session, by.organization_id, person_id)
    taken = [revoke_consent(session, consent_id, by=by, now=now) for consent_id in ids]
    write_entry(session, "consents_revoked", by=by, now=now, person_id=person_id, also=ids)
    return [consent for consent in taken if consent.state == rules.ConsentState.REVOKED]


def review_consent(
    session: Session, consent_id: uuid.UUID, found: WhoConsents, *, by: Caller, now: datetime
) -> rules.Consent:
    """Write down what a human being found about whose yes it needs; it takes effect when nothing else is missing.

    Raise NotThere, NothingToReview, ConsentOver.
    """
    consent = _held(session, by, consent_id, now)
    if rules.whose_yes(consent.paper) is not WhoConsents.UNKNOWN:
        raise rules.NothingToReview
    complete = _changed(consent, rules.Change.COMPLETE)
    paper = replace(consent.paper, reviewed_by_human=HumanReview(found=found, at=now))
    state = rules.first_state(rules.missing_elements(complete.terms, paper, now))
    after = replace(complete, state=state)
    write_change(session, after, paper, by=by, now=now)
    announce(session, "consent_reviewed", EventType.CONSENT_GIVEN, after, by=by, now=now)
    return _read(session, after, now)


def end_with(
    session: Session,
    organization_id: uuid.UUID,
    consent_id: uuid.UUID,
    events: Container[ExpiryEvent],
    *,
    by: Caller,
    now: datetime,
) -> None:
    """End a consent whose term was an event, now that one of these has come about. Others stay as they are."""
    consent = _hold(session, organization_id, consent_id, now)
    if not consent.effective or consent.permission.terms.expiry.on_event not in events:
        return
    after = _changed(consent, rules.Change.EXPIRE)
    write_change(session, after, consent.paper, by=by, now=now)
    write_entry(session, "consent_expired", by=by, now=now, person_id=after.person_id, subject=("consent", after.id))


def hold_consents(session: Session, organization_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Hold all consents of a person until this unit of work is over; what is being told on their ground comes first."""
    session.execute(
        sa.update(ConsentRecord)
        .where(ConsentRecord.organization_id == organization_id, ConsentRecord.person_id == person_id)
        .values(version=ConsentRecord.version)
        .execution_options(synchronize_session=False)
    )


def forget_person(session: Session, organization_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Remove a person's consents. What was told on their ground stays on record, as ids and codes (42 CFR 2.25), and so
    do the notices that it is over, without the person, for those who have not heard them yet."""
    notices.let_go_of(session, organization_id, person_id)
    theirs = sa.select(ConsentRecord.id).where(
        ConsentRecord.organization_id == organization_id, ConsentRecord.person_id == person_id
    )
    versions = sa.delete(ConsentVersion).where(
        ConsentVersion.organization_id == organization_id, ConsentVersion.consent_id.in_(theirs)
    )
    consents = sa.delete(ConsentRecord).where(
        ConsentRecord.organization_id == organization_id, ConsentRecord.person_id == person_id
    )
    for removal in (versions, consents):
        session.execute(removal.execution_options(synchronize_session=False))


def read_consent(session: Session, consent_id: uuid.UUID, *, by: Caller, now: datetime) -> rules.Consent:
    """Read one consent. Raise NotThere."""
    consent = queries.find_consent(session, by.organization_id, consent_id, now=now)
    if consent is None or not rules.may_decide(by.person_id, consent.person_id):
        raise errors.NotThere
    write_entry(session, "consent_read", by=by, now=now, person_id=consent.person_id, subject=("consent", consent_id))
    return consent


def list_consents(
    session: Session,
    person_id: uuid.UUID,
    *,
    after: tuple[Any, ...] | None,
    count: int,
    by: Caller,
    now: datetime,
) -> list[rules.Consent]:
    """Read a person's consents, the newest first, after a key of (given_at, id). Raise NotThere."""
    _find_person(session, person_id, by)
    found = queries.list_consents(session, by.organization_id, person_id, after=after, count=count, now=now)
    ids = [consent.id for consent in found]
    write_entry(session, "consents_listed", by=by, now=now, person_id=person_id, also=ids)
    return found


def _find_person(session: Session, person_id: uuid.UUID, by: Caller) -> None:
    if not rules.may_decide(by.person_id, person_id) or find_person(session, by.organization_id, person_id) is None:
        raise errors.NotThere


def _held(session: Session, by: Caller, consent_id: uuid.UUID, now: datetime) -> rules.Consent:
    consent = _hold(session, by.organization_id, consent_id, now)
    if not rules.may_decide(by.person_id, consent.person_id):
        raise errors.NotThere
    return consent


def _hold(session: Session, organization_id: uuid.UUID, consent_id: uuid.UUID, now: datetime) -> rules.Consent:
    gate.hold(session, organization_id, consent_id)
    consent = queries.find_consent(session, organization_id, consent_id, now=now)
    if consent is None:
        raise errors.NotThere
    return consent


def _take_back(session: Session, consent: rules.Consent, left: Terms, *, by: Caller, now: datetime) -> rules.Consent:
    narrows = bool(left.recipients) and consent.state in rules.LIVE
    change = rules.Change.NARROW if narrows else rules.Change.REVOKE
    after, paper = _changed(consent, change), consent.paper
    if narrows:
        after = replace(after, terms=left)
        paper = replace(paper, recipients=tuple(each.text for each in left.recipients))
    write_change(session, after, paper, by=by, now=now)
    notices.make_notices(session, consent.permission, after, now)
    announce(session, "consent_revoked", EventType.CONSENT_REVOKED, after, by=by, now=now)
    return _read(session, after, now)


def _supersede(session: Session, replaced_id: uuid.UUID, new: rules.Permission, *, by: Caller, now: datetime) -> None:
    old = _held(session, by, replaced_id, now)
    if old.person_id != new.person_id:
        raise errors.NotThere
    # A draft takes no effect, so it does not take away what a live consent allows either.
    if new.state == rules.ConsentState.DRAFT and old.effective:
        return
    after = replace(_changed(old, rules.Change.SUPERSEDE), superseded_by=new.id)
    write_change(session, after, old.paper, by=by, now=now)
    notices.make_notices(session, old.permission, new, now)


def _changed(consent: rules.Consent, change: rules.Change) -> rules.Permission:
    state = rules.changed(consent.permission.state, change)
    return replace(consent.permission, version=consent.version + 1, state=state)


def _read(session: Session, permission: rules.Permission, now: datetime) -> rules.Consent:
    session.flush()
    consent = queries.find_consent(session, permission.organization_id, permission.id, now=now)
    if consent is None:
        raise errors.NotThere
    return consent
