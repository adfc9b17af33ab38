"""A house to try things in: fictional organizations, one credential for each kind of application, first requests."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from service.access import actions as access
from service.access import queries
from service.access.rules import SCOPES_OF, OrganizationKind, Role
from service.database import Database
from service.providers.brought import Refused
from service.providers.importing import Quiet, import_directory
from service.providers.schemas.entries import read_entry

ORGANIZATIONS: dict[Role, tuple[str, OrganizationKind]] = {
    Role.OUTREACH: ("Lantern Street Outreach", OrganizationKind.OUTREACH),
    Role.COORDINATOR: ("Bay County Coordinating Hub", OrganizationKind.HUB),
    Role.CLINIC: ("Bayline Clinic", OrganizationKind.CLINIC),
    Role.STEWARD: ("Bay County Directory Stewards", OrganizationKind.STEWARD),
    Role.AUDITOR: ("Office of Disclosure Review", OrganizationKind.OVERSIGHT),
    Role.PRIVACY_LEAD: ("Bay County Coordinating Hub", OrganizationKind.HUB),
}
OWNERS = OrganizationKind.CLINIC
PRETTY = "python3 -m json.tool --no-ensure-ascii"
FIRST_WORDS = {
    "mode": "street_outreach",
    "languages": [{"tag": "en"}],
    "priorities": [
        {
            "verbatim": "somewhere dry n my dog safe",
            "rank": 1,
            "categories": [{"code": "housing", "assigned_by": "worker", "confirmed_by_person": True}],
        },
        {
            "verbatim": "somebody who gets it, no lectures",
            "rank": 2,
            "categories": [{"code": "someone_to_talk_to", "assigned_by": "worker", "confirmed_by_person": True}],
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Credential:
    """What an application of the demo needs to knock."""

    organization_id: str
    api_key: str

    def __repr__(self) -> str:
        return f"Credential(organization_id={self.organization_id!r})"


def credentials_file(data_dir: Path) -> Path:
    """Where the demo's credentials are kept, mode 0600."""
    return data_dir / "demo-credentials.json"


def read_credentials(data_dir: Path) -> dict[str, Credential]:
    """Read the demo's credentials; none when no demo was set up."""
    path = credentials_file(data_dir)
    if not path.exists():
        return {}
    return {role: Credential(**kept) for role, kept in json.loads(path.read_text()).items()}


def write_credentials(data_dir: Path, credentials: Mapping[str, Credential]) -> None:
    """Write the demo's credentials where only their owner can read them."""
    path = credentials_file(data_dir)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(json.dumps({role: asdict(each) for role, each in credentials.items()}, indent=2) + "\n")


def make_credentials(session: Session, kept: Mapping[str, Credential], *, now: datetime) -> dict[str, Credential]:
    """Answer one live credential for each role: the kept one while it opens the door, else a new one."""
    return {role.value: _credential(session, role, kept.get(role.value), now=now) for role in ORGANIZATIONS}


def _credential(session: Session, role: Role, kept: Credential | None, *, now: datetime) -> Credential:
    if kept and access.authenticate(session, kept.api_key, request_id="set-up-demo", acting_worker=None, now=now):
        return kept
    organization_id = organization_named(session, *ORGANIZATIONS[role], now=now)
    application = access.make_application(session, organization_id, f"Demo: {role}", SCOPES_OF[role], now=now)
    return Credential(str(organization_id), access.issue_key(session, application.id, now=now).text)


def organization_named(session: Session, name: str, kind: OrganizationKind, *, now: datetime) -> uuid.UUID:
    """Find an organization by name and kind, or make it."""
    for each in queries.list_organizations(session):
        if (each.name, each.kind) == (name, kind):
            return each.id
    return access.make_organization(session, name, kind, now=now).id


def bring_directory(
    database: Database, entries: Iterable[dict[str, Any]], credentials: Mapping[str, Credential], *, now: datetime
) -> list[Refused]:
    """Bring a directory in whose every provider belongs to an organization; answer what was refused.

    So referrals arrive somewhere. An entry may name one of the demo's own organizations by its role; the others get
    one of the provider's name.
    """
    with database.session() as session:
        owned = [_owned(session, entry, credentials, now=now) for entry in entries]
    listener = Quiet()
    import_directory(database, owned, read_entry, now=now, listener=listener)
    return listener.refused


def _owned(
    session: Session, entry: dict[str, Any], credentials: Mapping[str, Credential], *, now: datetime
) -> dict[str, Any]:
    rest = {name: value for name, value in entry.items() if name != "organization"}
    if "organization" in entry:
        return {**rest, "organization_id": credentials[entry["organization"]].organization_id}
    return {**rest, "organization_id": str(organization_named(session, entry["name"], OWNERS, now=now))}


def welcome(url: str, outreach: Credential, credentials: Path) -> str:
    """Write what somebody who just started the service wants to read: two requests to paste, and where to go on.

    The intake's id and the Idempotency-Key are made here, so that both requests work as they stand, once or twice.
    """
    intake_id = uuid.uuid4()
    door = f"-H 'Authorization: Bearer {outreach.api_key}'"
    body = json.dumps({"id": str(intake_id), **FIRST_WORDS})
    return "\n".join(
        (
            "",
            f"Making Room is ready at {url}",
            "",
            "Take somebody in (nothing is ever required; the body {} is a welcome, too):",
            "",
            f"curl -s {url}/v1/intakes {door} -H 'Content-Type: application/json' "
            f"-H 'Idempotency-Key: \"{uuid.uuid4()}\"' -d '{body}' | {PRETTY}",
            "",
            "Ask who can help, and why:",
            "",
            f"curl -s {url}/v1/intakes/{intake_id}/matches {door} | {PRETTY}",
            "",
            f"Every operation, to read and to try:  {url}/docs",
            f"Credentials of the demo organizations:  {credentials}",
            "Ctrl-C ends it; what was kept stays.",
        )
    )
