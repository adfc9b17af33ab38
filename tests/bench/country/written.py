"""The country written out, provider by provider, as the values that the import reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np

from service.guidance.rules import LimitKind, LimitScope, Paper
from service.providers.brought import Brought
from service.providers.codes import AcceptsMoud, Demand, DrugTesting, TestConsequence
from service.providers.credentials import (
    Credential,
    CredentialKind,
    Licence,
    NewPractitioner,
    Verification,
    VerificationStatus,
)
from service.providers.rules import (
    Capacity,
    ComesToYou,
    Hours,
    Interpretation,
    Limit,
    NewOffering,
    NewProvider,
    OfferingFacts,
    Policies,
    Remote,
    ServiceArea,
    Site,
    SpokenLanguage,
    Welcomes,
)
from tests.bench.country import arrays, places, shares
from tests.bench.country.arrays import Country, Evidence, Policy
from tests.bench.country.shares import codes_of
from tests.bench.country.weeks import draw_weeks

PROVIDERS_A_STEP = 2_000
NOWHERE = UUID(int=0)
JURISDICTIONS = (*places.CODES, "US")
LIMITS = tuple(
    (Limit(scope=LimitScope.SERVICE, kind=kind, text={"en": en, "es": es}),)
    for kind, en, es in (
        (LimitKind.NOT_OFFERED, "No medication here.", "Aquí no hay medicamentos."),
        (LimitKind.CONFIDENTIALITY, "Danger to a child has to be reported.", "El peligro para un niño se informa."),
        (LimitKind.HOURS, "Nobody answers at night.", "De noche nadie contesta."),
    )
)
PAPERS = (Paper.ID, Paper.LEGAL_NAME, Paper.ADDRESS, Paper.INSURANCE)
DEMANDS = (Demand.NO, Demand.FOR_SOME, Demand.YES)
SAID = (False, True, None)
MOUD = (AcceptsMoud.ALL, AcceptsMoud.SOME, None)
_SHOWN: dict[int, tuple[CredentialKind, VerificationStatus]] = {
    Evidence.CERTIFICATE: (CredentialKind.CERTIFICATE, VerificationStatus.ISSUER_CONFIRMED),
    Evidence.COURSE: (CredentialKind.COURSE, VerificationStatus.DOCUMENT_SEEN),
    Evidence.SAID_ONLY: (CredentialKind.COURSE, VerificationStatus.SELF_DECLARED),
    Evidence.LAPSED: (CredentialKind.CERTIFICATE, VerificationStatus.ISSUER_CONFIRMED),
    Evidence.TOO_SHORT: (CredentialKind.COURSE, VerificationStatus.DOCUMENT_SEEN),
    Evidence.LICENCE_ALONE: (CredentialKind.CLINICAL_LICENSE, VerificationStatus.DOCUMENT_SEEN),
}


def providers(country: Country) -> Iterator[Brought]:
    """Every provider with all that hangs on it, as the import reads one."""
    weeks = draw_weeks(country.seed)
    for start in range(0, country.providers, PROVIDERS_A_STEP):
        yield from _Step(country, weeks, start).written()


class _Step:
    """Some providers with their offerings and sites, as plain Python numbers: quick to read one by one."""

    def __init__(self, country: Country, weeks: tuple[tuple[Hours, ...], ...], start: int) -> None:
        self._now, self._today, self._weeks, self._start = country.now, country.now.date(), weeks, start
        owners = slice(start, min(start + PROVIDERS_A_STEP, country.providers))
        self._row = int(country.first_offering[owners.start])
        rows = slice(self._row, int(country.first_offering[owners.stop]))
        self._site = int(country.first_site[rows.start])
        sites = slice(self._site, int(country.first_site[rows.stop]))
        by_provider = ("state_of_provider", "evidence", "evidence_hours", "evidence_tags", "more_hours", "more_tags")
        by_site = ("latitude", "longitude", "confidential")
        kept = frozenset({"seed", "now", "towns", "first_offering", "first_site", *by_provider, *by_site})
        self._of: dict[str, list[Any]] = {
            name: getattr(country, name)[rows].tolist() for name in Country.__slots__ if name not in kept
        }
        self._of |= {name: getattr(country, name)[owners].tolist() for name in by_provider}
        self._of |= {name: getattr(country, name)[sites].tolist() for name in by_site}
        self._first_site = country.first_site[rows.start : rows.stop + 1].tolist()
        self._sizes = np.diff(country.first_offering[owners.start : owners.stop + 1]).tolist()

    def written(self) -> Iterator[Brought]:
        rows = iter(range(sum(self._sizes)))
        for at, size in enumerate(self._sizes):
            number = self._start + at
            yield Brought(
                provider=NewProvider(name=f"Room {number}", external_id=f"bench-{number}"),
                practitioners=(self._practitioner(at, number),),
                offerings=tuple(self._offering(row, at) for row in islice(rows, size)),
            )

    def _practitioner(self, at: int, number: int) -> tuple[NewPractitioner, tuple[Credential, ...]]:
        state = places.CODES[self._of["state_of_provider"][at]]
        practitioner = NewPractitioner(
            provider_id=NOWHERE,
            name=f"Practitioner {number}",
            licences=(Licence(jurisdiction=state, kind="lcsw"),),
            external_id=f"bench-{number}-p",
        )
        return practitioner, tuple(self._credentials(at, number))

    def _credentials(self, at: int, number: int) -> Iterator[Credential]:
        evidence = self._of["evidence"][at]
        if evidence != Evidence.NOTHING:
            kind, status = _SHOWN[evidence]
            trained = evidence != Evidence.LICENCE_ALONE
            due = -30 if evidence == Evidence.LAPSED else 500
            yield Credential(
                kind=kind,
                title="Harm reduction psychotherapy" if trained else "Licence",
                issuer_text="A training centre",
                hours=self._of["evidence_hours"][at] if trained else None,
                awarded_on=self._today - timedelta(days=900),
                competency_tags=_tags(self._of["evidence_tags"][at]) if trained else (),
                verification=Verification(
                    status=status,
                    method="letter",
                    on=self._today - timedelta(days=60),
                    recheck_due=self._today + timedelta(days=due),
                ),
                external_id=f"bench-{number}-c1",
            )
        if self._of["more_hours"][at]:
            yield Credential(
                kind=CredentialKind.COURSE,
                title="A course",
                issuer_text="Another training centre",
                hours=self._of["more_hours"][at],
                competency_tags=_tags(self._of["more_tags"][at]),
                external_id=f"bench-{number}-c2",
            )

    def _offering(self, row: int, at: int) -> NewOffering:
        return NewOffering(
            provider_id=NOWHERE,
            facts=self._facts(row, places.CODES[self._of["state_of_provider"][at]]),
            policies=_policies(self._today, **{name: self._of[name][row] for name in _OF_POLICIES}),
            capacity=self._capacity(row),
        )

    def _facts(self, row: int, state: str) -> OfferingFacts:
        of = {name: values[row] for name, values in self._of.items() if name in _OF_FACTS}
        couples, pets, kids = (SAID[said] for said in of["welcomes"])
        named = codes_of(of["interprets"], arrays.TONGUES)
        return OfferingFacts(
            name=f"Offering {self._row + row}",
            kind=arrays.KINDS[of["kind"]],
            categories=codes_of(of["categories"], arrays.CATEGORIES),
            settings=codes_of(of["settings"], arrays.SETTINGS),
            sites=tuple(self._sites(row)),
            comes_to_you=_comes(of, state),
            service_area=_covers(of, state),
            remote=_remote(of),
            languages_spoken=_spoken(of["tongues"]),
            interpretation=Interpretation(available=of["interprets_any"] or bool(named), languages=named),
            age_min=None if of["age_min"] < 0 else of["age_min"],
            age_max=None if of["age_max"] < 0 else of["age_max"],
            papers={paper: DEMANDS[said] for paper, said in zip(PAPERS, of["papers"], strict=True) if said},
            cost=codes_of(of["cost"], arrays.COST),
            access=codes_of(of["access"], arrays.ACCESS),
            affirming=codes_of(of["affirming"], arrays.AFFIRMING),
            welcomes=Welcomes(couples=couples, pets=pets, kids=kids),
            limits=LIMITS[row % len(LIMITS)] if of["limited"] else (),
            external_id=f"bench-o-{self._row + row}",
        )

    def _sites(self, row: int) -> Iterator[Site]:
        for site in range(self._first_site[row] - self._site, self._first_site[row + 1] - self._site):
            yield Site(
                latitude=self._of["latitude"][site],
                longitude=self._of["longitude"][site],
                timezone="America/Chicago",
                confidential=self._of["confidential"][site],
                hours=self._weeks[self._of["week"][row]],
            )

    def _capacity(self, row: int) -> Capacity:
        slots, wait = self._of["open_slots"][row], self._of["wait_days"][row]
        return Capacity(
            status=arrays.STATUSES[self._of["status"][row]],
            open_slots=None if slots < 0 else int(slots),
            expected_wait_days=None if wait < 0 else int(wait),
            as_of=datetime.fromtimestamp(self._now.timestamp() - self._of["news_age"][row], UTC),
        )


_OF_POLICIES = ("policy", "takes_moud", "tested", "attested_days")
_OF_FACTS = frozenset(
    ("kind", "categories", "settings", "tongues", "interprets", "interprets_any", "papers", "cost", "access",
     "affirming", "welcomes", "age_min", "age_max", "comes_km", "comes_state", "comes_named", "covers_km",
     "covers_state", "licensed", "compact", "any_licence", "limited")
)  # fmt: skip


def _tags(bits: int) -> tuple[str, ...]:
    return tuple(each.value for each in codes_of(bits, arrays.TRAINING))


def _spoken(bits: int) -> tuple[SpokenLanguage, ...]:
    return tuple(SpokenLanguage(tag=tag, signed=tag == shares.SIGNED) for tag in codes_of(bits, arrays.TONGUES))


def _comes(of: dict[str, Any], state: str) -> ComesToYou | None:
    areas = (*((state,) if of["comes_state"] else ()), *(("the harbour",) if of["comes_named"] else ()))
    within = None if of["comes_km"] < 0 else float(of["comes_km"])
    return None if within is None and not areas else ComesToYou(within_km=within, areas=areas)


def _covers(of: dict[str, Any], state: str) -> ServiceArea | None:
    radius = None if of["covers_km"] < 0 else float(of["covers_km"])
    states = (state,) if of["covers_state"] else ()
    return None if radius is None and not states else ServiceArea(jurisdictions=states, radius_km=radius)


def _remote(of: dict[str, Any]) -> Remote | None:
    if not of["any_licence"]:
        return None
    return Remote(licensed_in=codes_of(of["licensed"], JURISDICTIONS), compacts=("psypact",) if of["compact"] else ())


def _policies(today: date, *, policy: int, takes_moud: int, tested: bool, attested_days: int) -> Policies:
    return Policies(
        requires_abstinence_to_start=False,
        requires_abstinence_goal=policy == Policy.ABSTINENCE_GOAL,
        requires_abstinence_to_continue=False,
        discharges_for_use=False,
        drug_testing=DrugTesting.PAYER_OR_LAW_MANDATED if tested else DrugTesting.NONE,
        drug_test_consequence=TestConsequence.NONE,
        accepts_people_on_moud=AcceptsMoud.NONE if policy == Policy.NO_MEDICATION else MOUD[takes_moud],
        counselling_required_for_medication=policy == Policy.COUNSELLING_FIRST,
        requires_12_step=policy == Policy.TWELVE_STEPS,
        attested_by="The provider",
        attested_on=today - timedelta(days=attested_days),
    )
