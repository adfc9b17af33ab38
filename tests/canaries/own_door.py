"""The person's own door, with canaries: what they say, take back and take along with six words in a header."""

from __future__ import annotations

from typing import Any

from tests.canaries.asking import Asking, Body
from tests.canaries.bodies import what_they_say

MINE = "/v1/mine"


def live_at_the_own_door(asking: Asking, code: str, consent_id: str, offering_id: str) -> str:
    """Read, say more, choose, see who saw, take along, take back, change the words; answer the new ones."""
    _say(asking, code)
    _do(asking, code, "GET", "/matches")
    _do(asking, code, "POST", "/choices", {"offering_id": offering_id, "choice": "not_this_one"})
    _see_and_take_along(asking, code)
    for taken in (
        {"consent_id": consent_id, "recipient": {"text": asking.words("signed_name")}},
        {"consent_id": consent_id, "field_groups": ["substances"]},
        {"everything": True},
    ):
        _do(asking, code, "POST", "/revocations", taken)
    _do(asking, code, "GET", "/notices")
    return asking.keep("changed code", _do(asking, code, "POST", "/return-codes", {"locale": "es"})["return_code"])


def _do(asking: Asking, code: str, method: str, path: str = "", body: Body = None, **headers: str) -> Any:
    return asking.done("", method, f"{MINE}{path}", body, Return_Code=code, **headers)


def _say(asking: Asking, code: str) -> None:
    """Say all of it anew, add something, put it in another order."""
    mine = _do(asking, code, "GET")
    mine = _amend(asking, code, mine, what_they_say(asking.words))
    said = mine["intakes"][0]["priorities"]
    mine = _amend(asking, code, mine, {"priorities": [*said, {"verbatim": asking.words("amended"), "rank": 2}]})
    said = mine["intakes"][0]["priorities"]
    ranked = [{**each, "rank": rank} for rank, each in enumerate(reversed(said), start=1)]
    _amend(asking, code, mine, {"priorities": ranked})


def _amend(asking: Asking, code: str, mine: Any, patch: Body) -> Any:
    return _do(asking, code, "PATCH", "", patch, If_Match=f'"{mine["version"]}"')


def _see_and_take_along(asking: Asking, code: str) -> None:
    account = _do(asking, code, "GET", "/disclosures")
    assert account["told"]
    # The ledger is sealed by and by: a proof may still be to come, and what says so is looked at.
    asking.ask("", "GET", f"{MINE}/disclosures/{account['told'][0]['id']}/proof", Return_Code=code)
    _do(asking, code, "GET", "/export")
    page = asking.hear("", "GET", f"{MINE}/export", Return_Code=code, Accept="text/html")
    assert page.raw.lstrip().startswith(b"<!")
