"""Referrals, told from both desks: who sends, who answers, and what each may see."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from service.consents.models import Disclosure
from service.consents.statements import SHORT_STATEMENT
from service.intakes.models import ChoiceRecord
from service.intakes.rules import Choice
from service.outbox.models import Event
from service.referrals.models import MoveRecord, ReferralRecord
from service.referrals.queries import list_reviews
from tests.builders.referrals import WORDS, Street
from tests.houses import House, Key

pytestmark = pytest.mark.database


@pytest.fixture
def street(house: House, client: FlaskClient, outreach: Key, clinic: Key, steward: Key) -> Street:
    built = Street(house, client, outreach, clinic, steward)
    built.open_offering()
    return built


def test_a_referral_is_sent_from_a_choice_and_a_consent(street: Street) -> None:
    referral = street.refer()

    assert referral["state"] == "sent"
    assert referral["side"] == "referrer"
    assert [step["move"] for step in referral["history"]] == ["send"]
    assert "withdraw" in referral["allowed_moves"]
    assert "accept" not in referral["allowed_moves"]
    assert referral["consent_effective"] is True


def test_the_choice_behind_a_referral_keeps_the_rules_that_it_was_found_by(street: Street) -> None:
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0])
    chosen = {"offering_id": str(street.offerings[0]), "choice": "interested", "rules_version": "1"}
    choice = street.post(street.team, f"/v1/intakes/{intake.id}/choices", chosen)
    street.post(
        street.team,
        "/v1/referrals",
        {
            "intake_id": str(intake.id),
            "offering_id": str(street.offerings[0]),
            "choice_id": choice["id"],
            "consent_id": consent["id"],
        },
    )
    kept = street.kept(
        sa.select(ChoiceRecord.rules_version).join(ReferralRecord, ReferralRecord.choice_id == ChoiceRecord.id)
    )

    assert kept == ["1"]


def test_the_provider_sees_exactly_what_was_consented(street: Street) -> None:
    seen = street.read(street.clinic, street.refer())

    assert set(seen["shared"]) == {"name", "priorities", "language"}
    assert seen["shared"]["name"]["name_to_use"] == "Ruby"
    assert seen["shared"]["priorities"]["priorities"][0]["verbatim"] == WORDS
    assert "down" not in str(seen)
    assert seen["redisclosure_notice"]["text"] == SHORT_STATEMENT
    assert seen["consent_scope"]["scope"] == ["language", "name", "priorities"]
    assert seen["person_id"] is None
    assert seen["intake_id"] is None
    assert seen["next_best"] is None


def test_what_was_not_said_and_what_is_not_shown_look_alike(street: Street) -> None:
    nameless = street.read(street.clinic, street.refer(intake=street.take_in(name_to_use=None)))
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0], scope=["priorities", "language"])
    hidden = street.read(street.clinic, street.refer(intake=intake, consent=consent))

    assert set(nameless["shared"]) == set(hidden["shared"]) == {"priorities", "language"}


def test_the_provider_reads_the_words_as_they_are_now(street: Street) -> None:
    referral = street.refer()
    amend(street, referral, name_to_use="Rubina")

    assert street.read(street.clinic, referral)["shared"]["name"]["name_to_use"] == "Rubina"


def test_every_look_is_a_disclosure_on_record(street: Street) -> None:
    referral = street.refer()
    street.read(street.clinic, referral)
    told = street.kept(sa.select(Disclosure).order_by(Disclosure.at, Disclosure.id))

    assert [disclosure.field_groups for disclosure in told] == [[], ["language", "name", "priorities"]]
    assert {disclosure.recipient_organization_id for disclosure in told} == {street.clinic.organization_id}


def test_after_a_revocation_the_very_next_read_finds_nothing(street: Street) -> None:
    referral = street.refer()
    street.read(street.clinic, referral)
    street.post(street.team, f"/v1/consents/{referral['consent_id']}/revocations", {})

    street.read(street.clinic, referral, expect=404)
    street.move(street.clinic, referral, "accept", expect=404)
    assert listed(street, street.clinic) == []
    assert street.read(street.team, referral)["consent_effective"] is False


def test_a_consent_that_ran_out_shows_nothing(street: Street) -> None:
    intake = street.take_in()
    end = (street.house.clock.now() + timedelta(hours=1)).isoformat()
    consent = street.sign(intake, street.offerings[0], expires={"at": end})
    referral = street.refer(intake=intake, consent=consent)
    street.house.clock.move(hours=2)

    street.read(street.clinic, referral, expect=404)


def test_another_clinic_finds_nothing(street: Street, make_key: Any) -> None:
    referral = street.refer()
    stranger = make_key()

    street.read(stranger, referral, expect=404)
    street.move(stranger, referral, "accept", expect=404)
    assert listed(street, stranger) == []


def test_the_whole_way_to_a_first_meeting_and_beyond(street: Street) -> None:
    referral = street.refer()
    for move in ("receive", "needs_more_talk", "waitlist", "accept", "schedule", "not_met_yet"):
        referral = street.move(street.clinic, referral, move)
    referral = street.move(street.team, referral, "pause")
    referral = street.move(street.team, referral, "resume")
    assert referral["state"] == "not_met_yet"
    for move in ("first_meeting", "connected", "ongoing"):
        referral = street.move(street.clinic, referral, move)
    closed = street.move(street.clinic, referral, "close", reason={"code": "got_what_i_wanted"})

    assert closed["state"] == "closed"
    assert len(closed["history"]) == 13


@pytest.mark.parametrize(
    "details",
    [
        {"appointment_local": "2026-99-99T99:99"},
        {"appointment_local": "2026-02-30T10:30"},
        {"appointment_local": "2026-12-01T10:30\n"},
        {"appointment_local": "2026-12-1T10:30"},
        {"appointment_local": "2026-12-01T10:30Z"},
        {"appointment_local": "2026-12-01T10:30", "timezone": "Mars/Olympus"},
        {"appointment_local": "2026-12-01T10:30", "timezone": "../../etc/passwd"},
    ],
)
def test_nobody_is_asked_to_come_when_no_clock_shows_it(street: Street, details: dict[str, str]) -> None:
    referral = street.move(street.clinic, street.refer(), "accept")

    street.move(street.clinic, referral, "schedule", details=details, expect=422)


def test_an_appointment_is_kept_as_the_clocks_there_show_it(street: Street) -> None:
    referral = street.move(street.clinic, street.refer(), "accept")
    details = {"appointment_local": "2026-12-01T10:30", "timezone": "America/Los_Angeles"}
    scheduled = street.move(street.clinic, referral, "schedule", details=details)

    assert scheduled["history"][-1]["details"] == {**details, "expected_wait_days": None}


def test_the_persons_closing_word_outranks_the_providers(street: Street) -> None:
    referral = street.move(street.clinic, street.refer(), "accept")
    closed = street.move(street.clinic, referral, "close", reason={"code": "got_what_i_wanted"})
    said = street.move(street.team, closed, "close", reason={"code": "felt_unwelcome"})

    assert said["closing_word"] == "felt_unwelcome"
    assert [step["reason"]["code"] for step in said["history"] if step["reason"]] == [
        "got_what_i_wanted",
        "felt_unwelcome",
    ]


def test_a_provider_does_not_read_why_the_person_stepped_back(street: Street) -> None:
    referral = street.refer()
    street.move(street.team, referral, "withdraw", reason={"code": "felt_unwelcome", "text": "They were curt."})
    seen = street.read(street.clinic, referral)

    assert seen["state"] == "withdrawn"
    assert seen["history"][-1]["reason"] is None
    assert seen["shared"] == {}
    assert "curt" not in str(seen)


def test_a_providers_answer_to_a_move_holds_no_word_about_the_person(street: Street) -> None:
    accepted = street.move(street.clinic, street.refer(), "accept")

    assert accepted["shared"] == {}
    assert WORDS not in str(accepted)


def test_acceptance_takes_a_place_and_stepping_back_gives_it_back(street: Street) -> None:
    offering = street.offerings[0]
    referral = street.move(street.clinic, street.refer(), "accept")
    taken = street.slots_of(offering)
    street.move(street.team, referral, "withdraw")

    assert taken == 2
    assert street.slots_of(offering) == 3


def test_the_last_place_cannot_be_taken_twice(street: Street) -> None:
    one = street.open_offering("One Chair", slots=1)
    first, second = street.refer(one), street.refer(one)
    street.move(street.clinic, first, "accept")
    problem = street.move(street.clinic, second, "accept", expect=409)

    assert problem["type"].endswith("no-room")
    assert street.slots_of(one) == 0
    assert street.read(street.clinic, second)["version"] == second["version"]


def test_who_waited_gets_the_place_that_frees_up(street: Street) -> None:
    full = street.open_offering("One Chair", slots=1)
    first, second = street.refer(full), street.refer(full)
    street.move(street.clinic, first, "accept")
    waiting = street.move(street.clinic, second, "waitlist", details={"expected_wait_days": 14})
    accepted = street.move(street.clinic, waiting, "accept")

    assert accepted["state"] == "accepted"
    assert accepted["history"][1]["details"]["expected_wait_days"] == 14
    assert street.slots_of(full) == 0


def test_a_decline_offers_the_next_best_to_the_referrer_alone(street: Street) -> None:
    other = street.open_offering("Second Door")
    referral = street.refer(street.offerings[0])
    declined = street.move(street.clinic, referral, "decline", reason={"code": "not_offered_here"})
    read = street.read(street.team, referral)

    assert declined["next_best"] is None
    assert read["next_best"]["offering"]["id"] == str(other)
    assert read["history"][-1]["reason"]["leads_to"] == ["next_best"]


def test_no_reply_offers_the_next_best_too(street: Street) -> None:
    other = street.open_offering("Second Door")
    read = street.move(street.team, street.refer(street.offerings[0]), "no_reply")

    assert read["state"] == "no_reply"
    assert read["next_best"]["offering"]["id"] == str(other)


def test_a_decline_needs_a_reason(street: Street) -> None:
    problem = street.move(street.clinic, street.refer(), "decline", expect=422)

    assert problem["errors"][0]["pointer"] == "/reason"


def test_a_decline_for_use_is_about_the_provider(street: Street) -> None:
    referral = street.refer()
    street.move(street.clinic, referral, "decline", reason={"code": "use", "text": "We want people sober."})
    with street.house.runtime.database.session(reading=True) as session:
        [flag] = list_reviews(session, 10)

    assert flag.reason == "use"
    assert flag.provider_id == street.provider_of(street.offerings[0])
    assert street.read(street.team, referral)["history"][-1]["reason"]["leads_to"] == [
        "review_of_provider",
        "next_best",
    ]


def test_a_decline_for_lack_of_room_is_news_about_capacity(street: Street) -> None:
    street.move(street.clinic, street.refer(), "decline", reason={"code": "provider_no_capacity"})

    assert street.slots_of(street.offerings[0]) == 0


def test_what_was_said_with_a_move_is_sealed(street: Street) -> None:
    said = "Call before ten, ask for Lou."
    referral = street.refer()
    street.move(street.clinic, referral, "decline", reason={"code": "other", "text": said})
    kept = street.kept(sa.select(MoveRecord).where(MoveRecord.said.is_not(None)))

    assert said.encode() not in kept[0].said
    assert street.read(street.team, referral)["history"][-1]["reason"]["text"] == said


def test_a_move_from_an_old_version_is_refused(street: Street) -> None:
    referral = street.refer()
    street.move(street.clinic, referral, "receive")

    street.move(street.clinic, referral, "accept", expect=412)


def test_a_move_without_if_match_is_refused(street: Street) -> None:
    path = f"/v1/referrals/{street.refer()['id']}/moves"
    answer = street.client.post(path, json={"move": "accept"}, headers=street.clinic.headers)

    assert answer.status_code == 428


def test_a_move_that_is_not_allowed_names_those_that_are(street: Street) -> None:
    referral = street.refer()
    problem = street.move(street.clinic, referral, "connected", expect=409)

    assert problem["allowed_moves"] == street.read(street.clinic, referral)["allowed_moves"]


def test_not_there_comes_before_stale_and_stale_before_not_allowed(street: Street) -> None:
    referral = street.refer()

    street.move(street.clinic, {**referral, "id": str(uuid.uuid4())}, "connected", expect=404)
    street.move(street.clinic, referral, "connected", etag='"7"', expect=412)
    street.move(street.clinic, referral, "connected", expect=409)


def test_a_referrer_does_not_answer_for_a_provider_that_is_here(street: Street) -> None:
    street.move(street.team, street.refer(), "accept", expect=409)


def test_a_referrer_writes_down_the_answers_of_a_provider_that_is_not_here(street: Street) -> None:
    away = street.open_offering("By Phone", here=False)
    accepted = street.move(street.team, street.refer(away), "accept")
    [told] = street.kept(sa.select(Disclosure))

    assert accepted["state"] == "accepted"
    assert told.field_groups == []
    assert told.recipient_organization_id is None


def test_events_go_to_those_who_may_know(street: Street) -> None:
    referral = street.refer()
    street.move(street.clinic, referral, "accept")
    told = street.kept(
        sa.select(Event).where(Event.record_id == uuid.UUID(referral["id"])).order_by(Event.at, Event.id)
    )

    assert {(event.type.value, event.audience_id) for event in told} == {
        (kind, audience)
        for kind in ("referral.sent", "referral.accepted")
        for audience in (street.team.organization_id, street.clinic.organization_id)
    }


def test_who_was_cut_off_hears_no_more_of_it(street: Street) -> None:
    referral = street.refer()
    street.post(street.team, f"/v1/consents/{referral['consent_id']}/revocations", {})
    street.move(street.team, referral, "withdraw")
    told = street.kept(
        sa.select(Event).where(Event.audience_id == street.clinic.organization_id).order_by(Event.at, Event.id)
    )
    alive = [event.type.value for event in told if event.cancelled_at is None]

    assert alive == ["consent.revoked"]


def test_a_clinic_answers_referrals_and_makes_none(street: Street) -> None:
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0])
    body = street.referral_body(intake, street.offerings[0], consent)
    problem = street.post(street.clinic, "/v1/referrals", body, expect=403)

    assert problem["type"].endswith("answers-only")


@pytest.mark.parametrize("choice", [each for each in Choice if each != Choice.INTERESTED])
def test_no_referral_without_the_persons_yes(street: Street, choice: Choice) -> None:
    intake, offering = street.take_in(), street.offerings[0]
    body = street.referral_body(intake, offering, street.sign(intake, offering))
    body["choice_id"] = str(street.choose(intake, offering, choice).id)

    assert street.post(street.team, "/v1/referrals", body, expect=409)["type"].endswith("not-chosen")


def test_the_last_word_on_an_offering_counts(street: Street) -> None:
    intake, offering = street.take_in(), street.offerings[0]
    body = street.referral_body(intake, offering, street.sign(intake, offering))
    street.choose(intake, offering, Choice.LET_ME_THINK)

    street.post(street.team, "/v1/referrals", body, expect=409)
    assert street.kept(sa.select(ReferralRecord)) == []


def test_no_referral_to_somebody_whom_the_consent_does_not_name(street: Street) -> None:
    other = street.open_offering("Second Door")
    intake = street.take_in()
    body = street.referral_body(intake, other, street.sign(intake, street.offerings[0]))
    problem = street.post(street.team, "/v1/referrals", body, expect=409)

    assert problem["type"].endswith("no-live-consent")
    assert [each["code"] for each in problem["errors"]] == ["recipient_not_named"]
    assert street.kept(sa.select(Disclosure)) == []


def test_no_referral_on_a_draft(street: Street) -> None:
    intake, offering = street.take_in(), street.offerings[0]
    consent = street.sign(intake, offering, signature={"method": "verbal_witnessed"})
    problem = street.post(street.team, "/v1/referrals", street.referral_body(intake, offering, consent), expect=409)

    assert [each["code"] for each in problem["errors"]] == ["not_effective"]


def test_another_persons_consent_is_not_there(street: Street) -> None:
    intake, offering = street.take_in(), street.offerings[0]
    theirs = street.sign(street.take_in(), offering)
    problem = street.post(street.team, "/v1/referrals", street.referral_body(intake, offering, theirs), expect=422)

    assert problem["errors"][0]["pointer"] == "/consent_id"


def test_a_referral_is_refused_with_the_reasons_that_kept_the_match_away(street: Street) -> None:
    other = street.open_offering("Grown-ups", age_min=65)
    intake = street.take_in(age_band="16_17")
    body = street.referral_body(intake, other, street.sign(intake, other))
    problem = street.post(street.team, "/v1/referrals", body, expect=409)

    assert problem["type"].endswith("cannot-serve")
    assert "age" in [each["code"] for each in problem["errors"]]


def test_nobody_is_sent_twice_to_the_same_place(street: Street) -> None:
    intake = street.take_in()
    first = street.refer(intake=intake)
    consent = {"id": first["consent_id"]}
    problem = street.post(
        street.team, "/v1/referrals", street.referral_body(intake, street.offerings[0], consent), expect=409
    )

    assert problem["type"].endswith("on-the-way-already")


def test_what_a_body_names_must_be_on_record_here(street: Street) -> None:
    intake, offering = street.take_in(), street.offerings[0]
    body = street.referral_body(intake, offering, street.sign(intake, offering))
    for name in ("intake_id", "offering_id", "choice_id", "consent_id"):
        problem = street.post(street.team, "/v1/referrals", {**body, name: str(uuid.uuid4())}, expect=422)
        assert [each["pointer"] for each in problem["errors"]] == [f"/{name}"]


def test_both_worklists_show_what_is_theirs(street: Street) -> None:
    first, second = street.refer(), street.refer(intake=street.take_in())
    street.move(street.clinic, first, "receive")

    assert listed(street, street.team) == [first["id"], second["id"]]
    assert listed(street, street.clinic) == [first["id"], second["id"]]
    assert listed(street, street.clinic, "?state=received") == [first["id"]]
    assert listed(street, street.team, "?side=provider") == []


def test_a_providers_worklist_names_nobody(street: Street) -> None:
    street.refer()
    page = street.client.get("/v1/referrals", headers=street.clinic.headers).get_json()

    assert page["items"][0]["person_id"] is None
    assert page["items"][0]["intake_id"] is None


def test_pages_pass_over_what_may_not_be_seen(street: Street) -> None:
    made = [street.refer(intake=street.take_in()) for _ in range(4)]
    street.post(street.team, f"/v1/consents/{made[2]['consent_id']}/revocations", {})
    seen, cursor = [], ""
    for _ in range(4):
        page = street.client.get(f"/v1/referrals?limit=1{cursor}", headers=street.clinic.headers).get_json()
        seen += [line["id"] for line in page["items"]]
        cursor = f"&cursor={page['next']}"
        if page["next"] is None:
            break

    assert seen == [made[3]["id"], made[1]["id"], made[0]["id"]]


def test_the_note_is_the_teams_own(street: Street) -> None:
    referral = street.refer(note="Likes to be called in the morning.")

    assert referral["note"] == "Likes to be called in the morning."
    assert street.read(street.clinic, referral)["note"] is None


def test_a_consent_that_ends_with_the_first_meeting_ends_there(street: Street) -> None:
    intake = street.take_in()
    consent = street.sign(intake, street.offerings[0], expires={"on_event": "first_meeting"})
    referral = street.refer(intake=intake, consent=consent)
    referral = street.move(street.clinic, referral, "accept")
    street.move(street.clinic, referral, "first_meeting")
    read = street.client.get(f"/v1/consents/{consent['id']}", headers=street.team.headers).get_json()

    assert read["state"] == "expired"
    street.read(street.clinic, referral, expect=404)


def test_a_replayed_move_is_made_once(street: Street) -> None:
    referral = street.refer()
    headers = {**street.clinic.headers, "If-Match": '"1"', "Idempotency-Key": '"move-1"'}
    path = f"/v1/referrals/{referral['id']}/moves"
    answers = [street.client.post(path, json={"move": "accept"}, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].data == answers[1].data
    assert street.slots_of(street.offerings[0]) == 2


def amend(street: Street, referral: Any, **words: Any) -> None:
    """Write down otherwise what was said."""
    from_this = {**street.team.headers, "If-Match": "*", "Content-Type": "application/merge-patch+json"}
    answer = street.client.patch(f"/v1/intakes/{referral['intake_id']}", json=words, headers=from_this)
    assert answer.status_code == 200, answer.get_json()


def listed(street: Street, key: Key, query: str = "") -> list[str]:
    """The ids on a worklist."""
    page = street.client.get(f"/v1/referrals{query}", headers=key.headers).get_json()
    return [line["id"] for line in page["items"]]
