"""Everything that a recipient is answered carries the notice that goes along, and the scope (42 CFR 2.32)."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.consents.statements import SHORT_STATEMENT
from service.referrals.reasons import REASONS
from service.referrals.rules import MOVES
from service.referrals.states import Move, Side
from tests.builders.referrals import Street
from tests.houses import House, Key

pytestmark = pytest.mark.database

PROVIDERS = {move for move, rule in MOVES.items() if Side.PROVIDER in rule.who} - {Move.PRESENT}


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering("Corner Room", slots=None)
    return built


def goes_along(answer: Any, *, scope: bool) -> bool:
    notice = answer["redisclosure_notice"]
    explained = answer["consent_scope"] is not None and bool(answer["consent_scope"]["scope"])
    return notice is not None and notice["text"] == SHORT_STATEMENT and explained == scope


def test_what_a_recipient_reads_and_lists_carries_notice_and_scope(street: Street) -> None:
    referral = street.refer()
    [line] = street.client.get("/v1/referrals?side=provider", headers=street.clinic.headers).get_json()["items"]

    assert goes_along(street.read(street.clinic, referral), scope=True)
    assert goes_along(line, scope=True)


def test_what_a_recipient_is_answered_to_any_move_carries_notice_and_scope(street: Street) -> None:
    made: set[str] = set()
    ways: list[tuple[str, ...]] = [()]
    while ways:
        way = ways.pop(0)
        referral = street.refer()
        for move in way:
            referral = answered(street, referral, move)
            assert goes_along(referral, scope=True), move
        new = [move for move in street.read(street.clinic, referral)["allowed_moves"] if move not in made]
        made.update(new)
        ways += [(*way, move) for move in new]

    assert made == PROVIDERS


def answered(street: Street, referral: Any, move: str) -> Any:
    rule = MOVES[Move(move)]
    news = [reason for reason in rule.reasons if not REASONS[reason].no_room]
    why: dict[str, Any] = {"reason": {"code": news[0]}} if Side.PROVIDER in rule.must_say else {}
    return street.move(street.clinic, referral, move, etag="*", **why)


def test_what_a_hand_off_shows_carries_the_notice(street: Street) -> None:
    carried = street.carry(shows=("name",))
    shown = street.post(street.clinic, "/v1/hand-offs/present", {"token": carried["hand_off"]["token"]}, expect=200)

    assert goes_along(shown, scope=False)
    assert goes_along(street.read(street.clinic, carried), scope=False)
