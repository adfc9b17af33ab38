"""Whose yes a consent needs, by what the person said about their age and place (42 CFR 2.14)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.access.rules import Caller
from service.consents import actions as consents
from service.consents.rules import Consent
from service.consents.terms import NewConsent
from service.guidance.minors import rule_for
from service.guidance.rules import WhoConsents
from service.intakes.queries import age_and_place
from service.law.rules import worker_of


def give_consent(session: Session, person_id: UUID, new_consent: NewConsent, *, by: Caller, now: datetime) -> Consent:
    """Put a signed consent on record, complete only with every yes that it needs. Raise NotThere.

    Age and place are what the person said last. Nobody asks for proof, and nobody is told.
    """
    age_band, jurisdiction = age_and_place(session, by.organization_id, person_id)
    rule = rule_for(age_band, jurisdiction, now.date())
    who_consents = rule.consents if rule else None
    return consents.give_consent(session, person_id, new_consent, who_consents, by=by, now=now)


def review_consent(session: Session, consent_id: UUID, found: WhoConsents, *, by: Caller, now: datetime) -> Consent:
    """Write down what a named human being found about whose yes it needs.

    Raise WorkerNotNamed, NotThere, NothingToReview, ConsentOver.
    """
    worker_of(by.acting_worker)
    return consents.review_consent(session, consent_id, found, by=by, now=now)
