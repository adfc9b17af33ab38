"""Commands about the directory of providers and offerings."""

from __future__ import annotations

import click

from service.cli.group import cli, work, world
from service.cli.progress import Ticker
from service.matching.keeping import Cards
from service.providers.actions import raise_version
from service.providers.enlisting import relist_some
from service.providers.models import OfferingRecord
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


@directory.command("relist")
def relist_all() -> None:
    """List every offering anew, after an upgrade that says that levels or words are worked out otherwise."""
    after, counted = None, 0
    with world() as runtime:
        while True:
            with runtime.database.session() as session:
                behind = () if after is None else (OfferingRecord.id > after,)
                after, count = relist_some(session, *behind, version=raise_version(session), in_doubt=True)
            counted += count
            if after is None:
                break
    click.echo(f"{counted} offerings listed")


@directory.command()
def cards() -> None:
    """Make the cards that matching starts from, where they are missing or older than the facts; a worker does, too."""
    with world() as runtime:
        made = Cards(runtime.database).keep(runtime.clock.now().date(), Ticker("cards made"))
    click.echo(f"{made} cards made")
