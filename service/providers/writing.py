"""Writing a chunk of a list: everything known of it is looked up at once, and only what differs is written.

What is to be done is planned first, without holding anybody up. Whoever changes the directory raises its version and
so waits for the others; if one of them came between the plan and that, the plan is made anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from service.bulk import document_text, insert_many, select_many, update_many
from service.database import uuid7
from service.documents import to_document
from service.providers.actions import raise_version
from service.providers.brought import Brought, Done, Written
from service.providers.credentials import Credential, NewPractitioner
from service.providers.enlisting import relist, rewrite_listings, write_listings
from service.providers.listing import Owner
from service.providers.models import (
    Attestation,
    CredentialRecord,
    OfferingRecord,
    Practitioner,
    Provider,
    SiteRecord,
)
from service.providers.queries import credentials_by_provider, directory_version, provider_names
from service.providers.records import (
    attestation_values,
    capacity_columns,
    derive,
    facts_columns,
    offering_values,
    policies_columns,
    site_values,
)
from service.providers.rules import NewOffering, NewProvider

Kind = type[Provider] | type[Practitioner] | type[CredentialRecord] | type[OfferingRecord]
Known = Mapping[str, Mapping[str, Any]]
Item = tuple[str, Brought]


def write_chunk(
    session: Session, items: Sequence[Item], numbers: Iterator[int], *, now: datetime, dry_run: bool = False
) -> list[Written]:
    """Make or change what some entries bring, each with the place where it stands; answer what was done with each row.

    `numbers` counts the rows that the whole import makes at its instant.

    Whatever is already as it is brought is left alone; when that is everything, the directory's version is, too.
    """
    seen = directory_version(session)
    plan = _planned(session, items, numbers, now)
    if plan.is_empty or dry_run:
        return plan.done
    version = raise_version(session)
    if version != seen + 1:
        plan = _planned(session, items, numbers, now)
    _write(session, plan, version, numbers, now)
    return plan.done


@dataclass(slots=True)
class _Plan:
    """What a chunk will write, and what was done with each of its rows by then."""

    done: list[Written] = field(default_factory=list)
    made: dict[Kind, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[Kind, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    # Offerings whose row follows from what is brought, with whether they are new.
    offerings: list[tuple[UUID, NewOffering, bool]] = field(default_factory=list)
    attested: list[tuple[UUID, NewOffering]] = field(default_factory=list)
    # Providers whose name or evidence changes under offerings that are not brought along.
    touched: set[UUID] = field(default_factory=set)
    # Providers that come whole, so that nobody has to look up what they are.
    owners: dict[UUID, Owner] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.made or self.changed)


def _planned(session: Session, items: Sequence[Item], numbers: Iterator[int], now: datetime) -> _Plan:
    planner = _Planner(session, [brought for _, brought in items], numbers, now)
    for where, brought in items:
        planner.plan(where, brought)
    return planner.result


class _Planner:
    """Compares what is brought with what is known."""

    def __init__(self, session: Session, brought: Sequence[Brought], numbers: Iterator[int], now: datetime) -> None:
        self._numbers = numbers
        self._now = now
        self.result = _Plan()
        owned = [credential for each in brought for _, some in each.practitioners for credential in some]
        self._providers = _known(session, Provider, (each.provider.external_id for each in brought))
        self._practitioners = _known(
            session, Practitioner, (new.external_id for each in brought for new, _ in each.practitioners)
        )
        self._credentials = _known(session, CredentialRecord, (each.external_id for each in owned))
        self._offerings = _known(
            session, OfferingRecord, (new.facts.external_id for each in brought for new in each.offerings)
        )

    def plan(self, where: str, brought: Brought) -> None:
        """Plan one provider with everything that hangs on it."""
        provider_id = self._provider(where, brought.provider)
        moved = False
        for number, (new, credentials) in enumerate(brought.practitioners):
            there = f"{where}/practitioners/{number}"
            practitioner_id = self._practitioner(there, new, provider_id)
            for place, each in enumerate(credentials):
                moved |= self._credential(f"{there}/credentials/{place}", each, practitioner_id, provider_id)
        if (brought.provider.external_id or "") not in self._providers and not moved:
            evidence = tuple(each for _, credentials in brought.practitioners for each in credentials)
            self.result.owners[provider_id] = Owner(brought.provider.name, evidence)
            self.result.touched.discard(provider_id)
        for number, offering in enumerate(brought.offerings):
            self._offering(f"{where}/offerings/{number}", replace(offering, provider_id=provider_id))

    def _provider(self, where: str, new: NewProvider) -> UUID:
        known = self._providers.get(new.external_id or "")
        # A list that names nobody who answers for a provider does not take it away from whoever does.
        owner = known["organization_id"] if known and new.organization_id is None else new.organization_id
        facts = {"organization_id": owner, "name": new.name, "kind": new.kind, "contact": dict(new.contact)}
        record_id, done = self._settle(Provider, where, known, new.external_id, facts)
        if done is Done.CHANGED:
            self.result.touched.add(record_id)
        return record_id

    def _practitioner(self, where: str, new: NewPractitioner, provider_id: UUID) -> UUID:
        facts = {
            "provider_id": provider_id, "name": new.name, "licences": [to_document(each) for each in new.licences],
            "competencies": list(new.competencies),
        }  # fmt: skip
        known = self._practitioners.get(new.external_id or "")
        return self._settle(Practitioner, where, known, new.external_id, facts)[0]

    def _credential(self, where: str, new: Credential, practitioner_id: UUID, provider_id: UUID) -> bool:
        """Plan a piece of evidence; answer whether it was on record before."""
        known = self._credentials.get(new.external_id or "")
        facts = {"practitioner_id": practitioner_id, "provider_id": provider_id, "evidence": to_document(new)}
        _, done = self._settle(CredentialRecord, where, known, new.external_id, facts)
        if done is not Done.UNCHANGED:
            self.result.touched.update({provider_id, known["provider_id"] if known else provider_id})
        return known is not None

    def _offering(self, where: str, new: NewOffering) -> None:
        known = self._offerings.get(new.facts.external_id or "")
        plan = self.result
        if known is None:
            record_id, done = uuid7(self._now, next(self._numbers)), Done.MADE
            plan.made[OfferingRecord].append(offering_values(record_id, new, now=self._now))
            plan.offerings.append((record_id, new, True))
            plan.attested.append((record_id, new))
        else:
            record_id = known["id"]
            done = self._offering_again(known, new)
        plan.done.append(Written(where, done, new.facts.external_id))

    def _offering_again(self, known: Mapping[str, Any], new: NewOffering) -> Done:
        wanted = {"provider_id": new.provider_id, **facts_columns(new.facts), **policies_columns(new.policies)}
        # News about room is taken when it is newer than what is known; the same file again is no news.
        newer = new.capacity is not None and new.capacity.as_of > known["capacity_as_of"]
        same = _is_same(known, wanted)
        if same and not newer:
            return Done.UNCHANGED
        room = capacity_columns(new.capacity) if new.capacity and newer else {name: known[name] for name in _ROOM}
        self.result.changed[OfferingRecord].append({"id": known["id"], **wanted, **room, "changed_at": self._now})
        self.result.offerings.append((known["id"], new, False))
        if not _is_same(known, policies_columns(new.policies)):
            self.result.attested.append((known["id"], new))
        return Done.CHANGED

    def _settle(
        self, kind: Kind, where: str, known: Mapping[str, Any] | None, external_id: str | None, facts: dict[str, Any]
    ) -> tuple[UUID, Done]:
        plan = self.result
        if known is None:
            record_id, done = uuid7(self._now, next(self._numbers)), Done.MADE
            dates = {"version": 1, "made_at": self._now, "changed_at": self._now}
            plan.made[kind].append({"id": record_id, "external_id": external_id, **facts, **dates})
        else:
            record_id, done = known["id"], Done.UNCHANGED if _is_same(known, facts) else Done.CHANGED
            if done is Done.CHANGED:
                plan.changed[kind].append({"id": record_id, **facts, "changed_at": self._now})
        plan.done.append(Written(where, done, external_id))
        return record_id, done


_ROOM = ("capacity_status", "open_slots", "expected_wait_days", "capacity_as_of", "silences", "nudged_at")
_COMPARED: dict[Kind, tuple[str, ...]] = {
    Provider: ("organization_id", "name", "kind", "contact"),
    Practitioner: ("provider_id", "name", "licences", "competencies"),
    CredentialRecord: ("practitioner_id", "provider_id", "evidence"),
    OfferingRecord: ("provider_id", "external_id", "name", "kind", "facts", "policies", "attested_on", *_ROOM),
}


def _known(session: Session, kind: Kind, external_ids: Iterable[str | None]) -> Known:
    """What is on record under some external ids, by these; documents as their text, which is soon compared."""
    names = tuple(dict.fromkeys(("external_id", "id", *_COMPARED[kind])))
    columns = (getattr(kind, name) for name in names)
    query = sa.select(*(sa.cast(each, sa.Text) if isinstance(each.type, sa.JSON) else each for each in columns))
    ids = sorted({each for each in external_ids if each is not None})
    return {row[0]: dict(zip(names, row, strict=True)) for row in select_many(session, query, kind.external_id, ids)}


def _is_same(known: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(
        _is_alike(known[name], value) if isinstance(value, dict | list) else known[name] == value
        for name, value in wanted.items()
    )


def _is_alike(known: str | None, wanted: Any) -> bool:
    """Whether a document on record says what is wanted, however it is spelled."""
    return known is not None and (known == document_text(wanted) or orjson.loads(known) == wanted)


def _write(session: Session, plan: _Plan, version: int, numbers: Iterator[int], now: datetime) -> None:
    """Rows go in by generations: what others point to has to be there first."""
    for kind in (Provider, Practitioner, CredentialRecord):
        insert_many(session, kind, plan.made[kind])
        update_many(session, kind, plan.changed[kind], versioned=True)
    _write_offerings(session, plan, version)
    insert_many(
        session,
        Attestation,
        [
            attestation_values(each, new.policies, None, now, nth=next(numbers))
            for each, new in plan.attested
            if new.policies
        ],
    )
    if plan.touched:
        relist(session, OfferingRecord.provider_id.in_(plan.touched), version=version)


def _write_offerings(session: Session, plan: _Plan, version: int) -> None:
    owners = _owners(session, plan)
    derived = {
        each: derive(each, new.facts, new.policies, owners[new.provider_id], version=version)
        for each, new, _ in plan.offerings
    }
    for write, rows in ((insert_many, plan.made[OfferingRecord]), (_update, plan.changed[OfferingRecord])):
        write(session, OfferingRecord, [{**row, **derived[row["id"]].columns} for row in rows])
    old = [each for each, _, is_new in plan.offerings if not is_new]
    if old:
        session.execute(sa.delete(SiteRecord).where(SiteRecord.offering_id.in_(old)))
    insert_many(session, SiteRecord, [row for each, new, _ in plan.offerings for row in site_values(each, new.facts)])
    write_listings(session, [derived[each].listing for each, _, is_new in plan.offerings if is_new])
    rewrite_listings(session, [derived[each].listing for each in old])


def _update(session: Session, kind: Kind, rows: Sequence[dict[str, Any]]) -> None:
    update_many(session, kind, rows, versioned=True)


def _owners(session: Session, plan: _Plan) -> dict[UUID, Owner]:
    """Who answers for the offerings, with what is on record of them by now."""
    asked = {new.provider_id for _, new, _ in plan.offerings} - set(plan.owners)
    names, credentials = provider_names(session, asked), credentials_by_provider(session, asked)
    return {**plan.owners, **{each: Owner(names[each], tuple(credentials[each])) for each in asked}}
