"""Matching once more, by brute force: plain loops over plain values, written from the design page and nothing else.

It takes the values that a decision may look at (`Applicant`, `Candidate`) and shares no code with service.matching:
where the two disagree, one of them has misread the page.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from datetime import datetime
from typing import Any

from service.matching.candidate import Candidate
from service.matching.rules import Applicant
from service.providers.rules import Hours

THERAPY = {"someone_to_talk_to", "mental_health_care", "grief_trauma", "use_differently"}
IN_PERSON = {"street", "drop_in", "clinic", "home_visit"}
REMOTE = {"phone", "video", "text"}
COMING = {"street", "home_visit"}
SIGNED = {"ase", "bfi", "bzs", "csl", "dse", "fsl", "gsg", "ils", "jsl", "kvk", "mfs", "psr", "sgn", "ssp"}
LICENSED = {"therapy", "group", "medication", "medical_withdrawal", "residential"}
AGES = {
    "under_12": (0, 11),
    "12_13": (12, 13),
    "14_15": (14, 15),
    "16_17": (16, 17),
    "18_24": (18, 24),
    "25_44": (25, 44),
    "45_64": (45, 64),
    "65_plus": (65, 130),
}
# Of the jurisdictions that are drawn here: Nevada is a member, California is not; somebody in the US may be in either.
PSYPACT = {"US-NV", "US"}
WEIGHTS = {"fit": 0.45, "soon": 0.20, "near": 0.15, "wishes": 0.15, "depth": 0.05}
TRAINING = {
    "use_differently": {"self_management", "goal_setting", "ambivalence"},
    "stop_using_my_choice": {"goal_setting", "planning"},
    "safer_use_supplies": {"safer_use"},
    "drug_checking": {"safer_use"},
    "overdose_safety": {"overdose"},
    "moud": {"moud_literate"},
    "withdrawal_comfort": {"moud_literate"},
    "grief_trauma": {"trauma"},
    "safety_from_harm": {"trauma"},
    "children_family": {"couples_family"},
    "pregnancy_reproductive": {"perinatal"},
    "people_belonging": {"groups_dropin"},
}


def strings(codes: Any) -> set[str]:
    """Codes as plain text."""
    return {str(code) for code in codes}


def haversine_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle kilometres to the metre, by the formula of the schoolbook."""
    lat1, lon1, lat2, lon2 = (math.radians(each) for each in (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return round(2 * 6371.0088 * math.asin(min(1.0, math.sqrt(h))), 3)


def distance(person: Applicant, offering: Candidate) -> float:
    """Kilometres to the nearest site; confidential ones count by their area, a tenth of a degree."""
    best = math.inf
    if person.latitude is None or person.longitude is None:
        return best
    for site in offering.facts.sites:
        place = (site.latitude, site.longitude)
        if site.confidential:
            place = (round(place[0], 1), round(place[1], 1))
        best = min(best, haversine_km((person.latitude, person.longitude), place))
    return best


def tongue(tag: str, signed: bool) -> tuple[str, bool]:
    """A language, varieties taken together."""
    primary = tag.split("-", maxsplit=1)[0].lower()
    return primary, signed or primary in SIGNED


def age_days(offering: Candidate, now: datetime) -> float:
    """How old the news about room counts as: a week more for each referral that nobody answered since."""
    if offering.capacity is None:
        return math.inf
    days = (now.timestamp() - offering.capacity.as_of.timestamp()) / 86400
    for _ in range(offering.capacity.silences):
        days += 7
    return max(0.0, days)


def shown_room(offering: Candidate, now: datetime) -> tuple[str, int | None, int | None]:
    """What can be said of room: status, places, wait in days. After two weeks without news, nothing."""
    if offering.capacity is None or age_days(offering, now) > 14:
        return "unknown", None, None
    return room(offering), offering.capacity.open_slots, offering.capacity.expected_wait_days


def room(offering: Candidate) -> str:
    """What is known about room."""
    if offering.capacity is None:
        return "unknown"
    if str(offering.capacity.status) == "capacity" and offering.capacity.open_slots == 0:
        return "no_capacity"
    return str(offering.capacity.status)


def named(person: Applicant) -> set[str]:
    """All confirmed categories."""
    found: set[str] = set()
    for need in person.needs:
        for category in need.categories:
            found.add(str(category))
    return found


def lies_in(jurisdiction: str | None, areas: Any) -> bool:
    """Whether a person's jurisdiction lies in one of the areas; who said a country only may be in any of its parts."""
    if jurisdiction is None:
        return False
    for area in areas:
        if area == jurisdiction or area == jurisdiction.split("-")[0]:
            return True
        if "-" not in jurisdiction and area.startswith(jurisdiction + "-"):
            return True
    return False


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same, whatever their case, width and spaces."""
    plain = [" ".join(unicodedata.normalize("NFKC", each).casefold().split()) for each in (one, other)]
    return plain[0] == plain[1]


def is_law(area: str) -> bool:
    """Whether an area is spelled like a jurisdiction: two capitals, alone or before a hyphen."""
    return len(area.split("-", maxsplit=1)[0]) == 2 and area == area.upper()


def in_a_named_area(person: Applicant, offering: Candidate, areas: Any) -> bool:
    """Whether the person is in one of these counties or parts of town; a name more than 500 km off is another's."""
    known = [area for area in areas if not is_law(area) and any(same_name(area, each) for each in person.areas)]
    km = distance(person, offering)
    return bool(known) and not 500 < km < math.inf


def wanted_way(person: Applicant, offering: Candidate, way: set[str]) -> bool:
    """Whether a way of meeting is open: those that the person wants, where any of them is offered."""
    wanted = strings(person.settings) & strings(offering.facts.settings) & (IN_PERSON | REMOTE)
    return not wanted or bool(wanted & way)


def meets_in_person(offering: Candidate) -> bool:
    """Whether people are met in person."""
    settings = strings(offering.facts.settings)
    return bool(settings & IN_PERSON) or not settings & REMOTE


def comes(person: Applicant, offering: Candidate) -> bool:
    """Whether it comes to where the person is."""
    coming = offering.facts.comes_to_you
    settings = strings(offering.facts.settings)
    if coming is None or not wanted_way(person, offering, COMING) or (settings and not settings & COMING):
        return False
    if coming.within_km is not None and distance(person, offering) <= coming.within_km:
        return True
    return lies_in(person.jurisdiction, coming.areas) or in_a_named_area(person, offering, coming.areas)


def in_person(person: Applicant, offering: Candidate) -> bool:
    """Whether they can be in one place."""
    if not meets_in_person(offering) or not wanted_way(person, offering, IN_PERSON):
        return False
    if person.latitude is None or person.longitude is None or person.max_km is None:
        return True
    km = distance(person, offering)
    if km <= person.max_km or comes(person, offering):
        return True
    area = offering.facts.service_area
    if area is None:
        return False
    if area.radius_km is not None and km <= area.radius_km:
        return True
    return lies_in(person.jurisdiction, area.jurisdictions) or in_a_named_area(person, offering, area.counties)


def remotely(person: Applicant, offering: Candidate) -> bool:
    """Whether they may meet by phone, video or text."""
    if not strings(offering.facts.settings) & REMOTE or not wanted_way(person, offering, REMOTE):
        return False
    if person.jurisdiction is None:
        return True
    if offering.facts.remote is None:
        return str(offering.facts.kind) not in LICENSED
    if "psypact" in offering.facts.remote.compacts and person.jurisdiction in PSYPACT:
        return True
    return lies_in(person.jurisdiction, offering.facts.remote.licensed_in)


def is_open_for(person: Applicant, hours: list[Hours]) -> bool:
    """Whether one of the half hours in which they can come lies wholly in an opening, minute by minute."""
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    minutes = set()
    for each in hours:
        begins, ends = (int(text[:2]) * 60 + int(text[3:]) for text in (each.from_, each.until))
        length = ends - begins if ends > begins else ends + 1440 - begins
        for day in strings(each.days):
            start = week.index(day) * 1440 + begins
            minutes |= {(start + minute) % 10080 for minute in range(length)}
    slots = [place for place in range(336) if person.free_half_hours >> place & 1]
    return any(minutes >= set(range(place * 30, place * 30 + 30)) for place in slots)


def holds(person: Applicant, offering: Candidate, code: str) -> bool | None:
    """Whether an offering holds a wish; None where nothing can."""
    facts = offering.facts
    hours = [each for site in facts.sites for each in site.hours]
    table = {
        "pets": facts.welcomes.pets is True,
        "kids": facts.welcomes.kids is True,
        "couples": facts.welcomes.couples is True,
        "free": "free" in strings(facts.cost),
        "same_language": not person.languages or speaks(person, offering),
        "at_your_times": not person.free_half_hours or is_open_for(person, hours),
        "pregnancy_reproductive": "pregnancy_reproductive" in strings(facts.categories),
        "walk_in": any(each.walk_in for each in hours),
        "weekends": any({"sat", "sun"} & strings(each.days) for each in hours),
        "mornings": any(each.from_ < "12:00" for each in hours),
        "evenings": any(each.until > "18:00" or each.until <= each.from_ for each in hours),
        "afternoons": any(
            each.from_ < "18:00" and (each.until > "12:00" or each.until <= each.from_) for each in hours
        ),
    }
    if code in table:
        return table[code]
    for vocabulary, has in (
        (IN_PERSON | REMOTE | {"group", "one_to_one"}, facts.settings),
        (ACCESS, facts.access),
        (AFFIRMING, facts.affirming),
    ):
        if code in vocabulary:
            return code in strings(has)
    return None


ACCESS = {
    "wheelchair", "step_free", "asl", "captions", "easy_read", "read_aloud", "large_print", "low_sensory",
    "childcare", "service_animal", "transit_nearby", "accessible_toilet",
}  # fmt: skip
AFFIRMING = {
    "lgbtq", "trans", "women", "black", "latine", "indigenous", "asian_pacific", "immigrant", "sex_workers",
    "veterans", "deaf", "disability", "faith", "no_faith", "youth", "older_adults", "parents",
    "after_incarceration", "peer_led",
}  # fmt: skip


def speaks(person: Applicant, offering: Candidate) -> bool:
    """Whether they have a language in common."""
    theirs = {tongue(each.tag, each.signed) for each in person.languages}
    return any(tongue(each.tag, each.signed) in theirs for each in offering.facts.languages_spoken)


def interprets(person: Applicant, offering: Candidate) -> bool:
    """Whether an interpreter can be called."""
    interpretation = offering.facts.interpretation
    if not interpretation.available:
        return False
    if not interpretation.languages:
        return True
    theirs = {tongue(each.tag, each.signed) for each in person.languages}
    return any(tongue(tag, False) in theirs for tag in interpretation.languages)


def is_pure_therapy(offering: Candidate) -> bool:
    """Whether talking is all it is."""
    return str(offering.facts.kind) in {"therapy", "group"}


def also_talks(offering: Candidate) -> bool:
    """Whether talking is among what it is."""
    mixed = str(offering.facts.kind) in {"drop_in", "outreach", "peer", "other"}
    return mixed and bool(strings(offering.facts.categories) & THERAPY)


def for_couples_only(offering: Candidate) -> bool:
    """Whether it is therapy for two."""
    together = offering.facts.welcomes.couples is True and "one_to_one" not in strings(offering.facts.settings)
    return is_pure_therapy(offering) and together


def judge(person: Applicant, offering: Candidate, now: datetime) -> dict[str, bool]:
    """Every rule's answer."""
    facts = offering.facts
    offered = strings(facts.categories)
    confirmed = named(person)
    asked = strings(person.asks_for)
    level = str(offering.level)
    plain = {category for category in offered if category not in THERAPY}
    if confirmed:
        plain = plain & confirmed
    demanded = {str(paper) for paper, said in facts.papers.items() if str(said) == "yes"}
    testing = str(offering.policies.drug_testing) if offering.policies else ""
    if testing in {"required_for_service", "payer_or_law_mandated"}:
        demanded.add("drug_test")
    ages = AGES.get(str(person.age_band)) if person.age_band is not None else None
    low = facts.age_min if facts.age_min is not None else 0
    high = facts.age_max if facts.age_max is not None else 130
    serves = True
    if confirmed:
        serves = bool(offered & (confirmed | asked))
    if person.refuses_therapy and not confirmed & THERAPY and is_pure_therapy(offering):
        serves = False
    if "safety_from_harm" in confirmed and for_couples_only(offering):
        serves = False
    return {
        "level": level == "hrp_verified"
        or (level == "hrp_declared" and person.accepts_declared)
        or (level == "harm_reduction_friendly" and bool(plain))
        or (level == "conflicts" and bool(offered & asked)),
        "open": not (room(offering) == "no_capacity" and age_days(offering, now) <= 14),
        "language": not person.languages
        or speaks(person, offering)
        or (person.accepts_interpreter and interprets(person, offering)),
        "reach": in_person(person, offering) or remotely(person, offering),
        "setting": not person.settings or bool(strings(person.settings) & strings(facts.settings)),
        "age": ages is None or (low <= ages[1] and high >= ages[0]),
        "papers": not demanded & strings(person.will_not_show),
        "cost": not person.can_pay or bool(strings(facts.cost) & (strings(person.can_pay) | {"free"})),
        "access": strings(person.access_needs) <= strings(facts.access),
        "medication": not person.on_moud
        or (offering.policies is not None and str(offering.policies.accepts_people_on_moud) == "all"),
        "dealbreakers": all(
            holds(person, offering, wish.code) is not False for wish in person.wishes if wish.dealbreaker
        ),
        "not_blocked": offering.id not in person.not_these_offerings
        and offering.provider_id not in person.not_these_providers,
        "serves": serves,
    }


def values(person: Applicant, offering: Candidate, now: datetime) -> dict[str, float]:
    """The five components."""
    facts = offering.facts
    offered = strings(facts.categories)
    confirmed = named(person)
    counted = {
        "harm_reduction_friendly": offered - THERAPY,
        "conflicts": offered & strings(person.asks_for),
    }.get(str(offering.level), offered)
    above = sum(2.0 ** -(need.place - 1) for need in person.needs if strings(need.categories) & counted)
    below = sum(2.0 ** -(need.place - 1) for need in person.needs)
    certainty = 2.0 ** (-age_days(offering, now) / 7)
    status = {"capacity": 1.0, "waitlist": 0.4, "no_capacity": 0.0}.get(room(offering), 0.5)
    probability = certainty * status + (1 - certainty) * 0.5
    wait = offering.capacity.expected_wait_days if offering.capacity else None
    if wait is None:
        wait = 14 if room(offering) == "waitlist" else 0
    near = 1.0
    if person.latitude is not None and person.longitude is not None:
        near = 0.0
        if meets_in_person(offering) and wanted_way(person, offering, IN_PERSON):
            near = 1.0 if comes(person, offering) else 2.0 ** (-distance(person, offering) / 10)
        if remotely(person, offering):
            near = max(near, 1.0 if strings(person.settings) & strings(facts.settings) & REMOTE else 0.5)
    first = {code for need in person.needs if need.place == 1 for code in strings(need.categories)}
    training = {tag for code in first for tag in TRAINING.get(code, set())}
    depth = max(min(offering.hours_verified, 60), min(offering.hours_declared, 60) * 0.5) / 60
    if training and not training & set(offering.competencies):
        depth *= 0.5
    return {
        "fit": above / below if confirmed else 1.0,
        "soon": 2.0 ** (-wait / 14) * probability,
        "near": near,
        "wishes": wishes(person, offering),
        "depth": depth,
    }


def wishes(person: Applicant, offering: Candidate) -> float:
    """The share of the named wishes that hold."""
    codes = {wish.code for wish in person.wishes if holds(person, offering, wish.code) is not None}
    codes |= strings(person.affirming_needs)
    if person.languages:
        codes.add("same_language")
    if person.free_half_hours:
        codes.add("at_your_times")
    if person.with_pets:
        codes.add("pets")
    if person.with_kids:
        codes.add("kids")
    if person.with_partner and "safety_from_harm" not in named(person):
        codes.add("couples")
    if person.served:
        codes.add("veterans")
    if person.pregnant:
        codes.add("pregnancy_reproductive")
    if not codes:
        return 1.0
    return sum(1 for code in codes if holds(person, offering, code)) / len(codes)


def weights(person: Applicant) -> dict[str, float]:
    """The weights, what matters most doubled."""
    doubled = {
        name: weight * (2 if person.matters_most is not None and str(person.matters_most) == name else 1)
        for name, weight in WEIGHTS.items()
    }
    total = sum(doubled.values())
    return {name: weight / total for name, weight in doubled.items()}


def score(person: Applicant, offering: Candidate, now: datetime) -> float:
    """The weighted sum, to 9 decimals."""
    of = values(person, offering, now)
    total = 0.0
    for name, weight in weights(person).items():
        total += weight * of[name]
    return round(total, 9)


def lot(seed: bytes, offering: Candidate) -> int:
    """The lot that an offering draws."""
    wide = 2**64
    start = int.from_bytes(hashlib.blake2b(seed, digest_size=8).digest(), "big")
    ticket = (offering.id.int // wide) ^ (offering.id.int % wide)
    mixed = ((ticket ^ start) + 0x9E3779B97F4A7C15) % wide
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) % wide
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) % wide
    return mixed ^ (mixed >> 31)


def stands_apart(person: Applicant, offering: Candidate) -> bool:
    """Whether it is therapy that helps with nothing named, and the person named other things only."""
    confirmed = named(person)
    if not confirmed or confirmed & THERAPY:
        return False
    helps = strings(offering.facts.categories) & (confirmed | strings(person.asks_for))
    return not helps and (is_pure_therapy(offering) or also_talks(offering))


def best(person: Applicant, directory: list[Candidate], now: datetime, seed: bytes) -> tuple[list[Any], list[Any]]:
    """All matches and all invitations, as offering ids, best first."""
    matches, invitations = [], []
    for offering in directory:
        verdicts = judge(person, offering, now)
        key = (-score(person, offering, now), lot(seed, offering), offering.id)
        apart = stands_apart(person, offering)
        if not apart and all(verdicts.values()):
            matches.append(key)
        others = all(met for rule, met in verdicts.items() if rule != "serves")
        unsafe = "safety_from_harm" in named(person) and for_couples_only(offering)
        if apart and others and not person.refuses_therapy and not unsafe:
            invitations.append(key)
    return [key[2] for key in sorted(matches)], [key[2] for key in sorted(invitations)]
