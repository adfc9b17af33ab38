"""The requests of the README, pasted into a shell."""

from __future__ import annotations

import re
import subprocess

from tests.e2e.conftest import LiveService
from tests.readme import README


def test_requests_of_the_readme_take_somebody_in_find_help_and_open_their_own_door(live_service: LiveService) -> None:
    blocks = [block for block in re.findall(r"```sh\n(.*?)```", README.read_text(), re.DOTALL) if "curl" in block]
    pasted = (
        "\n".join(blocks)
        .replace("http://127.0.0.1:8000", live_service.base_url)
        .replace("var/", f"{live_service.data_dir}/")
    )

    said = subprocess.run(["bash", "-ec", pasted], capture_output=True, text=True, check=True, timeout=60).stdout

    assert '"return_code"' in said
    assert '"Open Door Housing"' in said
    assert '"status":4' not in said
    assert '"looked":[' in said
