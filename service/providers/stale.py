"""What in the directory has grown old, by provider: news about room, attestations, verifications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.providers.credentials import VerificationStatus
from service.providers.level import ATTESTED_FOR
from service.providers.models import CredentialRecord, OfferingRecord, Provider
from service.providers.rules import NEWS_COUNTS_FOR

# After that matching takes it for unknown.
# Long enough to ask an issuer and to hear from them.
DUE_WITHIN = timedelta(days=30)
PROVIDERS_A_LOOK = 500
VERIFIED = (VerificationStatus.DOCUMENT_SEEN.value, VerificationStatus.ISSUER_CONFIRMED.value)


class Old(StrEnum):
    """What has grown old, and what makes it fresh."""

    CAPACITY = "capacity"
    ATTESTATION = "attestation"
    VERIFICATION_DUE = "verification_due"
    VERIFICATION_LAPSED = "verification_lapsed"


@dataclass(frozen=True, slots=True)
class StaleRow:
    """An offering or a credential of which something is old: what, and since or until which day it is good."""

    what: Old
    id: UUID
    external_id: str | None
    day: date


@dataclass(frozen=True, slots=True)
class StaleProvider:
    """A provider with everything of it that is old."""

    id: UUID
    name: str
    rows: tuple[StaleRow, ...]

    def counts(self) -> dict[Old, int]:
        """How much is old, by what it is."""
        return {what: sum(row.what is what for row in self.rows) for what in Old}


def stale_providers(
    session: Session, now: datetime, *, after: UUID | None = None
) -> tuple[list[StaleProvider], UUID | None]:
    """Look at some hundred providers, in the order in which they came, for what is old.

    Answer those that have something old, and behind which to look next; None when everybody was looked at.
    """
    query = sa.select(Provider.id, Provider.name).order_by(Provider.id).limit(PROVIDERS_A_LOOK)
    providers = session.execute(query if after is None else query.where(Provider.id > after)).all()
    if not providers:
        return [], None
    between = (providers[0][0], providers[-1][0])
    rows: dict[UUID, list[StaleRow]] = defaultdict(list)
    for provider_id, row in (*_offerings(session, between, now), *_credentials(session, between, now.date())):
        rows[provider_id].append(row)
    return [StaleProvider(each, name, tuple(rows[each])) for each, name in providers if each in rows], between[1]


def _offerings(session: Session, between: tuple[UUID, UUID], now: datetime) -> Iterator[tuple[UUID, StaleRow]]:
    news_since, attested_since = now - NEWS_COUNTS_FOR, now.date() - ATTESTED_FOR
    of, on = OfferingRecord.capacity_as_of, OfferingRecord.attested_on
    query = (
        sa.select(OfferingRecord.provider_id, OfferingRecord.id, OfferingRecord.external_id, of, on)
        .where(OfferingRecord.provider_id.between(*between), sa.or_(of < news_since, on < attested_since))
        .order_by(OfferingRecord.id)
    )
    for provider_id, offering_id, external_id, as_of, attested_on in session.execute(query):
        if as_of < news_since:
            yield provider_id, StaleRow(Old.CAPACITY, offering_id, external_id, as_of.date())
        if attested_on is not None and attested_on < attested_since:
            yield provider_id, StaleRow(Old.ATTESTATION, offering_id, external_id, attested_on)


def _credentials(session: Session, between: tuple[UUID, UUID], today: date) -> Iterator[tuple[UUID, StaleRow]]:
    verification = CredentialRecord.evidence["verification"]
    days = (verification["recheck_due"].as_string(), CredentialRecord.evidence["expires_on"].as_string())
    soon = str(today + DUE_WITHIN)
    query = (
        sa.select(CredentialRecord.provider_id, CredentialRecord.id, CredentialRecord.external_id, *days)
        .where(
            CredentialRecord.provider_id.between(*between),
            verification["status"].as_string().in_(VERIFIED),
            sa.or_(*(day <= soon for day in days)),
        )
        .order_by(CredentialRecord.id)
    )
    for provider_id, credential_id, external_id, *ends in session.execute(query):
        day = _first(ends)
        what = Old.VERIFICATION_LAPSED if day < today else Old.VERIFICATION_DUE
        yield provider_id, StaleRow(what, credential_id, external_id, day)


def _first(ends: Sequence[Any]) -> date:
    return min(date.fromisoformat(each) for each in ends if each is not None)
