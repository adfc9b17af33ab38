"""Twenty-five people come in. Every story is played over HTTP against a running service, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.access.rules import Role
from service.providers.importing import import_directory
from service.providers.schemas.entries import read_entry
from tests.e2e.conftest import LiveService
from tests.e2e.conftest import live_service as live_service
from tests.houses import House, Key
from tests.stories.directory import load
from tests.stories.player import CHECKS, Story, play, stories
from tests.stories.worlds import InProcess, OverHttp

ALL = stories()


def test_there_are_twenty_five_and_those_that_came_later() -> None:
    assert len(ALL) >= 25
    assert [story.data["number"] for story in ALL] == list(range(1, len(ALL) + 1))


@pytest.mark.parametrize("story", ALL, ids=str)
def test_every_statement_is_checked_or_said_to_be_judged_or_later(story: Story) -> None:
    assert story.data["must"]
    assert story.data["must_not"]
    assert {each["check"] for each in (*story.data["must"], *story.data["must_not"])} <= CHECKS
    assert all(isinstance(each["later"], int) for each in story.data.get("later", []))


@pytest.mark.database
@pytest.mark.parametrize("story", stories(), ids=str)
def test_story_over_http(story: Story, live_service: LiveService) -> None:
    world = OverHttp(live_service.base_url, {role: each["api_key"] for role, each in live_service.credentials.items()})

    assert play(story, world) == []


@pytest.mark.database
@pytest.mark.parametrize("story", [each for each in stories() if each.needs_its_own_clock], ids=str)
def test_story_in_which_months_pass(story: Story, house: House, make_key: Callable[..., Key]) -> None:
    keys = {role.value: make_key(role) for role in Role}
    entries = load(house.clock.now().date())["providers"]
    for entry in entries:
        owner = entry.pop("organization", "steward")
        entry["organization_id"] = str(keys[owner].organization_id)
    import_directory(house.runtime.database, entries, read_entry, now=house.clock.now())

    assert play(story, InProcess(house, keys)) == []
