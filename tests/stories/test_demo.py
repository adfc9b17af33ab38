"""The demo tells its story to the end, on both databases, and breaks loudly when the service does."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import LiveService
from tests.e2e.conftest import live_service as live_service
from tests.stories.asking import StoryBroke, Telling
from tests.stories.demo import tell_story
from tests.stories.worlds import OverHttp


def _telling(live_service: LiveService) -> Telling:
    keys = {role: each["api_key"] for role, each in live_service.credentials.items()}
    return Telling(OverHttp(live_service.base_url, keys))


@pytest.mark.database
def test_the_demo_is_told_to_its_end(live_service: LiveService, capsys: pytest.CaptureFixture[str]) -> None:
    tell_story(_telling(live_service))

    told = capsys.readouterr().out
    assert "They met." in told
    assert "Nobody was found by these words." in told
    assert not any(sign in told for sign in ("{", "None", '"'))


@pytest.mark.database
def test_a_step_that_goes_otherwise_breaks_the_story(live_service: LiveService) -> None:
    with pytest.raises(StoryBroke, match="answered 404 instead of 200"):
        _telling(live_service).ask("outreach", "GET /v1/nowhere")
