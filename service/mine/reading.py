"""Putting together what the person reads about themselves; each reading is on record as theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service import errors
from service.access.rules import Caller
from service.consents import queries as consents
from service.consents.notices import unacknowledged_notices
from service.consents.rules import Consent
from service.consents.terms import Basis, FieldGroup, Party, Recipient
from service.disclosures.queries import account_for
from service.disclosures.rules import Accounted
from service.guidance.texts import help_now, platform_limits
from service.intakes.models import ChoiceRecord
from service.intakes.queries import find_choice, newest_of_person
from service.intakes.rules import Intake
from service.law import queries as law
from service.ledger.actions import write_entry
from service.ledger.queries import EntryLine, entries_about
from service.ledger.rules import Hand
from service.matching import actions as matching
from service.matching.answers import Matches
from service.matching.rules import Asked
from service.mine import queries
from service.mine.record import (
    Account,
    Copy,
    Labelled,
    Looked,
    Mine,
    MyChoice,
    MyConsent,
    MyReferral,
    Named,
    Notice,
    ToldLine,
)
from service.mine.sentences import label, say
from service.people.actions import known
from service.people.queries import find_person
from service.providers.queries import get_offering
from service.referrals.models import ReferralRecord
from service.referrals.reading import history_of, note_of
from service.referrals.rules import tells_where
from service.referrals.sharing import would_tell

# More than anybody signs, and more than was ever told about one person: they come in one piece, to be read at one go.
MOST_LINES = 10_000


def whose(by: Caller) -> UUID:
    """Whose door this is. Raise NotThere to whoever is no person."""
    if by.person_id is None:
        raise errors.NotThere
    return by.person_id


def read_mine(session: Session, *, locale: str, by: Caller, now: datetime) -> Mine:
    """Read everything that stands on record, and write down that its person did. Raise NotThere."""
    mine = look_at_mine(session, locale=locale, by=by, now=now)
    write_entry(session, "mine_read", by=by, now=now, person_id=mine.person_id, subject=("person", mine.person_id))
    return mine


def look_at_mine(session: Session, *, locale: str, by: Caller, now: datetime) -> Mine:
    """Put together what stands, for an answer to something that is on record already. Raise NotThere."""
    person = find_person(session, by.organization_id, whose(by))
    if person is None:
        raise errors.NotThere
    intakes = queries.intakes_of(session, by.organization_id, person.id)
    found = consents.list_consents(session, by.organization_id, person.id, after=None, count=MOST_LINES, now=now)
    return Mine(
        person=known(person, tuple(intake.id for intake in intakes)),
        organization=queries.name_of_organization(session, by.organization_id) or "",
        standing=label("status", person.status, locale),
        intakes=intakes,
        choices=tuple(
            _choice(session, each, locale) for each in queries.choices_of(session, by.organization_id, person.id)
        ),
        consents=tuple(_consent(session, each, locale) for each in found),
        referrals=tuple(
            _referral(session, each, locale, now)
            for each in queries.referrals_of(session, by.organization_id, person.id)
        ),
        help_now=help_now(locale, now.date()),
        limits=platform_limits(locale),
    )


def read_account(session: Session, *, locale: str, by: Caller, now: datetime) -> Account:
    """Read who was told what, and who looked, and write down that the person did."""
    account = look_at_account(session, locale=locale, by=by)
    write_entry(session, "mine_account_read", by=by, now=now, person_id=by.person_id)
    return account


def look_at_account(session: Session, *, locale: str, by: Caller) -> Account:
    """Put together who was told what, and who looked."""
    here, person = by.organization_id, whose(by)
    told = account_for(session, here, person, after=None, count=MOST_LINES)
    done = entries_about(session, here, person, after=None, count=MOST_LINES)
    return Account(
        told=tuple(_told(session, each, here, locale) for each in told),
        looked=tuple(_looked(session, each, locale) for each in done),
    )


def read_notices(session: Session, *, locale: str, by: Caller, now: datetime) -> tuple[Notice, ...]:
    """Read who had been told something, must stop now, and has not said that they know; it is on record."""
    notices = look_at_notices(session, locale=locale, by=by)
    write_entry(session, "mine_notices_read", by=by, now=now, person_id=by.person_id)
    return notices


def look_at_notices(session: Session, *, locale: str, by: Caller) -> tuple[Notice, ...]:
    """Put together who has not said that they know that something is over for them."""
    return tuple(
        Notice(
            consent_id=each.consent_id,
            over_since=each.made_at,
            to=name_party(session, Party(provider_id=each.provider_id, organization_id=each.organization_id), locale),
        )
        for each in unacknowledged_notices(session, by.organization_id, whose(by))
    )


def read_matches(session: Session, *, limit: int = 10, locale: str, by: Caller, now: datetime) -> Matches:
    """Match what the person said last; it is on record, sends nothing and tells nobody. Raise NotThere."""
    newest = newest_of_person(session, by.organization_id, whose(by))
    if newest is None:
        raise errors.NotThere
    return matching.matches_for(session, newest.id, Asked(limit=limit, locale=locale), spoken=locale, by=by, now=now)


def all_versions_of(session: Session, *, by: Caller) -> tuple[Intake, ...]:
    """Every version of what the person said, for a page whose reading is on record already."""
    return queries.all_versions(session, by.organization_id, whose(by))


def take_copy(session: Session, *, locale: str, by: Caller, now: datetime) -> Copy:
    """Put together all there is, to take along; it is on record, and the copy itself is kept nowhere."""
    copy = Copy(
        made_at=now,
        mine=look_at_mine(session, locale=locale, by=by, now=now),
        versions=queries.all_versions(session, by.organization_id, whose(by)),
        account=look_at_account(session, locale=locale, by=by),
        notices=look_at_notices(session, locale=locale, by=by),
    )
    write_entry(session, "mine_exported", by=by, now=now, person_id=by.person_id)
    return copy


def name_party(session: Session, party: Party | Recipient, locale: str) -> Named:
    """Name whoever is told something, in the words of the directory."""
    name = None
    if party.provider_id is not None:
        name = queries.name_of_provider(session, party.provider_id)
    elif party.organization_id is not None:
        name = queries.name_of_organization(session, party.organization_id)
    text, withheld = (party.text, party.withheld) if isinstance(party, Recipient) else (None, ())
    return Named(
        name=name or text or say("somebody", locale),
        provider_id=party.provider_id,
        organization_id=party.organization_id,
        text=text,
        withheld=_groups(withheld, locale),
    )


def _choice(session: Session, record: ChoiceRecord, locale: str) -> MyChoice:
    offering = get_offering(session, record.offering_id)
    chosen = find_choice(session, record.organization_id, record.id)
    if chosen is None:
        raise errors.NotThere
    return MyChoice(
        choice=chosen,
        offering=offering.name,
        provider=offering.provider_name,
        says=label("choices", record.choice, locale),
    )


def _consent(session: Session, consent: Consent, locale: str) -> MyConsent:
    purpose = consent.permission.terms.purpose
    return MyConsent(
        consent=consent,
        recipients=tuple(name_party(session, each, locale) for each in consent.recipients),
        allows=_groups(consent.scope, locale),
        purpose=label("purpose", purpose, locale) if purpose else None,
        says=label("consent", consent.state, locale),
    )


def _referral(session: Session, record: ReferralRecord, locale: str, now: datetime) -> MyReferral:
    offering = get_offering(session, record.offering_id)
    told = would_tell(session, record, now)
    history = history_of(session, record)
    told_where = tells_where(record.state, [step.move for step in history])
    return MyReferral(
        id=record.id,
        offering_id=record.offering_id,
        offering=offering.name,
        provider=offering.provider_name,
        sites=tuple(site.shown(told_where=told_where) for site in offering.facts.sites),
        state=record.state,
        says=label("state", record.state, locale),
        route=record.route,
        would_be_told=_groups(told.field_groups, locale) if told else (),
        history=history,
        note=note_of(session, record),
        made_at=record.made_at,
        changed_at=record.changed_at,
    )


def _told(session: Session, told: Accounted, organization_id: UUID, locale: str) -> ToldLine:
    return ToldLine(
        id=told.id,
        at=told.at,
        to=Named(
            name=told.provider_name or told.organization_name or _outside(session, told, organization_id, locale),
            provider_id=told.provider_id,
            organization_id=told.organization_id,
            text=None,
            withheld=(),
        ),
        basis=told.basis,
        says=label("basis", told.basis, locale),
        purpose=told.purpose,
        what_for=label("purpose", told.purpose, locale),
        field_groups=_groups(told.field_groups, locale),
        consent_id=told.consent_id,
    )


def _outside(session: Session, told: Accounted, organization_id: UUID, locale: str) -> str:
    """Name somebody who is in no directory: whom an emergency told, as its facts say; else a court, else somebody."""
    if told.basis is Basis.COURT_ORDER:
        return say("court", locale)
    emergency = law.find_emergency(session, organization_id, told.subject_id)
    if emergency is None:
        return say("somebody", locale)
    recipient = law.facts_of(session, emergency).recipient
    return f"{recipient.name}, {recipient.facility}"


def _looked(session: Session, entry: EntryLine, locale: str) -> Looked:
    done = (entry.action, *(each["action"] for each in entry.besides))
    return Looked(
        at=entry.at,
        hand=entry.hand,
        who=_who(session, entry, locale),
        worker=entry.acting_worker,
        action=entry.action,
        says=". ".join(dict.fromkeys(label("action", _kind_of(each), locale) for each in done)),
    )


def _kind_of(action: str) -> str:
    # Which step it was stands in the history of the way; here they are one kind of thing that was done.
    return "referral_moved" if action.startswith("referral_move_") else action


def _who(session: Session, entry: EntryLine, locale: str) -> str:
    if entry.hand is Hand.PERSON:
        return say("you", locale)
    if entry.application_id is None:
        return say("house", locale)
    team = queries.name_of_organization(session, entry.organization_id) or ""
    tool = queries.name_of_application(session, entry.organization_id, entry.application_id)
    return f"{team} ({tool})" if tool else team


def _groups(groups: Iterable[FieldGroup], locale: str) -> tuple[Labelled, ...]:
    return tuple(Labelled(code=each, says=label("field_groups", each, locale)) for each in sorted(groups))
