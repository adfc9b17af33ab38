"""Commands about the directory of providers and offerings."""

from __future__ import annotations

import click

from service.cli.group import cli, work
from service.referrals.queries import list_reviews


@cli.command()
@click.option("--count", type=click.IntRange(1, 1000), default=50, show_default=True, help="how many, at most")
def reviews(count: int) -> None:
    """List providers to look at for how they turned somebody away, the newest first: day, reason, provider, offering.

    Whose reason was the person's use or medication is reviewed; the person never is, and none is named.
    """
    with work() as (session, _):
        for each in list_reviews(session, count):
            click.echo(f"{each.flagged_at:%Y-%m-%d}  {each.reason:20}  {each.provider_id}  {each.offering_id}")


@cli.group()
def directory() -> None:
    """The directory of providers and offerings."""
