"""The last scene of the demo: Wren's own door, which six words open, and nobody else's credential."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from tests.stories.asking import StoryBroke, Telling
from tests.stories.telling import heading, label, point, quote, tell

SIGNED_FOR = {"name", "priorities"}


def at_the_own_door(telling: Telling, intake: Any, referral: Any) -> None:
    """Who saw what, one consent taken back, everything erased."""
    six_words = intake["return_code"]
    heading("7. At Wren's own door")
    tell("On a phone that somebody lends them, with the six words and nothing else: no account, no name, no worker "
         "beside them. First they ask who was told what:")  # fmt: skip
    _who_saw_what(telling, six_words)
    _take_back(telling, six_words, referral)
    _erase(telling, intake, referral)


def _who_saw_what(telling: Telling, six_words: str) -> None:
    account = telling.ask("wren", "GET /v1/mine/disclosures", six_words=six_words)
    told = {group["code"] for each in account["told"] for group in each["field_groups"]}
    if told != SIGNED_FOR:
        raise StoryBroke(f"What was signed for is {SIGNED_FOR}; Wren reads that somebody was told {told}.")
    for each in account["told"]:
        if each["field_groups"]:
            label(f"{each['to']['name']}. {each['says']}. {each['what_for']}.")
            for group in each["field_groups"]:
                point(group["says"])
    only_that = sum(not each["field_groups"] for each in account["told"])
    point(f"And {only_that} times, at one step or another, nothing but that Wren is on the way to them.")
    tell("Then who did something with it, or looked, from the first to the last:")
    for who, done in groupby(reversed(account["looked"]), key=itemgetter("who")):
        label(f"{who}:")
        for each in done:
            point(f"{each['says']}.")


def _take_back(telling: Telling, six_words: str, referral: Any) -> None:
    label("Wren has made up their mind:")
    quote("ok. they know enough now. the clinic can stop")
    mine = telling.ask("wren", "GET /v1/mine", six_words=six_words)
    taken = {"consent_id": mine["consents"][0]["id"]}
    mine = telling.ask("wren", "POST /v1/mine/revocations", taken, expect=201, six_words=six_words)
    [consent], [way] = mine["consents"], mine["referrals"]
    if consent["effective"] or way["would_be_told"]:
        raise StoryBroke(f"It was taken back, and yet the clinic would be told {way['would_be_told']}.")
    label(f"The consent for {consent['recipients'][0]['name']} now says: {consent['says']}. The clinic looks again:")
    point(telling.ask("clinic", f"GET /v1/referrals/{referral['id']}", expect=404)["detail"])
    [notice] = telling.ask("wren", "GET /v1/mine/notices", six_words=six_words)["notices"]
    tell(f"It held at once. {notice['to']['name']} gets a notice that it is over; until they "
         "say that they know, Wren sees that they did not.")  # fmt: skip


def _erase(telling: Telling, intake: Any, referral: Any) -> None:
    six_words = intake["return_code"]
    label("And a while later:")
    quote("n the rest of it too. all of it")
    tell("Erasing is theirs to do. Nobody has to agree, and nobody asks why.")
    gone = telling.ask("wren", "DELETE /v1/mine", six_words=six_words)
    for name, said in (("Done", "done"), ("What stays", "stays"), ("What nobody can unsay", "cannot_be_unsaid")):
        label(f"{name}:")
        for line in gone[said]:
            point(line)
    telling.ask("outreach", f"GET /v1/intakes/{intake['id']}", expect=404)
    telling.ask("outreach", f"GET /v1/referrals/{referral['id']}", expect=404)
    label("The team looks for what it wrote down, and it is not there. The same six words once more:")
    point(telling.ask("wren", "GET /v1/mine", expect=404, six_words=six_words)["detail"])
