"""Row 30: no answer with data without its entry, and not a byte of data while the ledger cannot be written."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from service.access.rules import Role
from service.database import UNAVAILABLE
from service.ledger.models import Entry
from tests.builders.ledgers import Watching, ledger_held, live_through, write_entries
from tests.builders.people import Desk
from tests.builders.referrals import Street
from tests.houses import House, make_key
from tests.score.board import Bench, Figure, Row

WORDS = b"somewhere dry"
SAID = {"priorities": [{"verbatim": WORDS.decode(), "rank": 1}]}
READERS = 6


def measure(bench: Bench) -> Figure:
    """Live through days, and count answers and entries; then hold the ledger, and read."""
    house = bench.house()
    team, clinic, steward = (make_key(house, role) for role in (Role.OUTREACH, Role.CLINIC, Role.STEWARD))
    client = Watching(house.app)
    for _ in range(bench.many(whole=40, short=1)):
        street = Street(house, client, team, clinic, steward)
        street.open_offering(slots=1000)
        live_through(street)
    data = [request_id for request_id, _, _, status in client.heard if status < 300]
    without = (Counter(data) - written(house)).total() + (written(house) - Counter(data)).total()
    desk = Desk(house.app.test_client(), team)
    path = f"/v1/intakes/{desk.take_in(SAID)['id']}"
    leaked = while_held(house, lambda: desk.get(path).get_data())
    return Figure(
        f"{without} of {len(data)} answers without exactly one entry; {leaked} bytes of data while the ledger was held",
        without == 0 and leaked == 0,
    )


def control(bench: Bench) -> Figure:
    """The entry is written when the answer has gone: whoever holds the ledger keeps it from being written, no more."""
    house, lost = bench.house(), []

    def answer() -> bytes:
        body = b'{"verbatim":"' + WORDS + b'"}'
        try:
            write_entries(house, 1)
        except UNAVAILABLE:
            lost.append(uuid.uuid4())
        return body

    leaked = while_held(house, answer)
    return Figure(f"{len(lost)} answers without an entry; {leaked} bytes of data while held", leaked == 0 and not lost)


def written(house: House) -> Counter[str]:
    """How many entries each request has; what the builders do by themselves is no request."""
    with house.runtime.database.session(reading=True) as session:
        return Counter(session.scalars(sa.select(Entry.request_id).where(Entry.request_id != "test")))


def while_held(house: House, read: Callable[[], Any]) -> int:
    """Read at once from several threads while somebody holds the ledger; count the bytes of answers that hold words."""
    with ledger_held(house), ThreadPoolExecutor(READERS) as readers, suppress(*UNAVAILABLE):
        answers = list(readers.map(lambda _: read(), range(READERS)))
    return sum(len(each) for each in answers if WORDS in each)


ROW = Row(
    number=30,
    figure="data-bearing 2xx without entry; bytes while blocked",
    target="0; 0",
    measure=measure,
    control=control,
    naive_way="the entry is written after the answer",
)
