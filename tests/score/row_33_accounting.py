"""Row 33: the accounting of disclosures lists everything that was told, also on what is over, and is there at once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.access.rules import Role
from service.consents import actions as consents
from service.consents.models import ConsentRecord, Disclosure
from service.consents.rules import LIVE
from service.consents.statements import NOTICE_VERSION
from service.consents.terms import (
    Basis,
    Expiry,
    FieldGroup,
    NewConsent,
    Purpose,
    Recipient,
    SignatureMethod,
    SubjectName,
    Terms,
)
from service.disclosures.queries import account_for
from service.disclosures.rules import Accounted
from service.people.actions import welcome_person
from service.providers.actions import make_provider
from service.providers.rules import NewProvider
from tests.houses import House, Key, make_key
from tests.score.board import Bench, Figure, Row

CONSENTS = 12
AT_MOST = 2.0
THREE_YEARS = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Told:
    """A person about whom much was told, and every line of it that has to be found again."""

    house: House
    team: Key
    person_id: UUID
    ids: set[UUID]
    recent: set[UUID]


def measure(bench: Bench) -> Figure:
    """Draw the whole accounting, that of three years, and its first page as somebody asks for it."""
    told = _tell(bench)
    began = time.perf_counter()
    found = _draw(told)
    whole = time.perf_counter() - began
    first = _first_page(told)
    recent = _draw(told, told.house.clock.now() - THREE_YEARS)
    named = all(line.provider_name for line in found)
    complete = {line.id for line in found} == told.ids and {line.id for line in recent} == told.recent and named
    says = f"{_share({line.id for line in found}, told)}, whole {whole:.2f} s, first page {first:.2f} s"
    # The short form runs beside other tests, on machines as fast as they are: it says the time, and asserts none.
    return Figure(says, holds=complete and (bench.short or max(whole, first) <= AT_MOST))


def control(bench: Bench) -> Figure:
    """Draw it from the consents that are still alive."""
    told = _tell(bench)
    with told.house.runtime.database.session() as session:
        live = sa.select(ConsentRecord.id).where(
            ConsentRecord.person_id == told.person_id, ConsentRecord.state.in_(LIVE)
        )
        found = set(session.scalars(sa.select(Disclosure.id).where(Disclosure.consent_id.in_(live))))
    return Figure(_share(found, told), holds=found == told.ids)


def _draw(told: Told, since: datetime | None = None) -> list[Accounted]:
    with told.house.runtime.database.session(reading=True) as session:
        return account_for(
            session, told.team.organization_id, told.person_id, after=None, count=len(told.ids) + 1, since=since
        )


def _share(found: set[UUID], told: Told) -> str:
    return f"{len(found & told.ids) / len(told.ids):.0%} of {len(told.ids):,} lines"


def _first_page(told: Told) -> float:
    client = told.house.app.test_client()
    began = time.perf_counter()
    answer = client.get(f"/v1/people/{told.person_id}/disclosures?limit=100", headers=told.team.headers)
    took = time.perf_counter() - began
    assert len(answer.get_json()["items"]) == 100
    return took


def _tell(bench: Bench) -> Told:
    """Four years of telling, on consents of which half were taken back, and some of it carried by hand."""
    house = bench.house()
    team, steward = make_key(house, Role.OUTREACH), make_key(house, Role.STEWARD)
    now, many, chance = house.clock.now(), bench.many(whole=10_000, short=3_000), bench.random
    with house.runtime.database.session() as session:
        person_id, _ = welcome_person(session, locale="en", by=team.caller, now=now)
        other_id, _ = welcome_person(session, locale="en", by=team.caller, now=now)
    with house.runtime.database.session() as session:
        places = [
            make_provider(session, NewProvider(name=f"Door {number}"), by=steward.caller, now=now).id
            for number in range(40)
        ]
        signed = [_sign(session, person_id, places, team, now) for _ in range(CONSENTS)]
        for consent_id in signed[::2]:
            consents.revoke_consent(session, consent_id, by=team.caller, now=now)
    span = timedelta(days=4 * 365)
    ats = {uuid4(): now - span * chance.random() for _ in range(many)}
    rows = [
        {**_line(team, person_id, chance.choice([*signed, None]), chance.choice(places)), "id": told_id, "at": at}
        for told_id, at in ats.items()
    ]
    rows += [{**_line(team, other_id, None, places[0]), "id": uuid4(), "at": now} for _ in range(many // 10)]
    with house.runtime.database.session() as session:
        session.execute(sa.insert(Disclosure), rows)
    return Told(house, team, person_id, set(ats), {each for each, at in ats.items() if at >= now - THREE_YEARS})


def _sign(session: Session, person_id: UUID, places: list[UUID], team: Key, now: datetime) -> UUID:
    terms = Terms(
        recipients=tuple(Recipient(provider_id=place) for place in places[:20]),
        purpose=Purpose.REFERRAL,
        field_groups=frozenset({FieldGroup.NAME, FieldGroup.PRIORITIES}),
        expiry=Expiry(at=now + timedelta(days=90)),
    )
    new = NewConsent(terms=terms, subject_name=SubjectName(text="Ruby"), signature_method=SignatureMethod.TYPED)
    return consents.give_consent(session, person_id, new, None, by=team.caller, now=now).id


def _line(team: Key, person_id: UUID, consent_id: UUID | None, place: UUID) -> dict[str, object]:
    return {
        "organization_id": team.organization_id, "person_id": person_id,
        "basis": Basis.CONSENT if consent_id else Basis.SELF_CARRIED, "consent_id": consent_id,
        "consent_version": 1 if consent_id else None, "recipient_provider_id": place,
        "purpose": Purpose.REFERRAL, "field_groups": ["name"], "subject": "referral", "subject_id": uuid4(),
        "notice_version": NOTICE_VERSION, "request_id": "told",
    }  # fmt: skip


ROW = Row(
    number=33,
    figure="accounting complete; time",
    target="100 % of 10,000 lines; whole and first page in 2 s",
    measure=measure,
    control=control,
    naive_way="an accounting drawn from the consents that are still alive",
)
