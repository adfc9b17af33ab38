"""The code lists of intakes and choices. None of them grades anybody, and `not_asked` is never `no`."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How somebody came in."""

    STREET_OUTREACH = "street_outreach"
    MOBILE_VAN = "mobile_van"
    WALK_IN = "walk_in"
    DROP_IN = "drop_in"
    SYRINGE_SERVICE = "syringe_service"
    SHELTER_IN_REACH = "shelter_in_reach"
    JAIL_IN_REACH = "jail_in_reach"
    HOSPITAL_OR_ED = "hospital_or_ed"
    CLINIC_REFERRAL = "clinic_referral"
    PHONE = "phone"
    TEXT = "text"
    VIDEO = "video"
    WEB_SELF = "web_self"
    PEER = "peer"
    FAMILY_OR_FRIEND = "family_or_friend"
    COURT_OR_PROBATION = "court_or_probation"
    UNSPECIFIED = "unspecified"


class RecordedBy(StrEnum):
    """Who typed."""

    PERSON = "person"
    WORKER_WITH_PERSON = "worker_with_person"
    WORKER_LATER = "worker_later"
    THIRD_PARTY = "third_party"


class WantsTherapy(StrEnum):
    """Whether therapy is wanted. No is a complete answer."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"
    NOT_ASKED = "not_asked"
    DECLINED = "declined"


class Stance(StrEnum):
    """What somebody means to do about one substance; there is no goal for all of them together."""

    KEEP_AS_IS = "keep_as_is"
    USE_MORE_SAFELY = "use_more_safely"
    USE_LESS = "use_less"
    TAKE_A_BREAK = "take_a_break"
    STOP = "stop"
    NOT_SURE = "not_sure"
    NOT_A_CONCERN = "not_a_concern"
    DECLINED = "declined"


class Want(StrEnum):
    """What is wanted with what a priority names."""

    GET = "get"
    KEEP = "keep"
    CHANGE = "change"
    STOP = "stop"
    AVOID = "avoid"
    UNDERSTAND = "understand"
    BE_LEFT_ALONE_ABOUT = "be_left_alone_about"
    OTHER = "other"


class Horizon(StrEnum):
    """By when."""

    TODAY = "today"
    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    LATER = "later"
    UNSPECIFIED = "unspecified"


class StatedBy(StrEnum):
    """How a priority came to be written."""

    PERSON = "person"
    WORKER_ON_PERSON_WORD = "worker_on_person_word"
    NEGOTIATED = "negotiated"
    THIRD_PARTY = "third_party"


class AssignedBy(StrEnum):
    """Who gave a priority its category."""

    PERSON = "person"
    WORKER = "worker"
    SUGGESTED = "suggested"


class TravelBy(StrEnum):
    """How somebody gets about."""

    FOOT = "foot"
    WHEELCHAIR = "wheelchair"
    BIKE = "bike"
    TRANSIT = "transit"
    CAR = "car"
    RIDE = "ride"
    OTHER = "other"


class MattersMost(StrEnum):
    """What the order of matches should follow most."""

    FIT = "fit"
    SOON = "soon"
    NEAR = "near"
    WISHES = "wishes"
    DEPTH = "depth"


class InterpreterBy(StrEnum):
    """How an interpreter would come in."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"
    ASL = "asl"


class Naloxone(StrEnum):
    """Whether naloxone is at hand."""

    YES = "yes"
    NO = "no"
    WANTS_SOME = "wants_some"
    NOT_ASKED = "not_asked"
    DECLINED = "declined"


class Choice(StrEnum):
    """What the person says to a match."""

    INTERESTED = "interested"
    TELL_ME_MORE = "tell_me_more"
    NOT_NOW = "not_now"
    NOT_THIS_ONE = "not_this_one"
    LET_ME_THINK = "let_me_think"


class DecidedBy(StrEnum):
    """Who decided. A worker only ever writes down the person's word."""

    PERSON = "person"
    WORKER_ON_PERSON_WORD = "worker_on_person_word"


class IntakeStatus(StrEnum):
    """What this intake is: somebody who came in, or a question that a third party asked."""

    OPEN = "open"
    ENQUIRY = "enquiry"
