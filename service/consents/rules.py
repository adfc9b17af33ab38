"""When a consent is one (42 CFR 2.31), what it allows, and how it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from service import errors
from service.consents.statements import STATEMENTS, statements_in
from service.consents.terms import (
    FieldGroup,
    Paper,
    ParentSignature,
    Party,
    Purpose,
    Recipient,
    Signature,
    SignatureMethod,
    Terms,
)
from service.guidance.rules import WhoConsents


class ConsentState(StrEnum):
    """Where a consent stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    NARROWED = "narrowed"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class Change(StrEnum):
    """What can happen to a consent. Nothing widens one: who wants to allow more, signs again."""

    NARROW = "narrow"
    REVOKE = "revoke"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"
    COMPLETE = "complete"


class Element(StrEnum):
    """What a written consent must hold (42 CFR 2.31(a)); without one of them it is a draft without effect.

    The last two are asked only of people under 18, by their own words (42 CFR 2.14).
    """

    SUBJECT_NAME = "subject_name"
    DISCLOSER = "discloser"
    SCOPE = "scope"
    RECIPIENTS = "recipients"
    PURPOSE = "purpose"
    STATEMENTS = "statements"
    EXPIRY = "expires"
    SIGNATURE = "signature"
    PARENT_SIGNATURE = "parent_signature"
    HUMAN_REVIEW = "human_review"


LIVE = frozenset({ConsentState.ACTIVE, ConsentState.NARROWED})
OVER = frozenset({ConsentState.REVOKED, ConsentState.EXPIRED, ConsentState.SUPERSEDED})

# The lifecycle: from which states a change may come about, and where it leads.
LIFECYCLE: dict[Change, tuple[frozenset[ConsentState], ConsentState]] = {
    Change.NARROW: (LIVE, ConsentState.NARROWED),
    Change.REVOKE: (LIVE | {ConsentState.DRAFT}, ConsentState.REVOKED),
    Change.EXPIRE: (LIVE, ConsentState.EXPIRED),
    Change.SUPERSEDE: (LIVE | {ConsentState.DRAFT}, ConsentState.SUPERSEDED),
    Change.COMPLETE: (frozenset({ConsentState.DRAFT}), ConsentState.ACTIVE),
}

# Treatment covers the referral to it (45 CFR 164.501). "At the request of the patient" is enough where the person
# asked for the disclosure themselves (42 CFR 2.31(a)(5)), and no referral comes about without their choice.
_TPO = frozenset({Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS, Purpose.TREATMENT_PAYMENT_OPERATIONS})
ALSO_SERVES: dict[Purpose, frozenset[Purpose]] = {
    Purpose.TREATMENT: frozenset({Purpose.REFERRAL}),
    Purpose.TREATMENT_PAYMENT_OPERATIONS: _TPO | {Purpose.REFERRAL},
    Purpose.AT_THE_PERSONS_REQUEST: frozenset({Purpose.REFERRAL}),
}


class ConsentOver(errors.Contradiction):
    """This consent is over, so it cannot change any more. Who wants to allow something signs a new one."""

    code = "consent_over"


class Replaced(errors.Contradiction):
    """This consent was replaced by another one, which still stands. Take that one back: superseded_by names it."""

    code = "consent_replaced"


class RecipientNotNamed(errors.Contradiction):
    """This consent does not name that recipient, so there is nothing to take back from them."""

    code = "recipient_not_named"


class NothingToReview(errors.Contradiction):
    """We know whose yes this consent needs, or a human being said so already. Nothing is left to look at."""


class NoLiveConsent(errors.Contradiction):
    """No live consent names this recipient, this purpose and these fields. Ask the person to sign one, or let them
    carry the hand-off themselves."""

    code = "no_live_consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One version of a consent, as far as the gate needs to know it."""

    organization_id: UUID
    id: UUID
    person_id: UUID
    version: int
    state: ConsentState
    terms: Terms
    superseded_by: UUID | None = None

    def state_at(self, now: datetime) -> ConsentState:
        """Where it stands now; an instant that has passed needs nobody to write it down."""
        expires_at = self.terms.expiry.at
        over = self.state in LIVE and expires_at is not None and expires_at <= now
        return ConsentState.EXPIRED if over else self.state

    def is_effective(self, now: datetime) -> bool:
        """Whether it allows anything at all now: complete, signed in writing, neither over nor taken back."""
        return self.state_at(now) in LIVE

    def names(self, party: Party) -> bool:
        """Whether it names this party as a recipient."""
        return any(recipient.names(party) for recipient in self.terms.recipients)

    def groups_for(self, party: Party) -> frozenset[FieldGroup]:
        """Which field groups it names for this party, less what was taken back from them under any of their names."""
        named = [recipient for recipient in self.terms.recipients if recipient.names(party)]
        return self.terms.field_groups.difference(*(each.withheld for each in named)) if named else frozenset()

    def groups_now(self, party: Party, now: datetime) -> frozenset[FieldGroup]:
        """Which field groups this party may be told on the strength of it now; none when it is over."""
        return self.groups_for(party) if self.is_effective(now) else frozenset()

    def covers(self, party: Party, purpose: Purpose, groups: Iterable[FieldGroup], now: datetime) -> bool:
        """Whether it allows telling this party these field groups for this purpose, now."""
        return not self.why_not(party, purpose, groups, now)

    def why_not(
        self, party: Party, purpose: Purpose, groups: Iterable[FieldGroup], now: datetime
    ) -> tuple[errors.Reason, ...]:
        """Every reason why it does not allow that; none when it does."""
        named = self.groups_for(party) if self.names(party) else self.terms.field_groups
        asked = (
            (self.is_effective(now), "not_effective", f"This consent is {self.state_at(now)}, so it allows nothing."),
            (self.names(party), "recipient_not_named", "This consent does not name this recipient."),
            (serves(self.terms.purpose, purpose), "purpose_not_named", "This consent does not name this purpose."),
            (named >= set(groups), "fields_not_named", "This consent does not name all of it."),
        )
        return tuple(errors.Reason(code, says) for met, code, says in asked if not met)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent as its organization reads it: what it allows, and the paper that was signed."""

    permission: Permission
    paper: Paper
    given_at: datetime
    changed_at: datetime
    state: ConsentState
    effective: bool
    missing: tuple[Element, ...]

    @property
    def id(self) -> UUID:
        """The id of the consent."""
        return self.permission.id

    @property
    def person_id(self) -> UUID:
        """Whose consent it is."""
        return self.permission.person_id

    @property
    def version(self) -> int:
        """Which version this is."""
        return self.permission.version

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Whom it names, with the words that are sealed."""
        return with_words(self.permission.terms.recipients, self.paper.recipients)

    @property
    def scope(self) -> tuple[FieldGroup, ...]:
        """Which field groups it names, in their alphabetical order."""
        return tuple(sorted(self.permission.terms.field_groups))

    @property
    def statements(self) -> tuple[str, ...]:
        """What the person was told before they signed, in their language."""
        return statements_in(self.paper.statements_version, self.paper.locale)


@dataclass(frozen=True, slots=True)
class Revoked:
    """What was taken back all at once, and whose it was."""

    person_id: UUID
    revoked: list[Consent]


def serves(named: Purpose | None, purpose: Purpose) -> bool:
    """Whether a named purpose covers another one."""
    return named is not None and (named == purpose or purpose in ALSO_SERVES.get(named, ()))


def missing_elements(terms: Terms, paper: Paper, now: datetime) -> tuple[Element, ...]:
    """Which elements of 42 CFR 2.31(a) a consent lacks; it has effect only when it lacks none."""
    present = {
        Element.SUBJECT_NAME: paper.subject_name is not None,
        Element.DISCLOSER: bool(paper.discloser),
        Element.SCOPE: bool(terms.field_groups),
        Element.RECIPIENTS: bool(terms.recipients),
        Element.PURPOSE: terms.purpose is not None,
        Element.STATEMENTS: paper.statements_version in STATEMENTS,
        Element.EXPIRY: _has_end(terms),
        Element.SIGNATURE: is_written(paper.signature, now),
        Element.PARENT_SIGNATURE: whose_yes(paper) is not WhoConsents.MINOR_AND_PARENT
        or is_written(paper.parent_signature, now),
        Element.HUMAN_REVIEW: whose_yes(paper) is not WhoConsents.UNKNOWN,
    }
    return tuple(element for element, there in present.items() if not there)


def whose_yes(paper: Paper) -> WhoConsents | None:
    """Whose yes it needs, as a human being found where we did not know; None for anybody who is not under 18."""
    return paper.reviewed_by_human.found if paper.reviewed_by_human else paper.who_consents


def is_written(signature: Signature | ParentSignature | None, now: datetime) -> bool:
    """Whether this is a signature under a written consent: not a witnessed word, and not one from the future."""
    return signature is not None and signature.method != SignatureMethod.VERBAL_WITNESSED and signature.at <= now


def may_decide(deciding: UUID | None, person_id: UUID) -> bool:
    """Whether a hand may give and take back for this person: their own, or their team's on their word (None)."""
    return deciding is None or deciding == person_id


def first_state(missing: tuple[Element, ...]) -> ConsentState:
    """With which state a consent begins."""
    return ConsentState.DRAFT if missing else ConsentState.ACTIVE


def changed(state: ConsentState, change: Change) -> ConsentState:
    """Where a change leads. Raise ConsentOver when it cannot come about any more."""
    allowed, after = LIFECYCLE[change]
    if state not in allowed:
        raise ConsentOver
    return after


def taken_back(
    terms: Terms, recipients: tuple[Recipient, ...], leaving: Recipient | None, groups: frozenset[FieldGroup] | None
) -> Terms:
    """What a consent still says once field groups were taken back from one recipient, or from everybody.

    `recipients` are those of the terms with their words. No recipient means everybody, no groups means all of them. It
    never says more than before; whoever is left with nothing leaves. Raise RecipientNotNamed when nobody is meant.
    """
    if leaving is not None and not any(_same(each, leaving) for each in recipients):
        raise RecipientNotNamed
    taken = terms.field_groups if groups is None else groups
    named = terms.field_groups - taken if leaving is None else terms.field_groups

    def left_to(each: Recipient) -> Recipient:
        takes = taken if leaving is not None and _same(each, leaving) else frozenset()
        return replace(each, withheld=(each.withheld | takes) & named)

    stay = tuple(each for each in map(left_to, recipients) if named - each.withheld)
    return replace(terms, field_groups=named, recipients=stay)


def with_words(recipients: tuple[Recipient, ...], words: tuple[str | None, ...]) -> tuple[Recipient, ...]:
    """Put the sealed words back beside the ids."""
    return tuple(replace(each, text=text) for each, text in zip(recipients, words, strict=True))


def _has_end(terms: Terms) -> bool:
    expiry = terms.expiry
    return expiry.at is not None or expiry.on_event is not None or (expiry.none_tpo and terms.purpose in _TPO)


def _same(named: Recipient, leaving: Recipient) -> bool:
    ids = (named.organization_id, named.provider_id) == (leaving.organization_id, leaving.provider_id)
    return ids and (leaving.text is None or named.text == leaving.text)
