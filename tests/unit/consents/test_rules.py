"""When a consent is one, and what it allows."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from service.consents import rules
from service.consents.rules import LIFECYCLE, Change, ConsentState, Element
from service.consents.statements import NOTICE, SHORT_STATEMENT, STATEMENTS, statements_in
from service.consents.terms import (
    Expiry,
    FieldGroup,
    Paper,
    Party,
    Purpose,
    Recipient,
    RecipientKind,
    Signature,
    SignatureMethod,
    Terms,
)
from service.documents import from_document, to_document
from tests.builders.consents import NOON, a_paper, a_party, a_permission, some_terms


def test_a_complete_written_consent_lacks_nothing() -> None:
    assert rules.missing_elements(some_terms(), a_paper(), NOON) == ()


@pytest.mark.parametrize(
    ("terms", "element"),
    [
        (some_terms(field_groups=frozenset()), Element.SCOPE),
        (some_terms(recipients=()), Element.RECIPIENTS),
        (some_terms(purpose=None), Element.PURPOSE),
        (some_terms(expiry=Expiry()), Element.EXPIRY),
        (some_terms(expiry=Expiry(none_tpo=True)), Element.EXPIRY),
    ],
)
def test_what_the_terms_lack_is_named(terms: Terms, element: Element) -> None:
    assert rules.missing_elements(terms, a_paper(), NOON) == (element,)


def test_no_end_at_all_is_for_treatment_payment_and_operations_alone() -> None:
    terms = some_terms(expiry=Expiry(none_tpo=True), purpose=Purpose.TREATMENT_PAYMENT_OPERATIONS)

    assert rules.missing_elements(terms, a_paper(), NOON) == ()


def test_an_anonymous_paper_is_a_draft() -> None:
    missing = rules.missing_elements(some_terms(), a_paper(subject_name=None), NOON)

    assert missing == (Element.SUBJECT_NAME,)
    assert rules.first_state(missing) == ConsentState.DRAFT


def test_a_witnessed_word_is_not_a_written_consent() -> None:
    spoken = Signature(method=SignatureMethod.VERBAL_WITNESSED, at=NOON, witness="w-7")

    assert rules.missing_elements(some_terms(), a_paper(signature=spoken), NOON) == (Element.SIGNATURE,)


def test_a_signature_from_the_future_is_none() -> None:
    early = Signature(method=SignatureMethod.TYPED, at=NOON + timedelta(seconds=1))

    assert rules.missing_elements(some_terms(), a_paper(signature=early), NOON) == (Element.SIGNATURE,)


def test_statements_that_nobody_knows_were_not_shown() -> None:
    assert rules.missing_elements(some_terms(), a_paper(statements_version="7"), NOON) == (Element.STATEMENTS,)


def test_it_covers_the_named_recipient_purpose_and_fields() -> None:
    party = a_party()

    assert a_permission(party).covers(party, Purpose.REFERRAL, {FieldGroup.PRIORITIES}, NOON)


def test_it_covers_nobody_else() -> None:
    reasons = a_permission(a_party()).why_not(a_party(), Purpose.REFERRAL, (), NOON)

    assert [reason.code for reason in reasons] == ["recipient_not_named"]


def test_it_covers_no_field_that_it_does_not_name() -> None:
    party = a_party()
    reasons = a_permission(party).why_not(party, Purpose.REFERRAL, {FieldGroup.SUBSTANCES}, NOON)

    assert [reason.code for reason in reasons] == ["fields_not_named"]


def test_it_covers_no_other_purpose() -> None:
    party = a_party()
    reasons = a_permission(party).why_not(party, Purpose.ATTENDANCE_REPORT, (), NOON)

    assert [reason.code for reason in reasons] == ["purpose_not_named"]


def test_every_reason_is_told_at_once() -> None:
    permission = a_permission(state=ConsentState.REVOKED)
    reasons = permission.why_not(a_party(), Purpose.PAYMENT, set(FieldGroup), NOON)

    assert [reason.code for reason in reasons] == [
        "not_effective",
        "recipient_not_named",
        "purpose_not_named",
        "fields_not_named",
    ]


@pytest.mark.parametrize("purpose", [Purpose.TREATMENT, Purpose.AT_THE_PERSONS_REQUEST])
def test_treatment_and_the_persons_request_cover_a_referral(purpose: Purpose) -> None:
    party = a_party()

    assert a_permission(party, purpose=purpose).covers(party, Purpose.REFERRAL, (), NOON)


def test_payment_covers_no_referral() -> None:
    assert not rules.serves(Purpose.PAYMENT, Purpose.REFERRAL)


def test_it_ends_at_the_very_instant() -> None:
    party = a_party()
    permission = a_permission(party, expiry=Expiry(at=NOON))

    assert permission.covers(party, Purpose.REFERRAL, (), NOON - timedelta(microseconds=1))
    assert not permission.covers(party, Purpose.REFERRAL, (), NOON)
    assert permission.state_at(NOON) == ConsentState.EXPIRED


def test_words_alone_open_nothing() -> None:
    recipient = Recipient(kind=RecipientKind.TPO_CLASS, text="my treating providers")

    assert not recipient.names(a_party())
    assert not recipient.names(a_party(organization_id=uuid.uuid4()))


def test_an_organization_is_named_with_all_its_providers() -> None:
    organization_id = uuid.uuid4()
    recipient = Recipient(organization_id=organization_id)

    assert recipient.names(a_party(organization_id=organization_id))
    assert not recipient.names(a_party(organization_id=uuid.uuid4()))


@pytest.mark.parametrize("state", [ConsentState.REVOKED, ConsentState.EXPIRED, ConsentState.SUPERSEDED])
@pytest.mark.parametrize("change", list(Change))
def test_what_is_over_does_not_change_again(state: ConsentState, change: Change) -> None:
    with pytest.raises(rules.ConsentOver):
        rules.changed(state, change)


def test_nothing_ever_leads_back_to_active() -> None:
    begins = {state for froms, after in LIFECYCLE.values() if after is ConsentState.ACTIVE for state in froms}

    assert begins == {ConsentState.DRAFT}


ONE, OTHER = a_party(), a_party()
LANGUAGE, PRIORITIES = frozenset({FieldGroup.LANGUAGE}), frozenset({FieldGroup.PRIORITIES})


def less(terms: Terms, leaving: Party | None, groups: frozenset[FieldGroup] | None) -> Terms:
    recipient = None if leaving is None else Recipient(provider_id=leaving.provider_id)
    return rules.taken_back(terms, terms.recipients, recipient, groups)


def test_one_recipient_leaves_and_the_other_stays() -> None:
    left = less(some_terms(ONE, OTHER), ONE, None)

    assert [each.provider_id for each in left.recipients] == [OTHER.provider_id]
    assert left.field_groups == LANGUAGE | PRIORITIES


def test_one_recipient_loses_a_group_and_the_other_keeps_it() -> None:
    permission = replace(a_permission(), terms=less(some_terms(ONE, OTHER), ONE, PRIORITIES))

    assert permission.groups_for(ONE) == LANGUAGE
    assert permission.groups_for(OTHER) == LANGUAGE | PRIORITIES


def test_a_group_taken_back_from_everybody_is_not_named_any_more() -> None:
    assert less(some_terms(ONE, OTHER), None, PRIORITIES).field_groups == LANGUAGE


def test_whoever_is_left_with_nothing_leaves() -> None:
    once = less(some_terms(ONE, OTHER), ONE, PRIORITIES)

    assert [each.provider_id for each in less(once, ONE, LANGUAGE).recipients] == [OTHER.provider_id]
    assert [each.provider_id for each in less(once, None, LANGUAGE).recipients] == [OTHER.provider_id]


def test_to_take_back_what_was_not_named_changes_nothing() -> None:
    terms = some_terms(ONE, OTHER)

    assert less(terms, ONE, frozenset({FieldGroup.SAFETY})) == terms
    assert less(terms, None, frozenset({FieldGroup.SAFETY})) == terms


def test_what_is_withheld_under_one_name_is_withheld_under_every_name() -> None:
    party = a_party(organization_id=uuid.uuid4())
    as_provider = Recipient(provider_id=party.provider_id, withheld=PRIORITIES)
    both = (as_provider, Recipient(organization_id=party.organization_id))

    assert a_permission(recipients=both).groups_for(party) == LANGUAGE


def test_who_is_not_named_cannot_leave() -> None:
    with pytest.raises(rules.RecipientNotNamed):
        less(some_terms(ONE), OTHER, None)


def test_terms_are_written_without_words_and_read_again() -> None:
    recipients = (Recipient(provider_id=uuid.uuid4(), text="Corner Room"), Recipient(text="my sister"))
    terms = some_terms(recipients=recipients)
    written = to_document(terms.without_words())

    assert "Corner Room" not in str(written)
    assert "sister" not in str(written)
    assert from_document(written, Terms) == replace(
        terms, recipients=tuple(replace(recipient, text=None) for recipient in recipients)
    )


def test_a_paper_is_read_as_it_was_written() -> None:
    paper = a_paper(recipients=("Corner Room", None), limits_version="3", locale="es")

    assert from_document(to_document(paper), Paper) == paper


def test_the_short_statement_is_the_regulations_own() -> None:
    assert SHORT_STATEMENT == "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    assert NOTICE.text == SHORT_STATEMENT
    assert NOTICE.statement == 2


def test_every_version_of_the_statements_is_told_in_both_languages() -> None:
    for version, by_language in STATEMENTS.items():
        assert len(by_language["en"]) == len(by_language["es"])
        assert statements_in(version, "es-MX") == by_language["es"]
        assert statements_in(version, "fr") == by_language["en"]
