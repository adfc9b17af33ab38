"""Levels: what evidence and policies add up to, and that nothing outweighs a conflict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.guidance.rules import LimitKind, LimitScope
from service.providers.codes import AcceptsMoud, DrugTesting
from service.providers.codes import TestConsequence as Consequence
from service.providers.credentials import Credential, CredentialKind, Verification, VerificationStatus
from service.providers.level import Level, LevelReason, level_of
from service.providers.rules import Limit, Policies

TODAY = date(2026, 11, 23)
LIMIT = Limit(scope=LimitScope.SERVICE, kind=LimitKind.NOT_OFFERED, text={"en": "No medication here."})
FAIR = Policies(attested_by="The clinical lead", attested_on=TODAY - timedelta(days=10))
CONFIRMED = Verification(status=VerificationStatus.ISSUER_CONFIRMED, on=TODAY - timedelta(days=30))
SEEN = Verification(status=VerificationStatus.DOCUMENT_SEEN, on=TODAY - timedelta(days=30))
CERTIFICATE = Credential(kind=CredentialKind.CERTIFICATE, hours=60, verification=CONFIRMED)
CONFLICTS: dict[LevelReason, dict[str, Any]] = {
    LevelReason.REQUIRES_ABSTINENCE_TO_START: {"requires_abstinence_to_start": True},
    LevelReason.REQUIRES_ABSTINENCE_GOAL: {"requires_abstinence_goal": True},
    LevelReason.REQUIRES_ABSTINENCE_TO_CONTINUE: {"requires_abstinence_to_continue": True},
    LevelReason.DISCHARGES_FOR_USE: {"discharges_for_use": True},
    LevelReason.TEST_RESULTS_HAVE_CONSEQUENCES: {"drug_test_consequence": Consequence.DISCHARGE},
    LevelReason.TESTING_REQUIRED_FOR_SERVICE: {
        "drug_testing": DrugTesting.REQUIRED_FOR_SERVICE, "drug_test_consequence": Consequence.CONVERSATION_ONLY
    },
    LevelReason.TURNS_AWAY_PEOPLE_ON_MOUD: {"accepts_people_on_moud": AcceptsMoud.NONE},
    LevelReason.COUNSELLING_REQUIRED_FOR_MEDICATION: {"counselling_required_for_medication": True},
    LevelReason.REQUIRES_12_STEP: {"requires_12_step": True},
}  # fmt: skip


def level(policies: Policies | None, *credentials: Credential, limits: tuple[Limit, ...] = (LIMIT,)) -> Level:
    return level_of(policies, credentials, limits, TODAY).level


@pytest.mark.parametrize("reason", CONFLICTS)
def test_each_hard_conflict_outweighs_any_training(reason: LevelReason) -> None:
    verdict = level_of(replace(FAIR, **CONFLICTS[reason]), [CERTIFICATE], [LIMIT], TODAY)

    assert (verdict.level, verdict.because) == (Level.CONFLICTS, (reason,))


@given(
    st.sampled_from(sorted(CONFLICTS)),
    st.lists(st.builds(Credential, kind=st.sampled_from(CredentialKind), hours=st.integers(0, 500),
                       verification=st.sampled_from([CONFIRMED, SEEN, Verification()])), max_size=5),
)  # fmt: skip
def test_no_conflict_is_ever_more_than_a_conflict(reason: LevelReason, credentials: list[Credential]) -> None:
    assert level(replace(FAIR, **CONFLICTS[reason]), *credentials) is Level.CONFLICTS


def test_nobody_attested_is_unattested_whatever_is_claimed() -> None:
    assert level(None, CERTIFICATE) is Level.UNATTESTED


@pytest.mark.parametrize(
    "credentials",
    [
        (CERTIFICATE,),
        (Credential(kind=CredentialKind.COURSE, hours=12, verification=SEEN),),
        (Credential(kind=CredentialKind.SUPERVISED_PRACTICE, months=6, verification=SEEN),),
        (
            Credential(kind=CredentialKind.PEER_LIVED_EXPERIENCE),
            Credential(kind=CredentialKind.PEER_ENDORSEMENT, verification=SEEN),
            Credential(kind=CredentialKind.PEER_ENDORSEMENT, verification=SEEN),
        ),
    ],
    ids=["certificate", "hours", "supervised practice", "peer route"],
)
def test_each_route_verifies(credentials: tuple[Credential, ...]) -> None:
    assert level(FAIR, *credentials) is Level.HRP_VERIFIED


@pytest.mark.parametrize(
    ("credential", "reason"),
    [
        (Credential(kind=CredentialKind.COURSE, hours=3, verification=SEEN), LevelReason.TOO_FEW_HOURS),
        (Credential(kind=CredentialKind.COURSE, hours=60), LevelReason.TRAINING_NOT_VERIFIED),
        (
            replace(CERTIFICATE, verification=replace(CONFIRMED, recheck_due=TODAY - timedelta(days=1))),
            LevelReason.VERIFICATION_LAPSED,
        ),
    ],
)
def test_what_is_not_shown_is_declared_and_says_why(credential: Credential, reason: LevelReason) -> None:
    verdict = level_of(FAIR, [credential], [LIMIT], TODAY)

    assert verdict.level is Level.HRP_DECLARED
    assert reason in verdict.because


def test_a_licence_alone_makes_no_level() -> None:
    licence = Credential(kind=CredentialKind.CLINICAL_LICENSE, hours=3000, verification=CONFIRMED)

    assert level(FAIR, licence) is Level.HARM_REDUCTION_FRIENDLY


def test_without_declared_limits_nothing_is_verified() -> None:
    assert level(FAIR, CERTIFICATE, limits=()) is Level.HRP_DECLARED


def test_an_attestation_holds_for_twelve_months() -> None:
    old = replace(FAIR, attested_on=TODAY - timedelta(days=366))

    assert (level(FAIR, CERTIFICATE), level(old, CERTIFICATE)) == (Level.HRP_VERIFIED, Level.HRP_DECLARED)


def test_an_old_attestation_of_a_friendly_place_is_said() -> None:
    before, after = (
        level_of(replace(FAIR, attested_on=TODAY - timedelta(days=age)), (), (), TODAY) for age in (300, 400)
    )

    assert (before.level, after.level) == (Level.HARM_REDUCTION_FRIENDLY, Level.HARM_REDUCTION_FRIENDLY)
    assert LevelReason.ATTESTATION_OLDER_THAN_12_MONTHS not in before.because
    assert LevelReason.ATTESTATION_OLDER_THAN_12_MONTHS in after.because
