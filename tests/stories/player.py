"""Plays a story: sends its steps over HTTP, and holds every answer against what must and must not be."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

FOLDER = Path(__file__).parent / "played"
CREATED = 201
_GAP = re.compile(r"\{([^{}]+)\}")
# An id says nothing, and its digits may spell anything: a code of a diagnosis, too.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# No status and no reason blames anybody (R-STAY-1); no answer uses these words, apart from the person's own.
BLAMING = ("non-compliant", "noncompliant", "no-show", "no_show", "dropped out", "against advice", "discharged for use")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    text: str


class World(Protocol):
    """Where a story is played: who can call, and what the directory's ids are."""

    def send(self, who: str, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        """Send one request as one of the roles; as `person` with nobody's credential."""

    def offering(self, external_id: str) -> tuple[str, str]:
        """Ids of an offering and of its provider."""

    def pass_days(self, days: int) -> bool:
        """Let time pass; False where the clock is real."""

    def chores(self, name: str) -> bool:
        """Have a chore done now; False where a worker does them."""


@dataclass
class Story:
    """A story, and what its steps answered."""

    data: dict[str, Any]
    answers: dict[str, Answer] = field(default_factory=dict)
    saved: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.data['number']:02} {self.data['title']}"

    @property
    def needs_its_own_clock(self) -> bool:
        """Whether days pass in it."""
        return any("pass_days" in step for step in self.data["steps"])


def stories() -> list[Story]:
    """All stories, by number."""
    return [Story(json.loads(path.read_text())) for path in sorted(FOLDER.glob("*.json"))]


def play(story: Story, world: World) -> list[str]:
    """Play a story; answer every statement that does not hold, in words. An empty list is what everybody wants."""
    for step in story.data["steps"]:
        wrong = _play_step(story, step, world)
        if wrong:
            return [wrong]
    return [
        f"{'must' if good else 'must not'}: {each['say']} — {why}"
        for good, listed in ((True, story.data["must"]), (False, story.data["must_not"]))
        for each in listed
        for why in _judge(story, each, world)
    ] + list(_common(story, world))


def _play_step(story: Story, step: dict[str, Any], world: World) -> str | None:
    if "pass_days" in step:
        world.pass_days(step["pass_days"])
        return None
    if "chores" in step:
        world.chores(step["chores"])
        return None
    path = _filled(step["path"], story, world)
    body = _filled(step.get("body"), story, world)
    headers = _filled(step.get("headers", {}), story, world)
    answer = world.send(step["as"], step["do"], path, body, headers)
    if answer.status != step["expect"]:
        return f"step {step['name']}: {answer.status} instead of {step['expect']}: {answer.text[:400]}"
    story.answers[step["name"]] = answer
    for name, pointer in step.get("save", {}).items():
        story.saved[name] = at(answer.body, pointer, None)
    return None


def _filled(value: Any, story: Story, world: World) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each, story, world) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, story, world) for each in value]
    return _GAP.sub(lambda gap: _known(gap[1], story, world), value) if isinstance(value, str) else value


def _known(name: str, story: Story, world: World) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    if name in {"now", "next_year"}:
        return (now + timedelta(days=365 if name == "next_year" else 0)).isoformat().replace("+00:00", "Z")
    if re.fullmatch(r"P[0-9]{2}(\.provider)?", name):
        offering_id, provider_id = world.offering(name[:3])
        return provider_id if name.endswith(".provider") else offering_id
    return str(story.saved[name])


def at(body: Any, pointer: str, otherwise: Any) -> Any:
    """What stands at a JSON Pointer; `/…#` is a list's length."""
    counting = pointer.endswith("#")
    for part in pointer.rstrip("#").split("/")[1:]:
        if isinstance(body, list) and part.isdigit() and int(part) < len(body):
            body = body[int(part)]
        elif isinstance(body, dict) and part in body:
            body = body[part]
        else:
            return otherwise
    return len(body) if counting else body


_NOTHING = object()
CHECKS = {
    *("equals", "present", "absent", "says", "silent", "same", "differ", "spanish", "first_member", "limits"),
    *("match_first", "match_top", "match_has", "match_lacks", "match_order", "match_any", "match_level"),
    *("asks_first", "invitation_has"),
}


def _judge(story: Story, statement: dict[str, Any], world: World) -> Iterator[str]:
    check = statement["check"]
    answer = story.answers[statement["in"]]
    found = at(answer.body, statement.get("at", ""), _NOTHING)
    if check.startswith(("match_", "invitation_", "asks_", "limits")):
        yield from _judge_matches(statement, answer.body, world)
    elif check == "equals" and found != statement["value"]:
        yield f"it is {'absent' if found is _NOTHING else json.dumps(found, ensure_ascii=False)[:200]}"
    elif check == "present" and found in (_NOTHING, None, [], {}, ""):
        yield "it is absent"
    elif check == "absent" and found not in (_NOTHING, None, [], {}):
        yield "it is there"
    elif check in {"says", "silent"}:
        if found is _NOTHING:
            yield "there is nothing to look at"
            return
        text = _ID.sub("", json.dumps(found, ensure_ascii=False)).replace('\\"', '"')
        if (statement["text"].casefold() in text.casefold()) is (check == "silent"):
            yield f"in {text[:300]}"
    elif check in {"same", "differ"}:
        other = at(story.answers[statement["other"]].body, statement["at"], None)
        if (found == other) is (check == "differ"):
            yield "it does not"
    elif check == "spanish":
        yield from _not_spanish(answer.body)
    elif check == "first_member" and next(iter(answer.body)) != statement["member"]:
        yield f"{next(iter(answer.body))} stands there"


def _judge_matches(statement: dict[str, Any], body: Any, world: World) -> Iterator[str]:
    check = statement["check"]
    items = [item["offering"]["id"] for item in body["items"]]
    wanted = [world.offering(each)[0] for each in statement.get("offerings", [statement.get("offering")]) if each]
    by_id = {item["offering"]["id"]: item for item in body["items"]}
    names = [item["offering"]["name"] for item in body["items"]]
    if check in {"match_first", "match_top"} and items[: len(wanted)] != wanted:
        yield f"first are {names[:3]}"
    elif (check == "match_has" and not set(wanted) <= set(items)) or (
        check == "match_lacks" and set(wanted) & set(items)
    ):
        yield f"there are {names}"
    elif check == "match_order" and [each for each in items if each in wanted] != wanted:
        yield f"the order is {names}"
    elif check == "match_any" and not items:
        yield "there is none"
    elif check == "match_level" and by_id.get(wanted[0], {}).get("level") != statement["level"]:
        yield f"it is {by_id.get(wanted[0], {}).get('level')}"
    elif check == "limits" and not all(item["limits"] for item in body["items"]):
        yield "one has none"
    elif check == "asks_first" and not by_id[wanted[0]]["asks_of_you"]:
        yield "it asks nothing"
    elif check == "invitation_has":
        invited = {item["offering"]["id"] for item in body["invitations"]}
        if not set(wanted) <= invited or set(wanted) & set(items):
            yield f"invited are {[item['offering']['name'] for item in body['invitations']]}"


def _not_spanish(body: Any) -> Iterator[str]:
    english = (" the ", " you ", "You ", " and ", "Helps ", "It is ")
    for item in body["items"]:
        for reason in item["because"]:
            if any(word in f" {reason['says']} " for word in english):
                yield reason["says"]


def _common(story: Story, world: World) -> Iterator[str]:
    """What holds in every story: words unchanged, help there, limits with every match, no blame, conflicts hidden;
    whoever took somebody in takes them in without a single answer, too; nothing is sent that no step sent."""
    caller = next(step["as"] for step in story.data["steps"] if step.get("path") == "/v1/intakes")
    if world.send(caller, "POST", "/v1/intakes", {}, {}).status != CREATED:
        yield "somebody without a single answer was turned away"
    yield from _common_referrals(story, world)
    asked_for = story.data.get("asks_for_conflicts", [])
    for step in story.data["steps"]:
        answer = story.answers.get(step.get("name", ""))
        if answer is None:
            continue
        if step["path"] == "/v1/intakes":
            yield from _common_intake(step, answer)
        if step["path"].split("?")[0].endswith("/matches"):
            yield from _common_matches(step, answer, step["name"] in asked_for)
        said = unicodedata.normalize("NFC", json.dumps(step.get("body"), ensure_ascii=False)).casefold()
        for word in BLAMING:
            if word in answer.text.casefold() and word not in said:
                yield f"step {step['name']}: the answer says {word}"


def _common_referrals(story: Story, world: World) -> Iterator[str]:
    meant = sum(step.get("path") == "/v1/referrals" and step["expect"] == CREATED for step in story.data["steps"])
    if any(step.get("do") == "DELETE" for step in story.data["steps"]):
        meant = 0  # Whoever erased everything is on the way to nobody any more.
    taken_in = [step["name"] for step in story.data["steps"] if step.get("path") == "/v1/intakes"]
    intakes = {story.answers[name].body["id"] for name in taken_in}
    listed = world.send("outreach", "GET", "/v1/referrals?limit=100&side=referrer", None, {}).body["items"]
    if sum(line["intake_id"] in intakes for line in listed) != meant:
        yield "a referral came about that nobody made"


def _common_intake(step: dict[str, Any], answer: Answer) -> Iterator[str]:
    sent = [each["verbatim"] for each in step["body"].get("priorities", [])]
    if [each["verbatim"] for each in answer.body.get("priorities", [])] != sent:
        yield f"step {step['name']}: the words came back changed"
    if not answer.body["help_now"] or not answer.body["what_we_cannot_do"]:
        yield f"step {step['name']}: no help or no limits in the first answer"


def _common_matches(step: dict[str, Any], answer: Answer, asked: bool) -> Iterator[str]:
    for item in [*answer.body["items"], *answer.body["invitations"]]:
        if not item["limits"] or not item["because"]:
            yield f"step {step['name']}: a match without limits or reasons"
        if item["level"] in {"conflicts", "unattested"} and not asked:
            yield f"step {step['name']}: {item['offering']['name']} was not asked for"
