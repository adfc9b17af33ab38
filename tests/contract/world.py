"""The world of the access matrix: two organizations, who else there is, and what each is to somebody's record."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from service.access import actions as access
from service.access.models import ApiKey
from service.access.rules import OrganizationKind, Role, Scope
from service.consents.actions import disclose
from service.consents.models import Disclosure, RevocationNotice
from service.consents.terms import Consented, Party, Purpose, Telling
from service.erasure.actions import erase_for_house
from service.ledger.sealing import seal_entries
from service.people.models import PersonRecord
from service.providers.models import OfferingRecord, Provider
from tests.builders.intakes import a_priority
from tests.builders.ledgers import SEALER
from tests.builders.referrals import Street
from tests.houses import House, Key, make_key

# What the caller's organization is to the record that is asked about.
RELATIONS = ("own", "not_its_part", "recipient", "after_revocation", "other", "absent", "erased")
PUBLIC = ("own", "other", "absent")
THEMSELVES = ("own", "absent", "erased")
HOMES = ("A", "B")
KINDS = {"A": OrganizationKind.OUTREACH, "B": OrganizationKind.HUB}
SECRET = ("person", "intake", "consent", "referral", "choice", "place")
A_DEMAND = {
    "kind": "subpoena", "received_on": "2026-11-02", "from": {"name": "Det. Harlan", "office": "County"},
}  # fmt: skip
Ids = dict[str, str]


def an_emergency(person_id: str) -> dict[str, Any]:
    """Somebody was found not breathing."""
    return {
        "person_id": person_id, "field_groups": ["name"], "discloser": {"name": "M. Reyes"},
        "recipient": {"name": "Dr. Okafor", "facility": "Bayline General"}, "nature": "Found not breathing.",
    }  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """Who knocks: a name (`clinic@A`), the organization that it acts for, what it sends, and how it is known."""

    name: str
    home: str
    headers: dict[str, str]

    @property
    def role(self) -> str:
        """The part before the organization."""
        return self.name.partition("@")[0]


@dataclass
class World:
    """Everybody who knocks, and the ids that each organization may try, by what it is to them."""

    house: House
    ids: dict[tuple[str, str], Ids] = field(default_factory=dict)
    identities: list[Identity] = field(default_factory=list)
    homes: dict[str, Key] = field(default_factory=dict)
    teams: dict[str, Key] = field(default_factory=dict)
    _lacking: dict[tuple[str, str], Identity] = field(default_factory=dict)

    def build(self) -> World:
        """Fill an empty house, once; nothing that is asked of it later changes it."""
        self.homes = {name: make_key(self.house, Role.CLINIC, kind=kind) for name, kind in KINDS.items()}
        keeper = make_key(self.house, Role.STEWARD)
        others = {"elsewhere": make_key(self.house, Role.COORDINATOR), "third": make_key(self.house, Role.CLINIC)}
        self.teams = {**self.homes, **others}
        places = {name: self._open(key, keeper) for name, key in self.teams.items()}

        def somebody(team: str, recipient: str, **ends: bool) -> Ids:
            street = Street(self.house, self.house.app.test_client(), self.teams[team], self.teams[recipient], keeper)
            return {**places[team][0], **self._somebody(street, places[recipient], **ends)}

        for home in HOMES:
            self.ids |= _everything_to(home, somebody)
        self._introduce_everybody(keeper)
        seal_entries(self.house.runtime.database, SEALER, now=self.house.clock.now())
        return self

    def _open(self, key: Key, keeper: Key) -> list[Ids]:
        """Three offerings of one provider, with a practitioner and a credential."""
        street = Street(self.house, self.house.app.test_client(), key, key, keeper)
        offerings = [street.open_offering(f"Room {number}", slots=None) for number in range(3)]
        provider = str(street.provider_of(offerings[0]))
        practitioner = street.post(keeper, "/v1/practitioners", {"provider_id": provider, "name": "R. Alvarez"})
        evidence = {"practitioner_id": practitioner["id"], "credential": {"kind": "certificate", "hours": 60}}
        credential = street.post(keeper, "/v1/credentials", evidence)
        known = {"practitioner": practitioner["id"], "credential": credential["id"]}
        return [{**known, "offering": str(each), "provider": str(street.provider_of(each))} for each in offerings]

    def _somebody(self, street: Street, places: list[Ids], *, revoked: bool = False, erased: bool = False) -> Ids:
        """Take somebody in; refer them to one place, choose a second one, and let them carry a token to a third."""
        first, second, third = (uuid.UUID(each["offering"]) for each in places)
        body = {"name_to_use": "Ruby", "priorities": [a_priority("somewhere dry", "housing", rank=1)],
                "languages": [{"tag": "en", "spoken": True}]}  # fmt: skip
        taken_in = street.post(street.team, "/v1/intakes", body)
        intake = SimpleNamespace(id=uuid.UUID(taken_in["id"]), person_id=uuid.UUID(taken_in["person_id"]))
        consent = street.sign(intake, first, second)
        referral = street.refer(first, intake=intake, consent=consent)
        carried = street.carry(third, intake=intake, shows=("name",))
        choice = street.choose(intake, second)
        told = self._told_and_taken_back(street, intake, first)
        emergency = street.post(street.team, "/v1/emergency-disclosures", an_emergency(taken_in["person_id"]))
        demand = street.post(self._lead_of(street.team), "/v1/legal-demands", A_DEMAND)
        near = {"name": f"the library {uuid.uuid4()}", "latitude": 37.78, "longitude": -122.42}
        place = street.post(street.team, "/v1/places", near)
        if revoked:
            street.post(street.team, f"/v1/consents/{consent['id']}/revocations", {})
            street.move(street.team, carried, "withdraw")
        if erased:
            self.erase(intake.person_id)
        return {
            "person": taken_in["person_id"], "intake": taken_in["id"], "code": taken_in["return_code"],
            "consent": consent["id"], "referral": referral["id"], "token": carried["hand_off"]["token"],
            "choice": str(choice.id), "chosen": str(second), "emergency": emergency["id"], "demand": demand["id"],
            "place": place["id"],
            **told,
        }  # fmt: skip

    def _told_and_taken_back(self, street: Street, intake: Any, offering_id: uuid.UUID) -> Ids:
        """Tell the provider something on a consent of its own, and take that back: a disclosure, and a notice."""
        consent = street.sign(intake, offering_id, scope=["place"])
        offering = street.kept(sa.select(OfferingRecord).where(OfferingRecord.id == offering_id))[0]
        with self.house.runtime.database.session() as session:
            recipient = session.get_one(Provider, offering.provider_id).organization_id
            telling = Telling(
                organization_id=street.team.organization_id,
                person_id=intake.person_id,
                party=Party(provider_id=offering.provider_id, organization_id=recipient),
                purpose=Purpose.REFERRAL,
                about=("referral", uuid.uuid4()),
            )
            ground = Consented(uuid.UUID(consent["id"]))
            disclose(session, telling, ground, (), by=street.team.caller, now=self.house.clock.now())
        street.post(street.team, f"/v1/consents/{consent['id']}/revocations", {})
        theirs = RevocationNotice.consent_id == uuid.UUID(consent["id"])
        [notice] = street.kept(sa.select(RevocationNotice.id).where(theirs))
        [disclosure] = street.kept(sa.select(Disclosure.id).where(Disclosure.consent_id == uuid.UUID(consent["id"])))
        return {"notice": str(notice), "disclosure": str(disclosure)}

    def _lead_of(self, team: Key) -> Key:
        """A privacy lead of an organization; whoever writes a demand down is named."""
        lead = make_key(self.house, Role.PRIVACY_LEAD, organization_id=team.organization_id)
        return replace(lead, worker="front-desk")

    def erase(self, person_id: uuid.UUID) -> None:
        """Erase somebody, as their organization does on their word."""
        with self.house.runtime.database.session() as session:
            person = session.scalars(sa.select(PersonRecord).where(PersonRecord.id == person_id)).one()
            erase_for_house(session, person.organization_id, person_id, now=self.house.clock.now())

    def _introduce_everybody(self, keeper: Key) -> None:
        self.identities = [Identity("anonymous", "A", {}), Identity("keeper", "A", keeper.headers)]
        self.identities += [Identity(f"person@{home}", home, {}) for home in HOMES]  # Each brings their own words.
        for name, home in self.homes.items():
            for role in Role:
                key = make_key(self.house, role, organization_id=home.organization_id, kind=KINDS[name])
                self.identities.append(Identity(f"{role}@{name}", name, key.headers))
            for state in ("expired", "revoked"):
                key = make_key(self.house, scopes=set(Scope), organization_id=home.organization_id, kind=KINDS[name])
                self._end(key, state)
                self.identities.append(Identity(f"{state}@{name}", name, key.headers))

    def _end(self, key: Key, how: str) -> None:
        now = self.house.clock.now()
        with self.house.runtime.database.session() as session:
            if how == "revoked":
                access.revoke_key(session, key.caller.credential_id, now=now)
            else:
                record = session.get_one(ApiKey, key.caller.credential_id)
                record.expires_at = now - timedelta(seconds=1)

    def _without(self, home: str, scope: str) -> Identity:
        """Somebody who may do everything in an organization, but for what needs one scope."""
        if (home, scope) not in self._lacking:
            others = {each for each in Scope if each != scope}
            organization_id = self.homes[home].organization_id
            key = make_key(self.house, scopes=others, organization_id=organization_id, kind=KINDS[home])
            self._lacking[home, scope] = Identity(f"wrong_scope@{home}", home, key.headers)
        return self._lacking[home, scope]

    def visitor(self, home: str = "A") -> Identity:
        """Somebody with every scope there is: what they are not shown, nobody is shown."""
        return self._without(home, "")

    def everybody(self, scope: str) -> Iterator[Identity]:
        """Everybody who knocks at an operation, those without its scope among them."""
        yield from self.identities
        for home in HOMES:
            yield self._without(home, scope)


def _everything_to(home: str, somebody: Callable[..., Ids]) -> dict[tuple[str, str], Ids]:
    """Let one organization be everything that it can be to somebody."""
    known = {
        "own": somebody(home, "elsewhere"),
        "not_its_part": somebody("elsewhere", "third"),
        "recipient": somebody("elsewhere", home),
        "after_revocation": somebody("elsewhere", home, revoked=True),
        "other": somebody("elsewhere", "third"),
        "erased": somebody(home, "elsewhere", erased=True),
    }
    made_up = {name: str(uuid.uuid4()) for name in known["own"]}
    known["absent"] = {**made_up, "token": "q3v8Zt0mY1r5c2WbKfHs9A", "code": "anchor-ribbon-lemon-tablet-violin-meadow"}
    return {(home, relation): ids for relation, ids in known.items()}


def values_of(document: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(document, dict):
        for value in document.values():
            yield from values_of(value)
    elif isinstance(document, list):
        for value in document:
            yield from values_of(value)
    elif isinstance(document, str):
        yield document
