"""Two desks and an offering between them: a team that refers, and a clinic that answers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from service.consents.terms import FieldGroup
from service.guidance.rules import Category, LimitKind, LimitScope, Setting
from service.intakes import actions as intakes
from service.intakes.rules import (
    Choice,
    Language,
    Mode,
    NewChoice,
    NewIntake,
    Priority,
    PriorityCategory,
    Said,
    Stance,
    Substance,
)
from service.providers import actions as providers
from service.providers.codes import (
    AcceptsMoud,
    CapacityStatus,
    OfferingKind,
)
from service.providers.models import OfferingRecord
from service.providers.rules import (
    Capacity,
    Limit,
    NewOffering,
    NewProvider,
    OfferingFacts,
    Policies,
    SpokenLanguage,
)
from tests.builders.consents import a_consent_body
from tests.houses import House, Key

WORDS = "somewhere dry n my dog safe"
SHARED = [FieldGroup.NAME, FieldGroup.PRIORITIES, FieldGroup.LANGUAGE]


def some_words(**changes: Any) -> Said:
    """What Ruby said: a name, one priority in her words, a language, and something that is nobody's business."""
    facts: dict[str, Any] = {
        "mode": Mode.STREET_OUTREACH,
        "name_to_use": "Ruby",
        "languages": (Language(tag="en"),),
        "priorities": (
            Priority(
                verbatim=WORDS, rank=1, categories=(PriorityCategory(code=Category.HOUSING, confirmed_by_person=True),)
            ),
        ),
        "substances": (Substance(name_verbatim="down", stance=Stance.USE_MORE_SAFELY),),
    }
    return Said(**{**facts, **changes})


@dataclass
class Street:
    """A team and a clinic, as a test plays them."""

    house: House
    client: FlaskClient
    team: Key
    clinic: Key
    steward: Key
    offerings: list[uuid.UUID] = field(default_factory=list)

    def open_offering(
        self, name: str = "Open Door", *, slots: int | None = 3, here: bool = True, **facts: Any
    ) -> uuid.UUID:
        """Put an offering into the directory; `here` says whether its provider has an organization on the platform."""
        now = self.house.clock.now()
        organization_id = self.clinic.organization_id if here else None
        with self.house.runtime.database.session() as session:
            provider = providers.make_provider(
                session,
                NewProvider(name=f"{name} Inc", organization_id=organization_id),
                by=self.steward.caller,
                now=now,
            )
            offering = providers.make_offering(
                session, an_open_offering(provider.id, name, slots, now, **facts), by=self.steward.caller, now=now
            )
        self.offerings.append(offering.id)
        return offering.id

    def provider_of(self, offering_id: uuid.UUID) -> uuid.UUID:
        """Whose offering it is."""
        with self.house.runtime.database.session() as session:
            return session.get_one(OfferingRecord, offering_id).provider_id

    def slots_of(self, offering_id: uuid.UUID) -> int | None:
        """How many places are open there."""
        with self.house.runtime.database.session() as session:
            return session.get_one(OfferingRecord, offering_id).open_slots

    def take_in(self, **words: Any) -> Any:
        """Take somebody in."""
        with self.house.runtime.database.session() as session:
            receipt = intakes.submit_intake(
                session, NewIntake(said=some_words(**words)), locale="en", monitored=False, by=self.team.caller,
                now=self.house.clock.now(),
            )  # fmt: skip
        return receipt.intake

    def choose(self, intake: Any, offering_id: uuid.UUID, choice: Choice = Choice.INTERESTED) -> Any:
        """Write down what the person says to a match."""
        with self.house.runtime.database.session() as session:
            return intakes.choose(
                session, intake.id, NewChoice(offering_id=offering_id, choice=choice), by=self.team.caller,
                now=self.house.clock.now(),
            )  # fmt: skip

    def sign(self, intake: Any, *offering_ids: uuid.UUID, **changes: Any) -> Any:
        """Sign a consent that names the providers of these offerings."""
        recipients = [{"provider_id": str(self.provider_of(each))} for each in offering_ids]
        body = a_consent_body(**{"recipients": recipients, "scope": SHARED, **changes})
        return self.post(self.team, f"/v1/people/{intake.person_id}/consents", body)

    def refer(
        self, offering_id: uuid.UUID | None = None, *, intake: Any = None, consent: Any = None, **changes: Any
    ) -> Any:
        """Refer somebody, from taking them in to sending; answers the referral."""
        offering_id = offering_id or self.offerings[0]
        intake = intake or self.take_in()
        body = self.referral_body(intake, offering_id, consent or self.sign(intake, offering_id))
        return self.post(self.team, "/v1/referrals", {**body, **changes})

    def referral_body(self, intake: Any, offering_id: uuid.UUID, consent: Any) -> dict[str, Any]:
        """The body of a consented referral, with the person's choice made just now."""
        return {
            "intake_id": str(intake.id),
            "offering_id": str(offering_id),
            "choice_id": str(self.choose(intake, offering_id).id),
            "consent_id": consent["id"],
        }

    def carry(self, offering_id: uuid.UUID | None = None, *, intake: Any = None, shows: tuple[str, ...] = ()) -> Any:
        """Give somebody a hand-off; answers the referral with its token."""
        offering_id = offering_id or self.offerings[0]
        intake = intake or self.take_in()
        choice = self.choose(intake, offering_id)
        body = {
            "intake_id": str(intake.id), "offering_id": str(offering_id), "choice_id": str(choice.id),
            "route": "self_carried", "shows": list(shows),
        }  # fmt: skip
        return self.post(self.team, "/v1/referrals", body)

    def move(
        self, key: Key, referral: Any, move: str, *, expect: int = 201, etag: str | None = None, **body: Any
    ) -> Any:
        """Make a move from the version that was seen."""
        headers = {**key.headers, "If-Match": etag or f'"{referral["version"]}"'}
        path = f"/v1/referrals/{referral['id']}/moves"
        answer = self.client.post(path, json={"move": move, **body}, headers=headers)
        assert answer.status_code == expect, answer.get_json().get("errors") or answer.get_json()
        return answer.get_json()

    def post(self, key: Key, path: str, body: dict[str, Any], *, expect: int = 201) -> Any:
        """Send a body."""
        answer = self.client.post(path, json=body, headers=key.headers)
        assert answer.status_code == expect, answer.get_json().get("errors") or answer.get_json()
        return answer.get_json()

    def read(self, key: Key, referral: Any, *, expect: int = 200) -> Any:
        """Read a referral."""
        answer = self.client.get(f"/v1/referrals/{referral['id']}", headers=key.headers)
        assert answer.status_code == expect, answer.get_json().get("errors") or answer.get_json()
        return answer.get_json()

    def kept(self, statement: sa.Select[Any]) -> list[Any]:
        """What is on record."""
        with self.house.runtime.database.session() as session:
            return list(session.scalars(statement))


def an_open_offering(provider_id: uuid.UUID, name: str, slots: int | None, now: Any, **facts: Any) -> NewOffering:
    """Housing navigation without conditions, attested today."""
    said: dict[str, Any] = {
        "name": name,
        "kind": OfferingKind.HOUSING,
        "categories": (Category.HOUSING,),
        "settings": (Setting.PHONE, Setting.STREET),
        "languages_spoken": (SpokenLanguage(tag="en"),),
        "limits": (Limit(scope=LimitScope.SERVICE, kind=LimitKind.HOURS, text={"en": "Weekdays only."}),),
    }
    return NewOffering(
        provider_id=provider_id,
        facts=OfferingFacts(**{**said, **facts}),
        policies=Policies(
            requires_abstinence_to_start=False,
            requires_abstinence_goal=False,
            requires_abstinence_to_continue=False,
            discharges_for_use=False,
            accepts_people_on_moud=AcceptsMoud.ALL,
            requires_12_step=False,
            attested_by="the coordinator there",
            attested_on=now.date(),
        ),
        capacity=Capacity(status=CapacityStatus.CAPACITY, open_slots=slots, as_of=now - timedelta(hours=1)),
    )
