"""What somebody gets back at once for coming in: words to come back with, help, and our limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.guidance import texts
from service.guidance.rules import Answer
from service.intakes import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What somebody gets back at once. The return code stands here and nowhere else."""

    intake: rules.Intake
    welcome: texts.Welcome
    return_code: str | None = None
    still_true: tuple[rules.Priority, ...] = ()
    worker_prompt: tuple[str, ...] = ()

    @property
    def id(self) -> UUID:
        """The intake's id."""
        return self.intake.id

    @property
    def person_id(self) -> UUID | None:
        """Whose key seals this answer."""
        return self.intake.person_id

    @property
    def version(self) -> int:
        """The intake's version."""
        return self.intake.version

    def __repr__(self) -> str:
        return f"Receipt(intake={self.intake!r})"


def receipt_of(
    intake: rules.Intake,
    code: str | None,
    still_true: tuple[rules.Priority, ...],
    *,
    locale: str,
    monitored: bool,
    now: datetime,
    begins: texts.Beginning = "code",
) -> Receipt:
    """Put together what somebody gets back, in their language; what they said chooses what stands first."""
    said = intake.content
    words = [each.verbatim for each in said.priorities if each.verbatim]
    stopping = [each.name_verbatim or "" for each in said.substances if each.stance is rules.Stance.STOP]
    danger = said.safety is not None and said.safety.in_danger_now is Answer.YES
    return Receipt(
        intake=intake,
        welcome=texts.welcome(
            locale,
            now.date(),
            monitored=monitored,
            in_danger_now=danger,
            begins=begins,
            stopping=stopping,
            served=said.ever_served is Answer.YES,
            jurisdiction=said.place.jurisdiction if said.place else None,
            age_band=said.age_band,
            third_party=intake.person_id is None,
        ),
        return_code=code,
        still_true=still_true,
        worker_prompt=texts.worker_prompt(words, locale),
    )
