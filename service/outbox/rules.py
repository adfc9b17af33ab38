"""Which facts are told to others, and under which names (Standard Webhooks 1.0.0: thin, past tense)."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """A fact that somebody may be told. Nothing in it says who, and nothing says why."""

    INTAKE_SUBMITTED = "intake.submitted"
    INTAKE_AMENDED = "intake.amended"
    REFERRAL_SENT = "referral.sent"
    REFERRAL_RECEIVED = "referral.received"
    REFERRAL_ACCEPTED = "referral.accepted"
    REFERRAL_DECLINED = "referral.declined"
    REFERRAL_WAITLISTED = "referral.waitlisted"
    REFERRAL_CLOSED = "referral.closed"
    REFERRAL_WITHDRAWN = "referral.withdrawn"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REVOKED = "consent.revoked"
    CAPACITY_CHANGED = "offering.capacity_changed"
    CAPACITY_NEWS_OLD = "offering.capacity_news_old"
    NEEDS_A_PERSON_NOW = "intake.needs_a_person_now"
    DISCLOSURE_EMERGENCY = "disclosure.emergency"
