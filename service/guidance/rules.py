"""The code lists that every room shares, and the small decisions about them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import langcodes

LOCALES = ("en", "es")
# Half the equator (WGS 84): on this planet nothing is further away from anything.
FURTHEST_KM = 20_038
_JURISDICTION = re.compile(r"\A[A-Z]{2}(?:-[A-Z0-9]{1,3})?\Z")


class Category(StrEnum):
    """What somebody may want, and what an offering may help with: our own taxonomy, ten life areas and more.

    Backbone: Ruefli & Rogers 2004, Harm Reduct J 1:8. Crosswalks stand in `data/`.
    """

    SHELTER_TONIGHT = "shelter_tonight"
    HOUSING = "housing"
    FOOD_WATER = "food_water"
    HYGIENE_CLOTHES_GEAR = "hygiene_clothes_gear"
    SAFER_USE_SUPPLIES = "safer_use_supplies"
    DRUG_CHECKING = "drug_checking"
    OVERDOSE_SAFETY = "overdose_safety"
    USE_DIFFERENTLY = "use_differently"
    STOP_USING_MY_CHOICE = "stop_using_my_choice"
    MOUD = "moud"
    WITHDRAWAL_COMFORT = "withdrawal_comfort"
    SOMEONE_TO_TALK_TO = "someone_to_talk_to"
    MENTAL_HEALTH_CARE = "mental_health_care"
    GRIEF_TRAUMA = "grief_trauma"
    PHYSICAL_HEALTH = "physical_health"
    INFECTIONS = "infections"
    PREGNANCY_REPRODUCTIVE = "pregnancy_reproductive"
    DENTAL_VISION = "dental_vision"
    SAFETY_FROM_HARM = "safety_from_harm"
    LEGAL = "legal"
    ID_DOCUMENTS = "id_documents"
    BENEFITS_INSURANCE = "benefits_insurance"
    MONEY_WORK = "money_work"
    LEARNING = "learning"
    CHILDREN_FAMILY = "children_family"
    PEOPLE_BELONGING = "people_belonging"
    TRANSPORT = "transport"
    PHONE_INTERNET = "phone_internet"
    LANGUAGE_HELP = "language_help"
    AFFIRMING_CARE = "affirming_care"
    PETS_THINGS = "pets_things"
    JOY_MEANING = "joy_meaning"
    SOBER_HOUSING = "sober_housing"
    BE_LEFT_ALONE = "be_left_alone"
    OTHER = "other"
    NOT_SURE_YET = "not_sure_yet"


class Setting(StrEnum):
    """Where and how help can happen."""

    STREET = "street"
    DROP_IN = "drop_in"
    CLINIC = "clinic"
    HOME_VISIT = "home_visit"
    PHONE = "phone"
    VIDEO = "video"
    TEXT = "text"
    GROUP = "group"
    ONE_TO_ONE = "one_to_one"


REMOTE_SETTINGS = frozenset({Setting.PHONE, Setting.VIDEO, Setting.TEXT})
# How many people are in the room says nothing about where the room is.
PLACELESS_SETTINGS = frozenset({Setting.GROUP, Setting.ONE_TO_ONE})
COMING_SETTINGS = frozenset({Setting.STREET, Setting.HOME_VISIT})


class Paper(StrEnum):
    """What an offering may demand to see, and a person may be unable or unwilling to show."""

    ID = "id"
    LEGAL_NAME = "legal_name"
    ADDRESS = "address"
    INSURANCE = "insurance"
    DRUG_TEST = "drug_test"


class PaymentWay(StrEnum):
    """How help is paid for."""

    FREE = "free"
    SLIDING = "sliding"
    MEDICAID = "medicaid"
    MEDICARE = "medicare"
    VA = "va"
    PRIVATE = "private"
    FIXED = "fixed"


class AgeBand(StrEnum):
    """How old somebody says they are, as coarsely as help needs it."""

    UNDER_12 = "under_12"
    FROM_12 = "12_13"
    FROM_14 = "14_15"
    FROM_16 = "16_17"
    FROM_18 = "18_24"
    FROM_25 = "25_44"
    FROM_45 = "45_64"
    FROM_65 = "65_plus"
    DECLINED = "declined"
    NOT_ASKED = "not_asked"

    @property
    def bounds(self) -> tuple[int, int] | None:
        """Youngest and oldest, in whole years; None when it was not said."""
        return AGE_BOUNDS.get(self)


AGE_BOUNDS: dict[AgeBand, tuple[int, int]] = {
    AgeBand.UNDER_12: (0, 11),
    AgeBand.FROM_12: (12, 13),
    AgeBand.FROM_14: (14, 15),
    AgeBand.FROM_16: (16, 17),
    AgeBand.FROM_18: (18, 24),
    AgeBand.FROM_25: (25, 44),
    AgeBand.FROM_45: (45, 64),
    AgeBand.FROM_65: (65, 130),
}


class WhoConsents(StrEnum):
    """Whose yes a treatment needs. Unknown means that a human being looks; no program guesses."""

    MINOR_ALONE = "minor_alone"
    MINOR_AND_PARENT = "minor_and_parent"
    UNKNOWN = "unknown"


class Answer(StrEnum):
    """An answer to a question that may also not have been asked, or not be wanted."""

    YES = "yes"
    NO = "no"
    DECLINED = "declined"
    NOT_ASKED = "not_asked"


class LimitScope(StrEnum):
    """Whose limit it is."""

    PLATFORM = "platform"
    ORGANIZATION = "organization"
    SERVICE = "service"
    CLINICIAN = "clinician"
    JURISDICTION = "jurisdiction"
    FUNDER = "funder"


class LimitKind(StrEnum):
    """What cannot be done, or cannot be kept secret."""

    MANDATED_REPORTING = "mandated_reporting"
    DUTY_TO_WARN = "duty_to_warn"
    NOT_OFFERED = "not_offered"
    NOT_SERVED = "not_served"
    CONFIDENTIALITY = "confidentiality"
    RECORD_KEEPING = "record_keeping"
    CAPACITY = "capacity"
    HOURS = "hours"
    PLACE_RULES = "place_rules"
    COST = "cost"
    DOCUMENTS = "documents"
    FUNDING_CONDITION = "funding_condition"
    LAW_OR_POLICY = "law_or_policy"
    SAFETY_ACTION = "safety_action"


class AccessNeed(StrEnum):
    """What makes it possible to come in, take part, and understand."""

    WHEELCHAIR = "wheelchair"
    STEP_FREE = "step_free"
    ASL = "asl"
    CAPTIONS = "captions"
    EASY_READ = "easy_read"
    READ_ALOUD = "read_aloud"
    LARGE_PRINT = "large_print"
    LOW_SENSORY = "low_sensory"
    CHILDCARE = "childcare"
    SERVICE_ANIMAL = "service_animal"
    TRANSIT_NEARBY = "transit_nearby"
    ACCESSIBLE_TOILET = "accessible_toilet"


class AffirmingNeed(StrEnum):
    """With whom somebody can be all of who they are."""

    LGBTQ = "lgbtq"
    TRANS = "trans"
    WOMEN = "women"
    BLACK = "black"
    LATINE = "latine"
    INDIGENOUS = "indigenous"
    ASIAN_PACIFIC = "asian_pacific"
    IMMIGRANT = "immigrant"
    SEX_WORKERS = "sex_workers"
    VETERANS = "veterans"
    DEAF = "deaf"
    DISABILITY = "disability"
    FAITH = "faith"
    NO_FAITH = "no_faith"
    YOUTH = "youth"
    OLDER_ADULTS = "older_adults"
    PARENTS = "parents"
    AFTER_INCARCERATION = "after_incarceration"
    PEER_LED = "peer_led"


class Weekday(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def best_locale(tags: Iterable[str | None]) -> str:
    """Choose the language of our own sentences: the first wish that we can fulfil, else English."""
    for tag in tags:
        if tag:
            found, distance = langcodes.closest_match(tag, LOCALES)
            if distance < 25:  # beyond that, people would be answered in a language they may not read
                return str(found)
    return "en"


def is_jurisdiction(code: str) -> bool:
    """Whether this is spelled like a country or one of its parts (ISO 3166-1 alpha-2, ISO 3166-2): US, US-CA."""
    return _JURISDICTION.match(code) is not None
