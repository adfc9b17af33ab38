"""A small world in which people allow things and take them back, beside a tiny model of what may be told (P16).

The model knows nothing of the product's rules: a pact is a dict of who may know which field groups, and it only ever
shrinks. After every step each new disclosure must have had a ground in the model, and nothing that a recipient was
answered or delivered may hold anything beside it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service import errors, vault
from service.access.rules import Role
from service.consents import actions as consents
from service.consents import delivering
from service.consents.models import Disclosure
from service.consents.rules import NoLiveConsent
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
from service.referrals import actions as referrals
from service.referrals import moving, reading
from service.referrals.conditions import OnTheWayAlready
from service.referrals.referral import NewMove, NewReferral
from service.referrals.states import LIVING, Move, Route, Side
from tests.builders.referrals import Street
from tests.houses import House, Key, make_key

# What the person of a world said something about.
GROUPS = (FieldGroup.NAME, FieldGroup.PRIORITIES, FieldGroup.LANGUAGE, FieldGroup.SUBSTANCES)
DOORS = 3


@dataclass
class Stage:
    """What all worlds of a house share: a team, two clinics, three doors, of which the first two are of one clinic."""

    house: House
    street: Street
    clinics: tuple[Key, Key]
    providers: list[uuid.UUID]

    def clinic_of(self, door: int) -> Key:
        return self.clinics[door // 2]


def a_stage(house: House) -> Stage:
    """Build it."""
    team, steward = make_key(house, Role.OUTREACH), make_key(house, Role.STEWARD)
    clinics = make_key(house, Role.CLINIC), make_key(house, Role.CLINIC)
    street = Street(house, house.app.test_client(), team, clinics[0], steward)
    for door in range(DOORS):
        street.clinic = clinics[door // 2]
        street.open_offering(f"Door {door}", slots=None)
    return Stage(house, street, clinics, [street.provider_of(each) for each in street.offerings])


@dataclass(eq=False)
class Pact:
    """What the person allowed: which door may know which field groups, until when, and what replaced it."""

    id: uuid.UUID
    may_know: dict[int, set[FieldGroup]]
    ends: datetime
    became: Pact | None = None

    def now_standing(self) -> Pact:
        return self.became.now_standing() if self.became else self


@dataclass(eq=False)
class Way:
    """Somebody on the way to a door, on the strength of a pact or with a hand-off in their pocket."""

    id: uuid.UUID
    door: int
    pact: Pact | None = None
    shows: set[FieldGroup] = field(default_factory=set)
    token: str = ""
    presented: bool = False
    living: bool = True


class World:
    """One person, and everything that happens to what they allowed."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.house = stage, stage.house
        self.house.clock.moved = timedelta()
        self.intake = stage.street.take_in()
        self.person_id = self.intake.person_id
        self.pacts: list[Pact] = []
        self.ways: list[Way] = []
        self.seen: set[uuid.UUID] = set()
        self.erased = False
        self.kept: dict[str, tuple[Way, dict[str, Any]]] = {}
        self.sign(set(range(DOORS)), set(GROUPS), 30)
        self.refer(0, 0)

    # What happens: every step is an action of the product, and what the model says about it.

    def sign(self, doors: set[int], groups: set[FieldGroup], days: int, replaces: Pact | None = None) -> None:
        if self.erased:
            return
        ends = self.now + timedelta(days=days)
        new = NewConsent(
            terms=Terms(
                recipients=tuple(Recipient(provider_id=self.stage.providers[door]) for door in sorted(doors)),
                purpose=Purpose.REFERRAL,
                field_groups=frozenset(groups),
                expiry=Expiry(at=ends),
            ),
            subject_name=SubjectName(text="Ruby"),
            signature_method=SignatureMethod.TYPED,
            replaces=replaces.id if replaces else None,
        )
        with self.house.runtime.database.session() as session:
            made = consents.give_consent(session, self.person_id, new, None, by=self.team, now=self.now)
        pact = Pact(made.id, {door: set(groups) for door in doors}, ends)
        self.pacts.append(pact)
        if replaces:
            replaces.became = pact

    def supersede(self, which: int, doors: set[int], groups: set[FieldGroup]) -> None:
        open_ones = [pact for pact in self.pacts if not pact.became and pact.may_know and self.now < pact.ends]
        if open_ones:
            self.sign(doors, groups, 30, replaces=open_ones[which % len(open_ones)])

    def take_back(self, which: int, door: int | None, groups: set[FieldGroup] | None) -> None:
        standing = [pact for pact in self.pacts if not pact.became]
        if self.erased or not standing:
            return
        pact = standing[which % len(standing)]
        recipient = None if door is None else Recipient(provider_id=self.stage.providers[door])
        taken = None if groups is None else frozenset(groups)
        named = door is None or door in pact.may_know or not pact.may_know or pact.ends <= self.now
        try:
            with self.house.runtime.database.session() as session:
                consents.revoke_consent(session, pact.id, recipient, taken, by=self.team, now=self.now)
        except errors.Contradiction:
            assert not named
        if self.now < pact.ends:
            for each in [door] if door is not None else list(pact.may_know):
                pact.may_know[each] = pact.may_know.get(each, set()) - (taken if taken is not None else set(GROUPS))
        pact.may_know = {each: left for each, left in pact.may_know.items() if left}

    def take_back_everything(self) -> None:
        if self.erased:
            return
        with self.house.runtime.database.session() as session:
            consents.revoke_all(session, self.person_id, by=self.team, now=self.now)
        for pact in self.pacts:
            pact.may_know.clear()

    def erase(self, sure: int) -> None:
        """One time in five, everything is taken back, and the person's key is destroyed."""
        if sure:
            return
        self.take_back_everything()
        with self.house.runtime.database.session() as session:
            vault.drop_keys(session, {self.person_id})
        self.erased = True

    def time_passes(self, hours: int) -> None:
        self.house.clock.move(hours=hours)

    def refer(self, door: int, which: int) -> None:
        if self.erased or not self.pacts:
            return
        pact = self.pacts[which % len(self.pacts)]
        choice = self.stage.street.choose(self.intake, self.stage.street.offerings[door])
        new = NewReferral(
            intake_id=self.intake.id, offering_id=self.stage.street.offerings[door], choice_id=choice.id,
            consent_id=pact.id,
        )  # fmt: skip
        try:
            with self.house.runtime.database.session() as session:
                made = referrals.make_referral(session, new, locale="en", by=self.team, now=self.now)
        except NoLiveConsent:
            assert self.may_know(pact, door) is None
        except OnTheWayAlready:
            assert any(way.living and way.door == door for way in self.ways)
        else:
            assert self.may_know(pact, door) is not None
            self.set_out(Way(made.id, door, pact))

    def set_out(self, way: Way) -> None:
        """The person is on their way."""
        self.ways.append(way)

    def carry(self, door: int, shows: set[FieldGroup]) -> None:
        if self.erased or any(way.living and way.door == door for way in self.ways):
            return
        choice = self.stage.street.choose(self.intake, self.stage.street.offerings[door])
        new = NewReferral(
            intake_id=self.intake.id, offering_id=self.stage.street.offerings[door], choice_id=choice.id,
            route=Route.SELF_CARRIED, shows=frozenset(shows),
        )  # fmt: skip
        with self.house.runtime.database.session() as session:
            made = referrals.make_referral(session, new, locale="en", by=self.team, now=self.now)
        assert made.hand_off is not None
        self.ways.append(Way(made.id, door, shows=set(shows), token=made.hand_off.token or ""))

    def present(self, only: set[FieldGroup]) -> None:
        """The person shows their token at the door, with a key, so that the answer can be asked for once more."""
        for way in [each for each in self.ways if each.token and not each.presented and each.living][:1]:
            body = {"token": way.token, "shows": sorted(only)}
            answer = self.send(way, "/v1/hand-offs/present", body, f"present-{way.id}")
            if answer is not None:
                way.presented, way.shows = True, way.shows & only
                self.check(way, set(answer["shared"]))

    def move(self, which: int) -> None:
        """A clinic accepts; its answer holds no field at all."""
        if not self.ways:
            return
        way = self.ways[which % len(self.ways)]
        key = f"accept-{way.id}-{len(self.kept)}"
        answer = self.send(way, f"/v1/referrals/{way.id}/moves", {"move": "accept"}, key)
        if answer is not None:
            assert self.known(way) is not None
            self.check(way, set(answer["shared"]))
            assert answer["shared"] == {}

    def replay(self, which: int) -> None:
        """Something that was answered once is sent again: it holds what it held, or nothing any more."""
        if not self.kept:
            return
        key = list(self.kept)[which % len(self.kept)]
        way, first = self.kept[key]
        again = self.send(way, first["path"], first["body"], key)
        assert again is None or again["shared"] == first["answer"]["shared"]

    def withdraw(self, which: int) -> None:
        living = [way for way in self.ways if way.living]
        if self.erased or not living:
            return
        way = living[which % len(living)]
        with self.house.runtime.database.session() as session:
            moving.make_move(
                session, way.id, NewMove(move=Move.WITHDRAW), expected_version=None, locale="en", by=self.team,
                now=self.now,
            )  # fmt: skip
        way.living = False

    # What recipients learn, and whether they may.

    def read(self, which: int) -> None:
        if not self.ways:
            return
        way = self.ways[which % len(self.ways)]
        learned = self.look(way)
        if learned is None:
            assert self.known(way) is None or self.erased
        else:
            self.check(way, learned)
            assert learned == ((self.known(way) or set()) if way.living else set())

    def look(self, way: Way) -> set[FieldGroup] | None:
        """Which field groups the clinic sees when it reads the referral now; None when there is nothing for it."""
        clinic = self.stage.clinic_of(way.door)
        try:
            with self.house.runtime.database.session() as session:
                seen = reading.read_referral(session, way.id, locale="en", by=clinic.caller, now=self.now)
        except errors.NotThere:
            return None
        assert seen.notice is not None
        assert (seen.consent_scope is not None) == (way.pact is not None)
        if seen.consent_scope is not None:
            self.check(way, set(seen.consent_scope.field_groups))
        return set(seen.shared)

    def list(self, clinic: int) -> None:
        by = self.stage.clinics[clinic].caller
        with self.house.runtime.database.session() as session:
            lines = reading.list_referrals(
                session, side=Side.PROVIDER, states=sorted(LIVING), changed_after=None, after=None, count=100, by=by,
                now=self.now,
            )  # fmt: skip
        listed = {line.id for line in lines}
        mine = [way for way in self.ways if way.living and self.stage.clinic_of(way.door).caller is by]
        assert {way.id for way in mine if way.id in listed} == {way.id for way in mine if self.known(way) is not None}
        assert all(line.notice for line in lines)

    def deliver(self, clinic: int) -> None:
        audience = self.stage.clinics[clinic].organization_id
        with self.house.runtime.database.session() as session:
            events = delivering.next_deliveries(session, audience, now=self.now, count=50)
            delivering.mark_delivered(session, [event.id for event in events], now=self.now)
        ways = {way.id: way for way in self.ways}
        for event in events:
            if event.about_person_id == self.person_id:
                assert self.known(ways[event.record_id]) is not None

    def send(self, way: Way, path: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        """Send something from the clinic of a door; its answer, or None when there is nothing for it."""
        headers = {**self.stage.clinic_of(way.door).headers, "Idempotency-Key": f'"{key}"', "If-Match": "*"}
        answer = self.stage.street.client.post(path, json=body, headers=headers)
        assert answer.status_code < 500, answer.get_json()
        if answer.status_code >= 300:
            return None
        document: dict[str, Any] = answer.get_json()
        self.kept.setdefault(key, (way, {"path": path, "body": body, "answer": document}))
        return document

    # The model.

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    @property
    def team(self) -> Any:
        return self.stage.street.team.caller

    def may_know(self, pact: Pact, door: int) -> set[FieldGroup] | None:
        standing = pact.now_standing()
        return standing.may_know.get(door) if self.now < standing.ends else None

    def known(self, way: Way) -> set[FieldGroup] | None:
        """What a clinic may know of a way now; None when it may not even know that there is one."""
        if way.pact is None:
            return way.shows if way.presented else None
        return self.may_know(way.pact, way.door)

    def check(self, way: Way, learned: Iterable[str]) -> None:
        """Nothing that a clinic learned lies outside what it may know."""
        assert set(learned) <= (self.known(way) or set()), "a field was shown that nobody allowed"

    def every_new_disclosure_has_a_ground(self) -> None:
        with self.house.runtime.database.session(reading=True) as session:
            rows = session.scalars(sa.select(Disclosure).where(Disclosure.person_id == self.person_id)).all()
        ways = {way.id: way for way in self.ways}
        for told in rows:
            if told.id in self.seen:
                continue
            self.seen.add(told.id)
            way = ways[told.subject_id]
            assert told.recipient_provider_id == self.stage.providers[way.door]
            assert (told.basis == Basis.CONSENT) == (way.pact is not None)
            assert self.known(way) is not None, "something was told without a live ground"
            self.check(way, told.field_groups)
            if way.pact is not None:
                assert told.consent_id == way.pact.now_standing().id

    def end(self) -> None:
        """Leave nothing open for the next world."""
        if not self.erased:
            while any(way.living for way in self.ways):
                self.withdraw(0)
