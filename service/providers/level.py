"""What an offering's evidence and policies add up to. Computed, never typed in; the table is shown to everybody.

The conflicts: abstinence is neither a condition nor the main mark of success (Milet et al. 2021,
doi:10.1080/16066359.2021.1900129); discharge for use is contrary to treatment (White et al. 2005, PMC6338434);
counselling as a condition of medication (42 CFR 8, since 2024).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from service.providers.codes import (
    AcceptsMoud,
    DrugTesting,
    MissedVisits,
    TestConsequence,
)
from service.providers.credentials import Credential, CredentialKind, VerificationStatus
from service.providers.rules import Limit, Policies

ATTESTED_FOR = timedelta(days=365)
ENOUGH_HOURS = 12
ENOUGH_MONTHS = 6
ENOUGH_PEERS = 2
HARSH = frozenset({TestConsequence.DOSE_OR_PRIVILEGE_CHANGE, TestConsequence.DISCHARGE})
# A licence says that somebody may practise, not that they practise harm reduction.
NOT_HRP = frozenset({CredentialKind.CLINICAL_LICENSE})
PEER_ROUTE = frozenset({CredentialKind.PEER_LIVED_EXPERIENCE, CredentialKind.PEER_ENDORSEMENT})


class Level(StrEnum):
    """How far an offering is harm reduction psychotherapy, as far as anybody can show."""

    HRP_VERIFIED = "hrp_verified"
    HRP_DECLARED = "hrp_declared"
    HARM_REDUCTION_FRIENDLY = "harm_reduction_friendly"
    CONFLICTS = "conflicts"
    UNATTESTED = "unattested"


class LevelReason(StrEnum):
    """Why a level is what it is."""

    NOBODY_ATTESTED_POLICIES = "nobody_attested_policies"
    ATTESTATION_OLDER_THAN_12_MONTHS = "attestation_older_than_12_months"
    REQUIRES_ABSTINENCE_TO_START = "requires_abstinence_to_start"
    REQUIRES_ABSTINENCE_GOAL = "requires_abstinence_goal"
    REQUIRES_ABSTINENCE_TO_CONTINUE = "requires_abstinence_to_continue"
    DISCHARGES_FOR_USE = "discharges_for_use"
    TEST_RESULTS_HAVE_CONSEQUENCES = "test_results_have_consequences"
    TESTING_REQUIRED_FOR_SERVICE = "testing_required_for_service"
    TURNS_AWAY_PEOPLE_ON_MOUD = "turns_away_people_on_moud"
    COUNSELLING_REQUIRED_FOR_MEDICATION = "counselling_required_for_medication"
    REQUIRES_12_STEP = "requires_12_step"
    DISCHARGES_FOR_MISSED_VISITS = "discharges_for_missed_visits"
    NO_HRP_TRAINING_SHOWN = "no_hrp_training_shown"
    TRAINING_NOT_VERIFIED = "training_not_verified"
    VERIFICATION_LAPSED = "verification_lapsed"
    TOO_FEW_HOURS = "too_few_hours"
    LIMITS_NOT_DECLARED = "limits_not_declared"
    ENOUGH_VERIFIED_HOURS = "enough_verified_hours"
    SUPERVISED_PRACTICE = "supervised_practice"
    ISSUER_CONFIRMED_CERTIFICATE = "issuer_confirmed_certificate"
    PEER_ROUTE = "peer_route"
    NO_CONFLICT = "no_conflict"


@dataclass(frozen=True, slots=True)
class LevelVerdict:
    """A level, and every reason for it."""

    level: Level
    because: tuple[LevelReason, ...]


HARD_CONFLICTS: dict[LevelReason, Callable[[Policies], bool]] = {
    LevelReason.REQUIRES_ABSTINENCE_TO_START: lambda policy: policy.requires_abstinence_to_start is True,
    LevelReason.REQUIRES_ABSTINENCE_GOAL: lambda policy: policy.requires_abstinence_goal is True,
    LevelReason.REQUIRES_ABSTINENCE_TO_CONTINUE: lambda policy: policy.requires_abstinence_to_continue is True,
    LevelReason.DISCHARGES_FOR_USE: lambda policy: policy.discharges_for_use is True,
    LevelReason.TEST_RESULTS_HAVE_CONSEQUENCES: lambda policy: policy.drug_test_consequence in HARSH,
    LevelReason.TESTING_REQUIRED_FOR_SERVICE: lambda policy: (
        policy.drug_testing is DrugTesting.REQUIRED_FOR_SERVICE
        and policy.drug_test_consequence is not TestConsequence.NONE
    ),
    LevelReason.TURNS_AWAY_PEOPLE_ON_MOUD: lambda policy: policy.accepts_people_on_moud is AcceptsMoud.NONE,
    LevelReason.COUNSELLING_REQUIRED_FOR_MEDICATION: lambda policy: policy.counselling_required_for_medication is True,
    LevelReason.REQUIRES_12_STEP: lambda policy: policy.requires_12_step is True,
}


def level_of(
    policies: Policies | None, credentials: Iterable[Credential], limits: Iterable[Limit], today: date
) -> LevelVerdict:
    """Add up what is known, as of a day. A lapse demotes, and says so; nothing is hidden."""
    if policies is None:
        return LevelVerdict(Level.UNATTESTED, (LevelReason.NOBODY_ATTESTED_POLICIES,))
    conflicts = tuple(reason for reason, holds in HARD_CONFLICTS.items() if holds(policies))
    if conflicts:
        return LevelVerdict(Level.CONFLICTS, conflicts)
    softly = _soft_conflicts(policies)
    claims = [each for each in credentials if each.kind not in NOT_HRP and each.still_counts(today)]
    if not claims:
        friendly = (LevelReason.NO_CONFLICT, LevelReason.NO_HRP_TRAINING_SHOWN, *_old_attestation(policies, today))
        return LevelVerdict(Level.HARM_REDUCTION_FRIENDLY, (*friendly, *softly))
    shown = evidence(claims, today)
    lacking = (*_lacking(policies, limits, today), *(() if shown else _why_not_shown(claims, today)))
    if lacking:
        return LevelVerdict(Level.HRP_DECLARED, (*lacking, *softly))
    return LevelVerdict(Level.HRP_VERIFIED, (*shown, LevelReason.NO_CONFLICT, *softly))


def evidence(credentials: Iterable[Credential], today: date) -> tuple[LevelReason, ...]:
    """Answer the routes by which training is shown; any one is enough."""
    claims = list(credentials)
    verified = [each for each in claims if each.is_verified(today)]
    confirmed = VerificationStatus.ISSUER_CONFIRMED
    peers = [each for each in verified if each.kind is CredentialKind.PEER_ENDORSEMENT]
    routes = {
        LevelReason.ENOUGH_VERIFIED_HOURS: any(
            each.kind not in PEER_ROUTE and (each.hours or 0) >= ENOUGH_HOURS for each in verified
        ),
        LevelReason.SUPERVISED_PRACTICE: any(
            each.kind is CredentialKind.SUPERVISED_PRACTICE and (each.months or 0) >= ENOUGH_MONTHS for each in verified
        ),
        LevelReason.ISSUER_CONFIRMED_CERTIFICATE: any(
            each.kind is CredentialKind.CERTIFICATE and each.verification.status is confirmed for each in verified
        ),
        LevelReason.PEER_ROUTE: len(peers) >= ENOUGH_PEERS
        and any(each.kind is CredentialKind.PEER_LIVED_EXPERIENCE for each in claims),
    }
    return tuple(route for route, holds in routes.items() if holds)


def hours_shown(credentials: Iterable[Credential], today: date) -> int:
    """Verified hours of harm reduction training, of everybody there."""
    return sum(each.hours or 0 for each in credentials if each.kind not in NOT_HRP and each.is_verified(today))


def _lacking(policies: Policies, limits: Iterable[Limit], today: date) -> tuple[LevelReason, ...]:
    return (
        *_old_attestation(policies, today),
        *(() if any(True for _ in limits) else (LevelReason.LIMITS_NOT_DECLARED,)),
    )


def _why_not_shown(claims: list[Credential], today: date) -> tuple[LevelReason, ...]:
    if any(each.is_verified(today) for each in claims):
        return (LevelReason.TOO_FEW_HOURS,)
    lapsed = any(each.has_lapsed(today) for each in claims)
    return (LevelReason.VERIFICATION_LAPSED if lapsed else LevelReason.TRAINING_NOT_VERIFIED,)


def _old_attestation(policies: Policies, today: date) -> tuple[LevelReason, ...]:
    old = today - policies.attested_on > ATTESTED_FOR
    return (LevelReason.ATTESTATION_OLDER_THAN_12_MONTHS,) if old else ()


def _soft_conflicts(policies: Policies) -> tuple[LevelReason, ...]:
    after_missing = policies.missed_visits is MissedVisits.DISCHARGE_AFTER_N
    return (LevelReason.DISCHARGES_FOR_MISSED_VISITS,) if after_missing else ()
