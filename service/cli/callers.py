"""Commands about who may call: organizations, applications, keys."""

from __future__ import annotations

import uuid
from datetime import timedelta

import click

from service.access import actions as access
from service.access.queries import list_organizations
from service.access.rules import SCOPES_OF, OrganizationKind, Role, Scope
from service.cli.group import cli, work


@cli.command()
@click.argument("name")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in OrganizationKind]), required=True, help="what it does here"
)
def make_organization(name: str, kind: str) -> None:
    """Make an organization; prints its id."""
    with work() as (session, now):
        click.echo(access.make_organization(session, name, OrganizationKind(kind), now=now).id)


@cli.command()
def organizations() -> None:
    """List the organizations: id, kind, name."""
    with work() as (session, _):
        for each in list_organizations(session):
            click.echo(f"{each.id}  {each.kind:10}  {each.name}")


@cli.command()
@click.argument("organization_id", type=click.UUID)
@click.option("--people-days", type=click.IntRange(1), help="erase people so long after the last contact; else never")
@click.option(
    "--records-years", type=click.IntRange(6), default=6, show_default=True, help="account for what was told so long"
)
def set_retention(organization_id: uuid.UUID, people_days: int | None, records_years: int) -> None:
    """Set how long an organization keeps people, and the record of what was told about them."""
    with work() as (session, _):
        access.set_retention(session, organization_id, people_days=people_days, records_years=records_years)


@cli.command()
@click.argument("organization_id", type=click.UUID)
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), help="the scopes that this role usually holds"
)
@click.option(
    "--scope", "scopes", type=click.Choice([scope.value for scope in Scope]), multiple=True, help="one more scope"
)
def make_application(organization_id: uuid.UUID, name: str, role: str | None, scopes: tuple[str, ...]) -> None:
    """Make an application of an organization; prints its id."""
    wanted = {Scope(scope) for scope in scopes} | (SCOPES_OF[Role(role)] if role else frozenset())
    if not wanted:
        raise click.UsageError("Name a --role, or at least one --scope.")
    with work() as (session, now):
        click.echo(access.make_application(session, organization_id, name, wanted, now=now).id)


@cli.command()
@click.argument("application_id", type=click.UUID)
@click.option("--days", type=click.IntRange(1, 3650), help="after how many days it expires; never, when left out")
def issue_key(application_id: uuid.UUID, days: int | None) -> None:
    """Issue an API key for an application. It is printed once and cannot be shown again."""
    with work() as (session, now):
        expires_at = now + timedelta(days=days) if days else None
        click.echo(access.issue_key(session, application_id, now=now, expires_at=expires_at).text)


@cli.command()
@click.argument("key_id")
def revoke_key(key_id: str) -> None:
    """Revoke an API key by its id, the twelve characters after `mr_`; the next request with it is refused."""
    with work() as (session, now):
        access.revoke_key(session, key_id.removeprefix("mr_").split("_")[0], now=now)
