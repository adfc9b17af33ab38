"""Keeping cards: whoever brings a directory in makes them along, and a chore makes those that are missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.database import Database
from service.matching import queries
from service.matching.candidate import candidate_of
from service.matching.cards import FORMAT, card_of, holds_until
from service.matching.models import CardRecord
from service.providers import queries as providers
from service.providers.entries import Offering


def keep_cards(session: Session, ids: Sequence[UUID], today: date) -> int:
    """Make the cards of some offerings, and put them in the place of older ones. Answer how many.

    Two may make the same one at once; in the order of their ids they wait for each other, and the last one stays.
    """
    offerings = providers.offerings_by_id(session, sorted(ids), today)
    rows = [_row(offerings[each], today) for each in sorted(offerings)]
    if rows:
        insert = (sqlite.insert if session.info["database"].is_sqlite else postgresql.insert)(CardRecord)
        newer = {name: insert.excluded[name] for name in rows[0] if name != "offering_id"}
        session.execute(insert.on_conflict_do_update(index_elements=["offering_id"], set_=newer), rows)
    return len(rows)


@dataclass(slots=True)
class Cards:
    """The cards as one worker left them: which version of the directory it saw, on which day."""

    database: Database
    version: int = -1
    today: date | None = None

    def keep(self, today: date, hear: Callable[[int], None] = lambda _: None) -> int:
        """Make every card that is missing or does not hold any more, some hundred a commit. Answer how many.

        While nothing in the directory changes, one tiny query is all. `hear` is told how many are made, now and then.
        """
        with self.database.session(reading=True) as session:
            version = queries.directory_version(session)
        if (self.version, self.today) == (version, today):
            return 0
        made = self._keep(today, self.version if self.today == today else -1, hear)
        self.version, self.today = version, today
        return made

    def _keep(self, today: date, changed_after: int, hear: Callable[[int], None]) -> int:
        made, last = 0, queries.BEFORE_ALL
        while True:
            with self.database.session() as session:
                without = queries.offerings_without_card(
                    session, today, changed_after=changed_after, after=last, count=queries.CARDS_A_COMMIT
                )
                made += keep_cards(session, without, today)
            hear(made)
            if len(without) < queries.CARDS_A_COMMIT:
                return made
            last = without[-1]


def _row(offering: Offering, today: date) -> dict[str, Any]:
    card = card_of(candidate_of(offering, today), holds_until(offering, today))
    return {
        "offering_id": offering.id,
        "format": FORMAT,
        "described_in": offering.described_in,
        "until": card.until,
        "fields": card.fields,
        "sites": card.sites,
        "week": card.week,
        "tongues": card.tongues,
        "areas": card.areas,
    }
