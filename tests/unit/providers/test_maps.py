"""Of foreign lists we take names and places; how they sort people is theirs (R-REF-3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.providers import lists
from service.providers.lists import read_csv, read_map

MAPS = sorted((Path(lists.__file__).parent / "maps").glob("*.json"))
NAMES_AND_PLACES = {"external_id", "name", "address", "phone", "latitude", "longitude"}


@pytest.mark.parametrize("path", MAPS, ids=lambda path: path.stem)
def test_map_takes_names_and_places_alone(path: Path) -> None:
    found = read_map(path)

    assert set(found["columns"]) <= NAMES_AND_PLACES
    assert found["offering"] == {"kind": "other"}


def test_word_of_a_foreign_list_for_a_kind_of_help_is_not_kept(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text('name1,city,type_facility,services\nCorner Room,Reno,"SA","What they call it"\n')

    with listed.open("rb") as file:
        [entry] = read_csv(file, read_map(MAPS[0]))

    assert "What they call it" not in str(entry)
    assert [each["kind"] for each in entry["offerings"]] == ["other"]
