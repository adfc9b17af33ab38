"""The code lists of the directory: what kind of help, how much room, what is demanded, what a rule leads to."""

from __future__ import annotations

from enum import StrEnum


class OfferingKind(StrEnum):
    """What kind of help an offering is."""

    THERAPY = "therapy"
    GROUP = "group"
    MEDICATION = "medication"
    DROP_IN = "drop_in"
    OUTREACH = "outreach"
    SUPPLIES = "supplies"
    HOUSING = "housing"
    LEGAL = "legal"
    PEER = "peer"
    MEDICAL_WITHDRAWAL = "medical_withdrawal"
    RESIDENTIAL = "residential"
    OTHER = "other"


class CapacityStatus(StrEnum):
    """How much room there is (HL7 Gravity SDOH capacity status, in snake case)."""

    CAPACITY = "capacity"
    NO_CAPACITY = "no_capacity"
    WAITLIST = "waitlist"
    ADDITIONAL_ASSESSMENT_REQUIRED = "additional_assessment_required"
    UNKNOWN = "unknown"


class Demand(StrEnum):
    """Whether a paper is demanded."""

    NO = "no"
    FOR_SOME = "for_some"
    YES = "yes"


class DrugTesting(StrEnum):
    """When somebody is tested."""

    NONE = "none"
    PERSON_REQUEST_ONLY = "person_request_only"
    CLINICAL_SAFETY_ONLY = "clinical_safety_only"
    PAYER_OR_LAW_MANDATED = "payer_or_law_mandated"
    REQUIRED_FOR_SERVICE = "required_for_service"


class TestConsequence(StrEnum):
    """What a test leads to. The consequence decides, not the testing."""

    NONE = "none"
    CONVERSATION_ONLY = "conversation_only"
    DOSE_OR_PRIVILEGE_CHANGE = "dose_or_privilege_change"
    DISCHARGE = "discharge"


class AcceptsMoud(StrEnum):
    """Whether people on medication for opioid use disorder are taken."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


class IntoxicatedArrival(StrEnum):
    """Whether somebody may come as they are."""

    YES = "yes"
    IF_CAN_TAKE_PART_SAFELY = "if_can_take_part_safely"
    NO = "no"


class MissedVisits(StrEnum):
    """What a missed visit leads to."""

    NO_PENALTY = "no_penalty"
    FEE = "fee"
    DISCHARGE_AFTER_N = "discharge_after_n"


class SuppliesCondition(StrEnum):
    """What has to happen before supplies are handed out."""

    NONE = "none"
    COUNSELLING_OFFERED = "counselling_offered"
    COUNSELLING_REQUIRED = "counselling_required"


class ReportsToCourt(StrEnum):
    """What courts and probation are told."""

    NEVER = "never"
    ONLY_WITH_CONSENT = "only_with_consent"
    ROUTINELY_FOR_MANDATED = "routinely_for_mandated"
