"""Redis counts, and knows nobody: a keyed hash that changes every day, and a number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import redis

from service.app import create_app
from tests import servers
from tests.houses import House, Key

pytestmark = [pytest.mark.database, pytest.mark.processes]


def test_keys_and_values_say_nothing_about_who_asked(house: House, outreach: Key, tmp_path: Path) -> None:
    with servers.redis(tmp_path) as url:
        if url is None:
            pytest.skip("no Redis was found")
        settings = replace(house.runtime.settings, redis_url=url)
        client = create_app(runtime=replace(house.runtime, settings=settings)).test_client()
        for headers in (outreach.headers, {"Authorization": "Bearer nonsense"}):
            client.post("/v1/intakes", json={"name_to_use": "Ruby"}, headers=headers)
        with redis.Redis.from_url(url) as store:
            kept = {key.decode(): store.get(key) for key in store.scan_iter()}

    known = (outreach.api_key, outreach.api_key.split("_")[1], str(outreach.application_id), "127.0.0.1", "Ruby")
    assert kept
    assert [key for key in kept for each in known if each in key] == []
    assert all(value is not None and value.isdigit() for value in kept.values())
