"""Bringing a whole directory in: our own JSON, or a foreign CSV with a map; known by external id, safe to repeat."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from service.database import Database, uuid7
from service.documents import to_document
from service.providers import rules
from service.providers.actions import raise_version
from service.providers.brought import Brought, Refused, external_ids
from service.providers.credentials import Credential, NewPractitioner
from service.providers.models import Attestation, CredentialRecord, OfferingRecord, Practitioner, Provider
from service.providers.records import attestation_row, offering_row, set_facts

PROVIDERS_A_COMMIT = 500


@dataclass(slots=True)
class Report:
    """What an import did."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.made} made, {self.changed} changed, {self.unchanged} unchanged, {len(self.refused)} refused"


Read = Callable[[Any, str], "Brought | list[Refused]"]
Row = TypeVar("Row", Provider, Practitioner, CredentialRecord, OfferingRecord)


def import_directory(
    database: Database,
    entries: Sequence[Any],
    read: Read,
    *,
    now: datetime,
    dry_run: bool = False,
    steps: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Report:
    """Bring entries in, some hundred a commit. What is refused fails itself alone; a second run changes nothing.

    `steps` may wrap the chunks to show progress. With `dry_run` everything is looked at and nothing is kept.
    """
    report = Report()
    seen: set[str] = set()
    chunks = [
        (start, entries[start : start + PROVIDERS_A_COMMIT]) for start in range(0, len(entries), PROVIDERS_A_COMMIT)
    ]
    for start, chunk in steps(chunks):
        brought = []
        for number, entry in enumerate(chunk, start):
            result = read(entry, f"/providers/{number}")
            if not isinstance(result, Brought):
                report.refused += result
            elif twice := sorted(external_ids(result) & seen):
                report.refused += [
                    Refused(f"/providers/{number}", f"The external id {each} comes twice.") for each in twice
                ]
            else:
                seen |= external_ids(result)
                brought.append(result)
        with database.session() as session:
            _Writer(session, report, now).write(brought)
            if dry_run:
                session.rollback()
    return report


class _Writer:
    """Writes one chunk: looks everything known up at once, then makes or changes what differs."""

    def __init__(self, session: Session, report: Report, now: datetime) -> None:
        self._session = session
        self._report = report
        self._now = now
        self._version: int | None = None
        self._attestations: list[Attestation] = []

    def write(self, brought: list[Brought]) -> None:
        providers = self._known(Provider, (each.provider.external_id for each in brought))
        practitioners = self._known(
            Practitioner, (new.external_id for each in brought for new, _ in each.practitioners)
        )
        credentials = self._known(
            CredentialRecord,
            (new.external_id for each in brought for _, owned in each.practitioners for new in owned),
        )
        offerings = self._known(
            OfferingRecord,
            (new.facts.external_id for each in brought for new in each.offerings),
            selectinload(OfferingRecord.sites),
        )
        # Rows go in by generations: what others point to has to be there first.
        owners = [self._provider(each.provider, providers) for each in brought]
        self._session.flush()
        staff = [
            (self._practitioner(replace(new, provider_id=owner), practitioners), owner, owned)
            for owner, each in zip(owners, brought, strict=True)
            for new, owned in each.practitioners
        ]
        self._session.flush()
        for practitioner_id, owner, owned in staff:
            for credential in owned:
                self._credential(credential, practitioner_id, owner, credentials)
        for owner, each in zip(owners, brought, strict=True):
            for offering in each.offerings:
                self._offering(replace(offering, provider_id=owner), offerings)
        self._session.flush()
        self._session.add_all(self._attestations)
        self._session.flush()

    def _known(self, kind: type[Row], external_ids: Iterable[str | None], *with_them: ORMOption) -> dict[str, Row]:
        ids = sorted({each for each in external_ids if each is not None})
        found: dict[str, Row] = {}
        for start in range(0, len(ids), PROVIDERS_A_COMMIT):
            query = sa.select(kind).where(kind.external_id.in_(ids[start : start + PROVIDERS_A_COMMIT]))
            for record in self._session.execute(query.options(*with_them)).scalars():
                found[str(record.external_id)] = record
        return found

    def _provider(self, new: rules.NewProvider, known: dict[str, Provider]) -> UUID:
        record = known.get(new.external_id or "")
        facts = {
            "name": new.name, "kind": new.kind, "contact": dict(new.contact), "organization_id": new.organization_id,
        }  # fmt: skip
        if record is None:
            record = Provider(external_id=new.external_id, **facts, **self._fresh())
            self._made(record)
        elif new.organization_id is None:
            self._set(record, {**facts, "organization_id": record.organization_id})
        else:
            self._set(record, facts)
        return record.id

    def _practitioner(self, new: NewPractitioner, known: dict[str, Practitioner]) -> UUID:
        facts = {
            "provider_id": new.provider_id, "name": new.name, "competencies": list(new.competencies),
            "licences": [to_document(each) for each in new.licences],
        }  # fmt: skip
        record = known.get(new.external_id or "")
        if record is None:
            record = Practitioner(external_id=new.external_id, **facts, **self._fresh())
            self._made(record)
        else:
            self._set(record, facts)
        return record.id

    def _credential(
        self, new: Credential, practitioner_id: UUID, provider_id: UUID, known: dict[str, CredentialRecord]
    ) -> None:
        facts = {"practitioner_id": practitioner_id, "provider_id": provider_id, "evidence": to_document(new)}
        record = known.get(new.external_id or "")
        if record is None:
            self._made(CredentialRecord(external_id=new.external_id, **facts, **self._fresh()))
        else:
            self._set(record, facts)

    def _offering(self, new: rules.NewOffering, known: dict[str, OfferingRecord]) -> None:
        record = known.get(new.facts.external_id or "")
        if record is None:
            record = offering_row(new, version=self._raised(), now=self._now)
            self._made(record)
            self._attest(record, new)
            return
        written = (record.facts, record.policies, record.provider_id)
        wanted = (to_document(new.facts), to_document(new.policies) if new.policies else None, new.provider_id)
        # News about room is taken when it is newer than what is known; the same file again is no news.
        newer = new.capacity is not None and new.capacity.as_of > record.capacity_as_of
        if written == wanted and not newer:
            self._report.unchanged += 1
            return
        set_facts(record, new.facts)
        record.provider_id = new.provider_id
        if record.policies != wanted[1]:
            self._attest(record, new)
        if new.capacity is not None and newer:
            record.capacity_status, record.capacity_as_of = new.capacity.status, new.capacity.as_of
            record.open_slots, record.expected_wait_days = new.capacity.open_slots, new.capacity.expected_wait_days
            record.silences, record.nudged_at = 0, None
        record.changed_at, record.changed_in = self._now, self._raised()
        record.described_in = record.changed_in
        self._report.changed += 1

    def _attest(self, record: OfferingRecord, new: rules.NewOffering) -> None:
        record.policies = to_document(new.policies) if new.policies else None
        record.attested_on = new.policies.attested_on if new.policies else None
        if new.policies is not None:
            self._attestations.append(attestation_row(record.id, new.policies, None, self._now))

    def _set(self, record: Provider | Practitioner | CredentialRecord, facts: dict[str, Any]) -> None:
        if all(getattr(record, name) == value for name, value in facts.items()):
            self._report.unchanged += 1
            return
        for name, value in facts.items():
            setattr(record, name, value)
        record.changed_at = self._now
        provider_id = record.id if isinstance(record, Provider) else record.provider_id
        self._session.execute(
            sa.update(OfferingRecord)
            .where(OfferingRecord.provider_id == provider_id)
            .values(changed_in=self._raised(), described_in=self._raised())
            .execution_options(synchronize_session=False)
        )
        self._report.changed += 1

    def _made(self, record: Provider | Practitioner | CredentialRecord | OfferingRecord) -> None:
        self._raised()
        self._session.add(record)
        self._report.made += 1

    def _fresh(self) -> dict[str, Any]:
        return {"id": uuid7(self._now), "version": 1, "made_at": self._now, "changed_at": self._now}

    def _raised(self) -> int:
        """Raise the directory's version once a commit, and only when something changes."""
        if self._version is None:
            self._version = raise_version(self._session)
        return self._version


def read_csv(path: Path, mapping: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read a foreign CSV into entries of our own format, one provider with one offering a row.

    The map says for each of our fields which columns make it (joined by its separator), or which constant it is;
    nothing about policies or training is ever guessed from a foreign list.
    """
    with path.open(newline="", encoding="utf-8-sig") as lines:
        entries = [_entry(row, mapping) for row in csv.DictReader(lines)]
    # Rows that are alike to the letter are still several facilities on the list; they are counted through.
    times: Counter[str] = Counter()
    for entry in entries:
        times[entry["external_id"]] += 1
        if (nth := times[entry["external_id"]]) > 1:
            entry["external_id"] = entry["offerings"][0]["external_id"] = f"{entry['external_id']}#{nth}"
    return entries


def read_map(path: Path) -> dict[str, Any]:
    """Read a map for read_csv."""
    mapping: dict[str, Any] = json.loads(path.read_text())
    return mapping


def _entry(row: Mapping[str, str], mapping: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: _value(row, rule) for name, rule in mapping["columns"].items()}
    external_id = f"{mapping['source']}:{said['external_id']}"
    site: dict[str, Any] = {"latitude": _number(said.get("latitude")), "longitude": _number(said.get("longitude"))}
    if said.get("address"):
        site["address"] = said["address"]
    placed = site["latitude"] is not None or site["longitude"] is not None
    offering = {
        **mapping.get("offering", {}),
        "external_id": external_id,
        "name": said["name"],
        "sites": [site] if placed else [],
    }
    contact = {"phone": said["phone"]} if said.get("phone") else {}
    return {"external_id": external_id, "name": said["name"], "contact": contact, "offerings": [offering]}


def _value(row: Mapping[str, str], rule: Any) -> str:
    names: Iterator[str] = iter(rule["from"])
    joined: str = rule.get("with", " ").join(part for name in names if (part := (row.get(name) or "").strip()))
    return joined


def _number(text: str | None) -> float | str | None:
    """A number, nothing, or what stands there in its place: the shape refuses that, and says where."""
    try:
        return float(text) if text else None
    except ValueError:
        return text
