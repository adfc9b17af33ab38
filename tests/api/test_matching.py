"""Matching over HTTP: what somebody who came in is shown, and what is kept of it (almost nothing)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.access.rules import Role, Scope
from service.database import Record
from service.ledger.models import Entry
from service.matching import actions as matching
from tests.builders.intakes import a_priority
from tests.houses import FakeClock, House, Key

pytestmark = pytest.mark.database

CORNER = {"latitude": 37.76, "longitude": -122.41}
NO_MEDICATION = {
    "scope": "service",
    "kind": "not_offered",
    "text": {"en": "No medication here.", "es": "Aquí no hay medicamentos."},
}


def document(answer: TestResponse) -> Any:
    """What an answer says."""
    return answer.json


class Town:
    """A directory of one's own, written over HTTP as a steward would."""

    def __init__(self, client: FlaskClient, steward: Key, house: House) -> None:
        self.client, self.steward, self.house = client, steward, house

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(path, json=body, headers=self.steward.headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = document(answer)
        return made

    def add(self, name: str, *, trained: bool = True, attested: bool = True, **said: Any) -> dict[str, Any]:
        """An offering at the corner with room today, by default with verified training and no conflict."""
        provider = self.post("/v1/providers", {"name": f"{name} Collective"})
        if trained:
            someone = self.post("/v1/practitioners", {"provider_id": provider["id"], "name": "R. Alvarez"})
            evidence = {"kind": "certificate", "hours": 60}
            credential = self.post("/v1/credentials", {"practitioner_id": someone["id"], "credential": evidence})
            self.post(f"/v1/credentials/{credential['id']}/verifications", {"status": "issuer_confirmed"})
        body = {
            "provider_id": provider["id"],
            "name": name,
            "kind": "therapy",
            "categories": ["someone_to_talk_to"],
            "settings": ["drop_in"],
            "sites": [{**CORNER, "timezone": "America/Los_Angeles"}],
            "languages_spoken": [{"tag": "en"}],
            "limits": [NO_MEDICATION],
            "capacity": {"status": "capacity", "as_of": self.house.clock.now().isoformat()},
            **({"policies": self.policies()} if attested else {}),
            **said,
        }
        return self.post("/v1/offerings", body)

    def policies(self, **said: Any) -> dict[str, Any]:
        """Attested policies without a conflict."""
        attested_on = str((self.house.clock.now() - timedelta(days=10)).date())
        return {"accepts_people_on_moud": "all", "attested_by": "The lead", "attested_on": attested_on, **said}

    def housing(self, name: str = "Open Door", **said: Any) -> dict[str, Any]:
        """Housing navigation that nobody trained, without a condition."""
        return self.add(name, trained=False, **{"kind": "housing", "categories": ["housing"], **said})


@pytest.fixture
def town(client: FlaskClient, steward: Key, house: House) -> Town:
    """An empty town."""
    return Town(client, steward, house)


@pytest.fixture
def come_in(client: FlaskClient, outreach: Key) -> Callable[..., str]:
    """Somebody comes in; answers the id of the intake."""

    def come(*categories: str, **said: Any) -> str:
        body = {"priorities": [a_priority("in my words", each, rank=n) for n, each in enumerate(categories)], **said}
        answer = client.post("/v1/intakes", json=body, headers=outreach.headers)
        assert answer.status_code == 201, answer.text
        return str(document(answer)["id"])

    return come


@pytest.fixture
def matches(client: FlaskClient, outreach: Key) -> Callable[..., dict[str, Any]]:
    """What somebody is shown."""

    def of(intake: str, query: str = "") -> dict[str, Any]:
        answer = client.get(f"/v1/intakes/{intake}/matches{query}", headers=outreach.headers)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = document(answer)
        return shown

    return of


Matches = Callable[..., dict[str, Any]]
ComeIn = Callable[..., str]


def names(items: list[dict[str, Any]]) -> list[str]:
    """The names of what is shown, in order."""
    return [each["offering"]["name"] for each in items]


def test_a_match_says_why_what_it_asks_and_what_its_limits_are(town: Town, come_in: ComeIn, matches: Matches) -> None:
    town.add("Corner Room", papers={"legal_name": "for_some"})

    shown = matches(come_in("someone_to_talk_to", place=CORNER))

    (match,) = shown["items"]
    assert match["rank"] == 1
    assert match["level"] == "hrp_verified"
    assert match["offering"]["provider"]["name"] == "Corner Room Collective"
    assert match["offering"]["distance_km"] == 0
    assert match["asks_of_you"] == ["Your legal name, for some of what they do."]
    assert match["limits"] == [{"kind": "not_offered", "scope": "service", "text": "No medication here."}]
    assert [each["component"] for each in match["because"]] == ["fit", "soon", "near", "wishes", "depth"]
    assert sum(each["contributes"] for each in match["because"]) == pytest.approx(match["score"], abs=1e-8)
    assert match["serves"][0]["categories"] == ["someone_to_talk_to"]
    assert match["capacity"]["status"] == "capacity"
    assert shown["rules_version"] == "1"
    assert shown["intake_version"] == 1
    assert shown["nothing_yet"] is None


def test_an_empty_intake_is_matched_too(town: Town, come_in: ComeIn, matches: Matches) -> None:
    town.add("Corner Room")
    town.housing()

    assert sorted(names(matches(come_in())["items"])) == ["Corner Room", "Open Door"]


def test_housing_comes_first_and_therapy_is_an_invitation(town: Town, come_in: ComeIn, matches: Matches) -> None:
    town.add("Corner Room")
    town.housing("No Dogs")
    town.housing("Dogs Welcome", welcomes={"pets": True})

    shown = matches(come_in("housing", household={"pets": True}))

    assert names(shown["items"]) == ["Dogs Welcome", "No Dogs"]
    assert names(shown["invitations"]) == ["Corner Room"]


def test_who_wants_no_therapy_gets_no_invitation(town: Town, come_in: ComeIn, matches: Matches) -> None:
    town.add("Corner Room")
    town.housing()

    shown = matches(come_in("housing", wants_therapy="no"))

    assert names(shown["items"]) == ["Open Door"]
    assert shown["invitations"] == []


def test_conflicts_unattested_and_declared_stay_away_until_asked_for(
    town: Town, come_in: ComeIn, matches: Matches
) -> None:
    sober: dict[str, Any] = {"kind": "housing", "categories": ["housing", "sober_housing"], "limits": []}
    town.add("Steps House", trained=False, policies=town.policies(requires_abstinence_to_start=True), **sober)
    town.housing("Nobody Knows", attested=False)
    town.add("Harbor Group", limits=[])

    assert matches(come_in("housing", "someone_to_talk_to"))["items"] == []
    assert names(matches(come_in("someone_to_talk_to"), "?include=hrp_declared")["items"]) == ["Harbor Group"]
    (asked_for,) = matches(come_in("housing", asks_for=["sober_housing"]))["items"]
    assert asked_for["offering"]["name"] == "Steps House"
    assert asked_for["asks_of_you"][0] == "To have stopped using before you start."
    assert asked_for["limits_declared"] is False
    assert asked_for["limits"]


def test_what_is_almost_there_says_what_would_change_it(town: Town, come_in: ComeIn, matches: Matches) -> None:
    town.add("Far Room", sites=[{"latitude": CORNER["latitude"] + 0.16, "longitude": CORNER["longitude"]}])

    shown = matches(come_in("someone_to_talk_to", place=CORNER, travel={"max_km": 15}))

    assert shown["items"] == []
    assert shown["almost"][0]["unmet"] == [
        {"rule": "reach", "reason": "It is 18 km away; you said up to 15.", "would_change": "Travel 3 km more."}
    ]
    assert shown["nothing_yet"]["removed_most"][0]["rule"] == "reach"
    assert shown["nothing_yet"]["what_now"]


def test_the_smallest_change_over_the_whole_search_is_told_with_what_it_would_add(
    town: Town, come_in: ComeIn, matches: Matches
) -> None:
    here = {"latitude": 37.76, "longitude": -122.41}
    further = {**CORNER, "latitude": 37.86, "timezone": "America/Los_Angeles"}
    town.add("Across Town", sites=[further])
    town.add("Beside It", sites=[further])
    town.add("Far Off", sites=[{**further, "latitude": 39.0}])
    intake = come_in("someone_to_talk_to", place=here, travel={"max_km": 8})

    answer = matches(intake)

    told = answer["would_add"][0]
    assert answer["items"] == []
    assert (told["rule"], told["would_change"], told["adds"]) == ("reach", "Travel 4 km more.", 2)
    assert told["says"] == "Travel 4 km more. That would add 2 places."
    assert matches(come_in("someone_to_talk_to", place=here, travel={"max_km": 12}))["items"][1]


def test_whoever_has_enough_matches_is_told_of_no_change(town: Town, come_in: ComeIn, matches: Matches) -> None:
    town.add("Corner Room")
    town.add("Only Declared", policies=town.policies(), limits=[])
    intake = come_in("someone_to_talk_to")

    assert matches(intake, "?limit=1")["would_add"] == []
    assert [each["rule"] for each in matches(intake)["would_add"]] == ["level"]


def test_an_empty_directory_still_says_what_can_be_done_now(come_in: ComeIn, matches: Matches) -> None:
    shown = matches(come_in("housing"))

    assert shown["items"] == []
    assert shown["nothing_yet"]["what_now"][0].startswith("There is nothing in the directory yet")


def test_sentences_are_in_the_persons_language(town: Town, come_in: ComeIn, matches: Matches) -> None:
    town.add("Corner Room")
    intake = come_in("someone_to_talk_to", locale="es", place=CORNER)

    spanish = matches(intake)["items"][0]
    english = matches(intake, "?locale=en-US")["items"][0]

    assert spanish["limits"][0]["text"] == "Aquí no hay medicamentos."
    assert spanish["because"][0]["says"] == "Ayuda con todo lo que usted nombró."
    assert english["because"][0]["says"] == "Helps with everything you named."


def test_why_not_them_is_answered_for_any_offering(
    client: FlaskClient, outreach: Key, town: Town, come_in: ComeIn
) -> None:
    unattested = town.housing("Nobody Knows", attested=False)
    intake = come_in("someone_to_talk_to")

    answer = client.get(f"/v1/intakes/{intake}/matches/{unattested['id']}", headers=outreach.headers)

    assert answer.status_code == 200, answer.text
    account = document(answer)
    assert account["stands"] == "absent"
    assert len(account["rules"]) == 13
    unmet = {each["rule"]: each for each in account["rules"] if not each["met"]}
    assert set(unmet) == {"level", "serves"}
    assert "Nobody has told us its policies yet" in unmet["level"]["reason"]
    assert unmet["level"]["would_change"] is None
    assert len(account["because"]) == 5


def test_a_change_that_was_acknowledged_is_in_the_next_answer(
    town: Town, come_in: ComeIn, matches: Matches, clock: FakeClock
) -> None:
    offering = town.add("Corner Room")
    intake = come_in("someone_to_talk_to")
    before = matches(intake)

    told = town.client.put(
        f"/v1/offerings/{offering['id']}/capacity",
        json={"status": "no_capacity", "as_of": clock.now().isoformat()},
        headers={**town.steward.headers, "If-Match": "*"},
    )
    assert told.status_code == 200, told.text
    after = matches(intake)
    clock.move(days=15)
    later = matches(intake)

    assert names(before["items"]) == ["Corner Room"]
    assert after["items"] == []
    assert after["almost"][0]["unmet"][0]["rule"] == "open"
    assert after["directory_version"] > before["directory_version"]
    assert later["items"][0]["capacity"]["status"] == "unknown"


def test_a_lapsed_attestation_drops_out_overnight(
    town: Town, come_in: ComeIn, matches: Matches, clock: FakeClock
) -> None:
    town.add("Corner Room")
    intake = come_in("someone_to_talk_to")

    assert names(matches(intake)["items"]) == ["Corner Room"]
    clock.move(days=370)
    assert matches(intake)["items"] == []


def test_not_this_one_is_taken_at_their_word(
    client: FlaskClient, outreach: Key, town: Town, come_in: ComeIn, matches: Matches
) -> None:
    offering = town.add("Corner Room")
    intake = come_in("someone_to_talk_to")

    def say(choice: str) -> list[str]:
        body = {"offering_id": offering["id"], "choice": choice}
        answer = client.post(f"/v1/intakes/{intake}/choices", json=body, headers=outreach.headers)
        assert answer.status_code == 201, answer.text
        return names(matches(intake)["items"])

    assert say("not_this_one") == []
    assert say("let_me_think") == ["Corner Room"]


def test_only_what_the_person_confirmed_counts(
    client: FlaskClient, outreach: Key, town: Town, matches: Matches
) -> None:
    town.housing()
    suggested = {"code": "legal", "assigned_by": "suggested", "confirmed_by_person": False}
    body = {"priorities": [{"verbatim": "my case", "categories": [suggested]}]}
    intake = document(client.post("/v1/intakes", json=body, headers=outreach.headers))["id"]

    assert names(matches(intake)["items"]) == ["Open Door"]


def test_what_somebody_uses_changes_no_byte_of_their_matches(town: Town, come_in: ComeIn, matches: Matches) -> None:
    town.add("Corner Room")
    town.housing()
    blind = {
        "name_to_use": "Ruby",
        "substances": [{"name_verbatim": "fetty", "stance": "keep_as_is"}],
        "safety": {"in_danger_now": "yes"},
        "worker_note": "Third visit.",
        "mandated": "yes",
    }

    def shown(intake: str) -> list[Any]:
        answer = matches(intake)
        for item in answer["items"]:
            for each in item["serves"]:
                each.pop("priority_id")
        return sorted(answer["items"], key=lambda item: str(item["offering"]["id"]))

    silent, spoken = (
        shown(come_in("housing", "someone_to_talk_to")),
        shown(come_in("housing", "someone_to_talk_to", **blind)),
    )
    for one, other in zip(silent, spoken, strict=True):
        assert (one["offering"], one["because"][0], one["limits"]) == (
            other["offering"],
            other["because"][0],
            other["limits"],
        )


def test_looking_at_matches_is_written_into_the_ledger(
    house: House, outreach: Key, town: Town, come_in: ComeIn, matches: Matches
) -> None:
    offering = town.add("Corner Room")
    intake = come_in("someone_to_talk_to")
    matches(intake)

    with house.runtime.database.session(reading=True) as session:
        (entry,) = session.execute(sa.select(Entry).where(Entry.action == "matches_read")).scalars()
    assert str(entry.subject_id) == intake
    assert entry.also == [offering["id"]]
    assert entry.organization_id == outreach.organization_id


def test_a_described_need_is_matched_and_nothing_is_kept(
    client: FlaskClient, outreach: Key, town: Town, house: House
) -> None:
    town.add("Corner Room")
    town.housing()
    need = {"priorities": [{"categories": [{"code": "housing", "assigned_by": "person"}]}], "place": CORNER}

    def rows() -> dict[str, int]:
        with house.runtime.database.session(reading=True) as session:
            return {
                table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in Record.metadata.sorted_tables
            }

    before = rows()
    answer = client.post("/v1/match-queries", json=need, headers=outreach.headers)
    again = client.post("/v1/match-queries", json=need, headers=outreach.headers)

    assert answer.status_code == 200, answer.text
    assert names(document(answer)["items"]) == ["Open Door"]
    assert names(document(answer)["invitations"]) == ["Corner Room"]
    assert document(answer)["intake_id"] is None
    assert names(document(again)["items"]) == names(document(answer)["items"])
    assert rows() == before


def test_a_need_without_a_word_is_a_need(client: FlaskClient, outreach: Key, town: Town) -> None:
    town.add("Corner Room")

    answer = client.post("/v1/match-queries", json={}, headers=outreach.headers)

    assert names(document(answer)["items"]) == ["Corner Room"]


def test_the_rules_are_open_to_all(client: FlaskClient) -> None:
    answer = client.get("/v1/matching-rules")

    assert answer.status_code == 200
    assert len(document(answer)["rules"]) == 13
    assert all(each["question"].endswith("?") for each in document(answer)["rules"])
    assert sum(each["weight"] for each in document(answer)["components"]) == pytest.approx(1)
    assert client.get("/v1/matching-rules", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_every_version_of_the_rules_can_be_read_for_good(client: FlaskClient) -> None:
    now = document(client.get("/v1/matching-rules"))
    read = {each: document(client.get(f"/v1/matching-rules?version={each}")) for each in now["versions"]}

    assert now["in_force"]
    assert read[now["rules_version"]] == now
    assert [each["rules_version"] for each in read.values()] == now["versions"]
    assert read["1"]["signed_off_on"] == "2026-11-23"
    assert [each["curve"] for each in read["1"]["components"]][2].startswith("in person 2^(-km / 10)")


@pytest.mark.parametrize(
    ("query", "status"), [("version=999999", 404), ("version=0", 422), ("version=", 422), ("version=1&mood=good", 422)]
)
def test_rules_that_there_are_none_of_are_not_there(client: FlaskClient, query: str, status: int) -> None:
    answer = client.get(f"/v1/matching-rules?{query}")

    assert answer.status_code == status
    assert answer.content_type.startswith("application/problem+json")


@pytest.mark.parametrize("query", ["?limit=0", "?limit=51", "?limit=9" + "9" * 40, "?include=conflicts", "?what=1"])
def test_what_cannot_be_asked_is_said_kindly(client: FlaskClient, outreach: Key, come_in: ComeIn, query: str) -> None:
    answer = client.get(f"/v1/intakes/{come_in()}/matches{query}", headers=outreach.headers)

    assert answer.status_code == 422
    assert answer.content_type.startswith("application/problem+json")


def test_others_learn_nothing(
    client: FlaskClient, outreach: Key, come_in: ComeIn, town: Town, make_key: Callable[..., Key]
) -> None:
    offering = town.add("Corner Room")
    intake = come_in()
    elsewhere = make_key(Role.OUTREACH)
    scopeless = make_key(Role.OUTREACH, scopes={Scope.INTAKES_READ})

    foreign = client.get(f"/v1/intakes/{intake}/matches", headers=elsewhere.headers)
    nobody = client.get(f"/v1/intakes/{uuid4()}/matches", headers=elsewhere.headers)
    unknown = client.get(f"/v1/intakes/{intake}/matches/{uuid4()}", headers=outreach.headers)
    account = client.get(f"/v1/intakes/{intake}/matches/{offering['id']}", headers=elsewhere.headers)

    assert {each.status_code for each in (foreign, nobody, unknown, account)} == {404}
    assert {**document(foreign), "instance": ""} == {**document(nobody), "instance": ""}
    assert client.get(f"/v1/intakes/{intake}/matches", headers=scopeless.headers).status_code == 403
    assert client.get(f"/v1/intakes/{intake}/matches").status_code == 401


def test_a_referral_is_judged_by_the_reasons_that_the_match_would_have(
    house: House, outreach: Key, town: Town, come_in: ComeIn, client: FlaskClient
) -> None:
    good, bad = town.add("Corner Room"), town.housing("Only Medicaid", cost=["medicaid"])
    intake = come_in("someone_to_talk_to", "housing", can_pay=["free"])
    account = document(client.get(f"/v1/intakes/{intake}/matches/{bad['id']}", headers=outreach.headers))
    expected = [(each["rule"], each["reason"]) for each in account["rules"] if not each["met"]]

    with house.runtime.database.session() as session:
        now = house.clock.now()
        reasons = [
            matching.judge(session, outreach.organization_id, UUID(intake), UUID(each["id"]), locale="en", now=now)
            for each in (good, bad)
        ]

    assert [(each.rule.value, each.reason) for each in reasons[1]] == expected
    assert expected
    assert [each.rule.value for each in reasons[0]] == ["cost"]


def test_the_next_best_is_the_best_that_was_not_tried(house: House, outreach: Key, town: Town, come_in: ComeIn) -> None:
    tried = town.add("Corner Room", languages_spoken=[{"tag": "en"}, {"tag": "es"}])
    other = town.add("Other Room")
    intake = come_in("someone_to_talk_to")

    with house.runtime.database.session() as session:
        best = matching.best_match(
            session, outreach.organization_id, UUID(intake), without={UUID(tried["id"])}, locale="en",
            now=house.clock.now(),
        )  # fmt: skip

    assert best is not None
    assert str(best.offering.id) == other["id"]
