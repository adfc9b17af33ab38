"""The person's own pages, with canaries: a browser without scripts, that follows nothing by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.canaries.asking import COOKIE, Asking, Heard

PAGES = ("", "?lang=es", "/places", "/seen", "/allowed", "/copy", "/copy/page", "/copy/file", "/key", "/erase")
FORM = "application/x-www-form-urlencoded"


@dataclass
class Visit:
    """Somebody on their pages, who keeps the cookie that they came in with."""

    asking: Asking
    code: str
    cookie: str = ""
    hidden: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Come in. The cookie of it belongs into one header, and nowhere else."""
        came = send_form(self.asking, "/in", {"return_code": self.code.replace("-", " "), "lang": "en"})
        assert came.status == 303, (came.status, came.raw[:2000])
        self.cookie = f"visit={came.cookie}"
        number = len(self.asking.canaries.at_home) + 1
        self.asking.canaries.at_home[f"visit {number}"] = COOKIE
        self.asking.keep(f"visit {number}", came.cookie)
        self.page()
        self.asking.keep(f"form token {number}", self.hidden["form_token"])

    def page(self, path: str = "") -> str:
        """Open a page that must be there, and remember what its forms hold."""
        heard = self.asking.hear("", "GET", f"/mine{path}", Cookie=self.cookie)
        assert heard.status == 200, f"The visit does not open {path or 'the page'}."
        text = heard.raw.decode()
        found = {name: re.search(rf'name="{name}" value="([^"]+)"', text) for name in ("form_token", "version")}
        self.hidden |= {name: match[1] for name, match in found.items() if match}
        return text

    def send(self, path: str, **fields: str) -> Heard:
        """Send a form, whatever comes of it."""
        return send_form(self.asking, path, {**self.hidden, **fields}, Cookie=self.cookie)

    def do(self, page: str, path: str, **fields: str) -> Heard:
        """Send a form as it stands on a page, and succeed."""
        self.page(page)
        heard = self.send(path, **fields)
        assert heard.status < 400, (path, heard.status, heard.raw[:2000])
        return heard


def send_form(asking: Asking, path: str, fields: dict[str, str], **headers: str) -> Heard:
    """Send a form as a browser does that is on our pages."""
    ours = {"Content_Type": FORM, "Sec_Fetch_Site": "same-origin", **headers}
    return asking.ask("", "POST", f"/mine{path}", urlencode(fields).encode(), **ours)


def which(page: str) -> list[str]:
    """The ids of what matters, in the order of the page."""
    return list(dict.fromkeys(re.findall(r'name="which" value="([^"]+)"', page)))


def live_on_the_pages(asking: Asking, code: str, offering_id: str) -> str:
    """Come in, read, say more, choose, take back, leave; change the words at another visit, and answer the new ones."""
    visit = Visit(asking, code)
    for path in PAGES:
        visit.page(path)
    first, second = which(visit.page())[:2]
    visit.do("", "/words", do="add", words=asking.words("amended"))
    visit.do("", "/words", do="change", which=first, words=f"{asking.words('verbatim')}\r\n{asking.words('wish')}")
    visit.do("", "/words", do="up", which=second)
    visit.do("", "/words", do="out", which=first)
    visit.do("/places", "/choices", offering_id=offering_id, choice="not_this_one")
    _take_back(visit)
    left = asking.hear("", "GET", "/mine/leave", Cookie=visit.cookie)
    assert left.status == 303
    assert asking.ask("", "GET", "/mine", Cookie=visit.cookie).status == 303
    return _change_words(asking, code)


def erase_on_the_pages(asking: Asking, code: str) -> None:
    """Come in and erase everything."""
    visit = Visit(asking, code)
    visit.do("/erase", "/erase")


def _take_back(visit: Visit) -> None:
    found = re.search(r'name="consent_id" value="([^"]+)"', visit.page("/allowed"))
    assert found
    visit.do("/allowed", "/allowed", consent_id=found[1], text=visit.asking.words("signed_name"))
    visit.do("/allowed", "/allowed", consent_id=found[1], what="groups", group="substances")
    visit.do("/allowed", "/allowed", what="everything")


def _change_words(asking: Asking, code: str) -> str:
    told = Visit(asking, code).do("/key", "/key").raw.decode()
    found = re.search(r'id="new">([^<]+)<', told)
    assert found
    return asking.keep("code from a page", found[1])
