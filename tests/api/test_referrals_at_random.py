"""Whatever happens in whatever order: nobody is told anything without a live consent that names them (P16)."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.consents.models import ConsentVersion, Disclosure
from tests.builders.referrals import Street
from tests.houses import House, Key

pytestmark = pytest.mark.database

STEPS = ("sign", "narrow", "revoke", "replace", "refer", "read", "list", "move", "withdraw")
PARTIES = 2


@dataclass
class World:
    """A street, and what we believe is allowed on it."""

    street: Street
    intake: Any
    offerings: list[uuid.UUID]
    consents: list[dict[str, Any]] = field(default_factory=list)
    named: dict[str, set[int]] = field(default_factory=dict)
    became: dict[str, str] = field(default_factory=dict)
    referrals: list[tuple[dict[str, Any], int]] = field(default_factory=list)

    def allowed(self, consent_id: str, party: int) -> bool:
        """Whether that party may be told on the strength of this consent, or of the one that replaced it."""
        while consent_id in self.became:
            consent_id = self.became[consent_id]
        return party in self.named[consent_id]

    def sign(self, party: int) -> None:
        parties = {party, (party + 1) % PARTIES} if len(self.consents) % 2 else {party}
        self._remember(self.street.sign(self.intake, *(self.offerings[each] for each in sorted(parties))), parties)

    def narrow(self, party: int) -> None:
        for consent in self._standing():
            if party in self.named[consent["id"]]:
                provider = str(self.street.provider_of(self.offerings[party]))
                self._take_back(consent, {"recipient": {"provider_id": provider}})
                self.named[consent["id"]].discard(party)
                return

    def revoke(self, party: int) -> None:
        for consent in self._standing()[:1]:
            self._take_back(consent, {})
            self.named[consent["id"]].clear()

    def replace(self, party: int) -> None:
        for consent in [each for each in self._standing() if self.named[each["id"]]][:1]:
            new = self.street.sign(self.intake, self.offerings[party], replaces=consent["id"])
            self.became[consent["id"]] = new["id"]
            self._remember(new, {party})

    def refer(self, party: int) -> None:
        if any(where == party for _, where in self.referrals):
            return
        for consent in self._standing():
            body = self.street.referral_body(self.intake, self.offerings[party], consent)
            expect = 201 if self.allowed(consent["id"], party) else 409
            made = self.street.post(self.street.team, "/v1/referrals", body, expect=expect)
            if expect == 201:
                self.referrals.append((made, party))
                return

    def read(self, party: int) -> None:
        for referral, where in self.referrals:
            allowed = self.allowed(referral["consent_id"], where)
            self.street.read(self.street.clinic, referral, expect=200 if allowed else 404)

    def list(self, party: int) -> None:
        page = self.street.client.get("/v1/referrals", headers=self.street.clinic.headers).get_json()
        known = {str(each["id"]) for each, where in self.referrals if self.allowed(each["consent_id"], where)}
        assert {line["id"] for line in page["items"]} & {each["id"] for each, _ in self.referrals} == known

    def move(self, party: int) -> None:
        for referral, where in self.referrals:
            allowed = self.allowed(referral["consent_id"], where)
            self.street.move(self.street.clinic, referral, "connected", etag="*", expect=409 if allowed else 404)

    def withdraw(self, party: int) -> None:
        for referral, _ in self.referrals[:1]:
            self.street.move(self.street.team, referral, "withdraw", etag="*")
            self.referrals.pop(0)

    def _standing(self) -> Any:
        return [consent for consent in self.consents if consent["id"] not in self.became]

    def _remember(self, consent: dict[str, Any], parties: set[int]) -> None:
        self.consents.append(consent)
        self.named[consent["id"]] = set(parties)

    def _take_back(self, consent: dict[str, Any], body: dict[str, Any]) -> None:
        self.street.post(self.street.team, f"/v1/consents/{consent['id']}/revocations", body)


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    built = Street(house, client, outreach, clinic, steward)
    for number in range(PARTIES):
        built.open_offering(f"Door {number}")
    return built


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, PARTIES - 1)), min_size=6, max_size=20))
def test_nothing_is_told_without_a_live_consent(street: Street, steps: list[tuple[str, int]]) -> None:
    world = World(street, street.take_in(), street.offerings)
    for step, party in itertools.chain([("sign", 0), ("refer", 0)], steps):
        getattr(world, step)(party)

    assert [told.id for told in street.kept(sa.select(Disclosure)) if not was_allowed(street, told)] == []


def was_allowed(street: Street, told: Disclosure) -> bool:
    """Whether the very version of the consent that a disclosure names was alive, and named recipient and fields."""
    [version] = street.kept(
        sa.select(ConsentVersion).where(
            ConsentVersion.consent_id == told.consent_id, ConsentVersion.version == told.consent_version
        )
    )
    named = {recipient["provider_id"] for recipient in version.terms["recipients"]}
    alive = version.state in {"active", "narrowed"} and version.written_at <= told.at
    return (
        alive and str(told.recipient_provider_id) in named and {*told.field_groups} <= {*version.terms["field_groups"]}
    )
