"""The person's own pages: plain forms, a visit that ends, and nothing left behind."""

from __future__ import annotations

import html
import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.mine.routes.visiting import COOKIE
from service.vault.models import PersonKey
from tests.api.test_mine import HOSTILE, WRONG, a_consent, desk, intake, street
from tests.builders.intakes import WORDS
from tests.builders.mine import Own, Phone
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import FakeClock, House

pytestmark = pytest.mark.database
__all__ = ["desk", "intake", "street"]

PAGES = ("", "/places", "/seen", "/allowed", "/copy", "/key", "/erase")


@pytest.fixture
def phone(client: FlaskClient, intake: Any) -> Phone:
    """Somebody who came in with their six words."""
    phone = Phone(client)
    answer = phone.come_in(intake["return_code"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mine")
    return phone


def ids_on(page: str) -> list[str]:
    """The ids of what matters, in the order of the page."""
    return list(dict.fromkeys(re.findall(r'name="which" value="([^"]+)"', page)))


def words_on(page: str) -> list[str]:
    """What matters, as it stands on the page, in its order."""
    return [html.unescape(each) for each in re.findall(r'<p class="words"[^>]*>(.*?)</p>', page, re.DOTALL)]


def test_the_entrance_says_nothing_about_anybody(client: FlaskClient) -> None:
    page = Phone(client).page()

    assert "<title>My page</title>" in page
    assert 'autocomplete="off"' in page
    assert not re.search(r"drug|harm|health|clinic|treatment|recover", page, re.IGNORECASE)


@pytest.mark.parametrize("path", [*PAGES, "/copy/page", "/leave", "/nothing-here", "/in"])
def test_every_page_leaves_nothing_behind(phone: Phone, path: str) -> None:
    headers = phone.get(path).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_page_is_in_the_persons_language_and_plain(phone: Phone, path: str, lang: str) -> None:
    page = phone.page(f"{path}?lang={lang}")

    assert f'<html lang="{lang}">' in page
    assert not re.search(r"<script|<img|<link|https?://|javascript:| on[a-z]+=", page)
    assert page.count("<h1>") == 1
    assert "/mine/leave" in page


def test_the_language_stays_as_it_was_chosen(phone: Phone) -> None:
    phone.page("?lang=es")

    assert "Mi página" in phone.page()


def test_the_cookie_is_seen_by_nobody_else(client: FlaskClient, intake: Any) -> None:
    answer = client.post(
        "/mine/in",
        data={"return_code": intake["return_code"]},
        headers={"Sec-Fetch-Site": "same-origin", "Host": "rooms.example.org"},
    )

    cookie = answer.headers["Set-Cookie"]
    parts = set(cookie.split("; ")[1:])
    assert parts == {"Secure", "HttpOnly", "Path=/mine", "SameSite=Strict"}
    assert intake["person_id"] not in cookie
    assert intake["return_code"] not in cookie


def test_wrong_words_are_told_kindly_and_alike(client: FlaskClient, clock: FakeClock) -> None:
    phone = Phone(client)
    pages = set()
    for words in (WRONG, "nothing", "", "\x00", "🙂" * 50):
        answer = phone.come_in(words)
        pages.add((answer.status_code, answer.get_data()))
        clock.move(days=1)

    ((status, page),) = pages
    assert status == 404
    assert b"start anew" in page
    assert phone.cookie == ""


def test_guesses_on_the_pages_are_counted_with_those_of_the_api(client: FlaskClient, intake: Any) -> None:
    phone = Phone(client)
    for _ in range(3):
        phone.come_in(WRONG)
    for _ in range(2):
        Own(client, WRONG, phone.address).get()

    stopped = phone.come_in(intake["return_code"])

    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0


def test_words_are_added_moved_said_otherwise_and_taken_out(phone: Phone) -> None:
    first, second, third = ids_on(phone.page())

    assert phone.do("", "/words", do="add", words="see my kids").status_code == 303
    phone.do("", "/words", do="up", which=second)
    phone.do("", "/words", do="change", which=first, words="a room with a door")
    phone.do("", "/words", do="out", which=third)

    page = phone.page()
    assert words_on(page)[:3] == ["somebody who gets it, no lectures", "a room with a door", "see my kids"]
    assert ids_on(page)[:2] == [second, first]
    assert "What I said before" in page
    assert "clean works" in page.split("What I said before")[1]


def test_what_changed_meanwhile_is_not_overwritten(phone: Phone, desk: Desk, intake: Any) -> None:
    page = phone.page()
    token, version = (
        re.search(rf'name="{name}" value="([^"]+)"', page)[1]  # type: ignore[index]
        for name in ("form_token", "version")
    )
    desk.patch(f"/v1/intakes/{intake['id']}", {"wants_therapy": "yes"}, **{"If-Match": "*"})

    late = phone.send("/words", {"form_token": token, "version": version, "do": "add", "words": "late"})

    assert late.status_code == 412
    assert "late" not in words_on(phone.page())


@pytest.mark.parametrize("words", ["", "x" * 4001, "a\x00b"])
def test_what_cannot_be_kept_is_told_kindly(phone: Phone, words: str) -> None:
    assert phone.do("", "/words", do="add", words=words).status_code == 422


def test_hostile_words_are_shown_as_words(phone: Phone) -> None:
    phone.do("", "/words", do="add", words=HOSTILE)

    for path in ("", "/copy/page"):
        page = phone.page(path)
        assert "<script" not in page
        assert HOSTILE in html.unescape(page)


def test_line_breaks_are_kept_as_they_were_typed(phone: Phone, intake: Any, client: FlaskClient) -> None:
    phone.do("", "/words", do="add", words="one\r\ntwo")

    said = Own(client, intake["return_code"]).read()["intakes"][0]["priorities"][-1]
    assert (said["verbatim"], said["stated_by"]) == ("one\ntwo", "person")


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, {}),
        ({"form_token": "0" * 64}, {}),
        ({"form_token": "é"}, {}),
        (None, {"Sec-Fetch-Site": "cross-site"}),
        (None, {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_a_form_from_elsewhere_changes_nothing(phone: Phone, form: dict[str, str] | None, headers: Any) -> None:
    page = phone.page()
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]  # type: ignore[index]
    version = re.search(r'name="version" value="([^"]+)"', page)[1]  # type: ignore[index]
    fields = {"version": version, "do": "add", "words": "forged", **({"form_token": token} if form is None else form)}

    answer = phone.send("/words", fields, **headers)

    assert answer.status_code == 403
    assert "forged" not in phone.page()


def test_an_old_phone_is_known_by_its_origin(phone: Phone) -> None:
    token = re.search(r'name="form_token" value="([^"]+)"', phone.page())[1]  # type: ignore[index]

    def sent(origin: str) -> int:
        answer = phone.client.post("/mine/key", data={"form_token": token}, headers={"Origin": origin})
        return int(answer.status_code)

    assert sent("https://elsewhere.example") == 403
    assert sent("http://localhost") == 200


def test_nobody_is_signed_in_by_another_site(client: FlaskClient, intake: Any) -> None:
    phone = Phone(client)

    assert phone.come_in(intake["return_code"], **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert phone.cookie == ""


def test_a_visit_ends_after_a_quiet_quarter_of_an_hour(phone: Phone, clock: FakeClock) -> None:
    clock.move(minutes=14)
    assert WORDS in phone.page()
    clock.move(minutes=14)
    assert WORDS in phone.page()
    clock.move(minutes=16)

    over = phone.get()

    assert (over.status_code, over.headers["Location"]) == (303, "/mine?over=1")
    assert phone.cookie == ""


def test_leaving_ends_the_visit_for_every_copy_of_its_cookie(phone: Phone, house: House) -> None:
    kept = phone.cookie

    left = phone.get("/leave")

    assert (left.status_code, left.headers["Location"]) == (303, house.runtime.settings.quick_exit_url)
    assert '"cookies"' in left.headers["Clear-Site-Data"]
    assert phone.cookie == ""
    phone.client.set_cookie(COOKIE, kept, path="/mine")
    assert phone.get().status_code == 303


def test_changing_the_words_ends_every_visit(phone: Phone, client: FlaskClient, intake: Any, house: House) -> None:
    other = Phone(house.app.test_client(), "192.0.2.99")
    other.come_in(intake["return_code"])
    assert WORDS in other.page()

    changed = phone.do("/key", "/key")

    new = re.search(r'id="new">([^<]+)<', changed.get_data(as_text=True))[1]  # type: ignore[index]
    assert phone.cookie == ""
    assert other.get().status_code == 303
    assert phone.come_in(intake["return_code"]).status_code == 404
    assert phone.come_in(new).status_code == 303


def test_hardening_a_code_ends_no_visit(phone: Phone, house: House, intake: Any) -> None:
    vault = house.runtime.vault
    with vault.opened() as store:
        key = store.get_one(PersonKey, uuid.UUID(intake["person_id"]))
        key.code_tag, key.hardened = vault.hard_tag(key.code_tag), True

    assert WORDS in phone.page()


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "é", "A" * 5000])
def test_a_made_up_cookie_opens_nothing(client: FlaskClient, cookie: str) -> None:
    answer = client.get("/mine/seen", headers={"Cookie": f"visit={cookie}"})

    assert answer.status_code == 303


def test_consents_are_shown_and_taken_back_in_part_and_whole(street: Street, client: FlaskClient) -> None:
    first, second = street.open_offering("First"), street.open_offering("Second")
    own, consent = a_consent(street, client, [first, second])
    phone = Phone(client)
    phone.come_in(own.words)

    before = phone.page("/allowed")
    phone.do("/allowed", "/allowed", consent_id=consent["id"], provider_id=str(street.provider_of(first)))
    one = own.read()["consents"][0]
    phone.do("/allowed", "/allowed", consent_id=consent["id"], what="groups", group="name")
    less = own.read()["consents"][0]
    phone.do("/allowed", "/allowed", what="everything")

    assert "First Inc, Second Inc" in before
    assert [each["name"] for each in one["recipients"]] == ["Second Inc"]
    told = {each["code"] for each in less["allows"]} - {
        each["code"] for to in less["recipients"] for each in to["withheld"]
    }
    assert "name" not in told
    assert "priorities" in told
    assert own.read()["consents"][0]["effective"] is False


def test_a_place_is_turned_down_on_the_page(street: Street, client: FlaskClient) -> None:
    offering = street.open_offering()
    came = Desk(client, street.team).take_in({"priorities": [{"verbatim": WORDS}]})
    phone = Phone(client)
    phone.come_in(came["return_code"])
    shown = phone.page("/places")

    answer = phone.do("/key", "/choices", offering_id=str(offering), choice="not_this_one")

    assert "by Open Door Inc" in shown
    assert answer.status_code == 303
    assert "Open Door: Not this one" in phone.page()


def test_the_copy_is_a_file_with_a_name_that_says_nothing(phone: Phone, intake: Any) -> None:
    copy = phone.get("/copy/file")

    assert copy.headers["Content-Disposition"] == 'attachment; filename="my-page.json"'
    assert copy.get_json()["mine"]["person_id"] == intake["person_id"]


def test_everything_is_erased_on_the_page_and_the_words_open_nothing(phone: Phone, intake: Any) -> None:
    asked = phone.page("/erase")
    kept = phone.cookie

    gone = phone.do("/erase", "/erase")

    assert "cannot be brought back" in asked
    assert "Your words were erased" in gone.get_data(as_text=True)
    phone.client.set_cookie(COOKIE, kept, path="/mine")
    assert phone.get().status_code == 303
    assert phone.come_in(intake["return_code"]).status_code == 404
