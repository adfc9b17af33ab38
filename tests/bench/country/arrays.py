"""A country as arrays: one array a fact, one place in it a provider, an offering or a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.guidance.rules import AccessNeed, AffirmingNeed, Category, PaymentWay, Setting
from service.matching.codes import Competency
from service.providers.codes import CapacityStatus, OfferingKind
from tests.bench.country import places, shares

Ints = NDArray[Any]

TONGUES = tuple(shares.TONGUES)
CATEGORIES, SETTINGS, COST = tuple(Category), tuple(Setting), tuple(PaymentWay)
ACCESS, AFFIRMING, TRAINING = tuple(AccessNeed), tuple(AffirmingNeed), tuple(Competency)
KINDS, STATUSES = tuple(OfferingKind), tuple(CapacityStatus)
SOMEWHERE = shares.bits_of(shares.IN_PERSON, SETTINGS)
AFAR = shares.bits_of(shares.FROM_AFAR, SETTINGS)
ANYWHERE_IN_THE_COUNTRY = len(places.CODES)  # The bit of a licence that holds in all of it.


class Evidence(IntEnum):
    """What a provider's practitioner shows first."""

    CERTIFICATE = 0
    COURSE = 1
    SAID_ONLY = 2
    LAPSED = 3
    TOO_SHORT = 4
    LICENCE_ALONE = 5
    NOTHING = 6


class Policy(IntEnum):
    """What an offering's policies come to: no conflict, or one of several."""

    WELCOMING = 0
    ABSTINENCE_GOAL = 1
    TWELVE_STEPS = 2
    COUNSELLING_FIRST = 3
    NO_MEDICATION = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """Providers, offerings and sites, one array a fact. Offerings of a provider follow one another, as do sites.

    Sets are bits in the order of the code lists above. Minus one, where a number is drawn, was not said.
    """

    seed: int
    now: datetime
    towns: places.Towns
    first_offering: Ints  # By provider; one more at the end, as in first_site.
    state_of_provider: Ints
    evidence: Ints
    evidence_hours: Ints
    evidence_tags: Ints
    more_hours: Ints
    more_tags: Ints
    provider: Ints  # By offering, as all that follow.
    kind: Ints
    categories: Ints
    settings: Ints
    tongues: Ints
    interprets: Ints
    interprets_any: Ints
    papers: Ints  # Four columns: id, legal name, address, insurance; 0 no, 1 for some, 2 yes.
    cost: Ints
    access: Ints
    affirming: Ints
    welcomes: Ints  # Three columns: couples, pets, kids; 0 no, 1 yes, 2 not said.
    age_min: Ints
    age_max: Ints
    week: Ints
    comes_km: Ints
    comes_state: Ints
    comes_named: Ints
    covers_km: Ints
    covers_state: Ints
    licensed: Ints  # States, and one bit more for the whole country.
    compact: Ints
    any_licence: Ints  # Whether it says anything of licences at all.
    policy: Ints
    takes_moud: Ints  # 0 all, 1 some, 2 not said.
    tested: Ints
    attested_days: Ints
    limited: Ints
    status: Ints
    open_slots: Ints
    wait_days: Ints
    news_age: Ints  # Seconds.
    first_site: Ints
    latitude: Ints  # By site.
    longitude: Ints
    confidential: Ints

    @property
    def size(self) -> int:
        """How many offerings."""
        return int(self.provider.size)

    @property
    def providers(self) -> int:
        """How many providers."""
        return int(self.first_offering.size) - 1

    @property
    def state(self) -> Ints:
        """The state of each offering, as a number of places.CODES."""
        return np.asarray(self.state_of_provider[self.provider])
