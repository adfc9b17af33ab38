"""What the person does at their own door: say more, choose, take back, change their words, erase."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.consents import actions as consents
from service.erasure.actions import erase_person
from service.intakes import actions as intakes
from service.intakes.queries import newest_of_person
from service.intakes.rules import Intake, Mode, NewChoice, NewIntake, RecordedBy, RecordedChoice, Said
from service.mine import queries, rules
from service.mine.reading import whose
from service.mine.record import Gone, TakingBack
from service.mine.sentences import say
from service.people import actions as people
from service.people.rules import NewCode


def say_more(
    session: Session, amend: intakes.Amend, *, expected: int | None, locale: str, by: Caller, now: datetime
) -> None:
    """Write down what the person says now, in their newest intake or, when there is none, in their first.

    `expected` counts all that was written down when they looked (see rules.version_of). Raise NotThere, Stale.
    """
    before = queries.intakes_of(session, by.organization_id, whose(by))
    if expected is not None and expected != rules.version_of(before):
        raise errors.Stale
    if before:
        _amend(session, before[0], amend, by=by, now=now)
        return
    said, not_kept = amend(Said(mode=Mode.WEB_SELF, recorded_by=RecordedBy.PERSON))
    new = NewIntake(said=said, person_id=by.person_id, not_kept=not_kept)
    intakes.submit_intake(session, new, locale=locale, monitored=False, by=by, now=now)


def choose(session: Session, new: NewChoice, *, by: Caller, now: datetime) -> RecordedChoice:
    """Write down what the person says to an offering, at their newest intake. It sends nothing. Raise NotThere."""
    newest = newest_of_person(session, by.organization_id, whose(by))
    if newest is None:
        raise errors.NotThere
    return intakes.choose(session, newest.id, new, by=by, now=now)


def take_back(session: Session, taking: TakingBack, *, by: Caller, now: datetime) -> None:
    """Take back what the person allowed, at once: everything, or one consent as far as they say.

    Raise NothingNamed, NotThere, RecipientNotNamed, Replaced.
    """
    if taking.everything:
        consents.revoke_all(session, whose(by), by=by, now=now)
    elif taking.consent_id is None:
        raise rules.NothingNamed
    else:
        consents.revoke_consent(
            session, taking.consent_id, taking.recipient, taking.field_groups or None, by=by, now=now
        )


def change_code(session: Session, *, locale: str, by: Caller, now: datetime) -> NewCode:
    """Give the person other words to come back with. The old ones, and every visit with them, are dead at once."""
    return people.replace_code(session, whose(by), locale=locale, by=by, now=now)


def erase_everything(session: Session, *, locale: str, by: Caller, now: datetime) -> Gone:
    """Erase the person at their own word, and say what was done, what stays, what nobody can unsay. Raise NotThere."""
    erase_person(session, whose(by), by=by, now=now)
    return Gone(
        erased_at=now,
        done=tuple(say(f"gone.{number}", locale) for number in (1, 2, 3)),
        stays=tuple(say(f"erase.stays.{number}", locale) for number in (1, 2, 3)),
        cannot_be_unsaid=(say("erase.cannot.1", locale),),
    )


def _amend(session: Session, newest: Intake, amend: intakes.Amend, *, by: Caller, now: datetime) -> None:
    intakes.amend_intake(session, newest.id, amend, expected=newest.version, by=by, now=now)
