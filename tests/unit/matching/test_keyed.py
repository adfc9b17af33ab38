"""Sets of keys under numbers."""

from __future__ import annotations

import numpy as np

from service.matching.keyed import KeySets, written_keys


def test_sets_with_the_same_keys_of_a_kind_stand_together() -> None:
    sets = KeySets()
    written = [
        written_keys(covers=["US-NV"], licensed=["US-CA"]),
        written_keys(licensed=["US-AK"]),
        written_keys(covers=["US-AZ"]),
        written_keys(licensed=["US-CA"]),
        written_keys(licensed=["US-CA", "US-OR"]),
        written_keys(licensed=["US-WA"]),
    ]
    california, alaska, nowhere, only_california, two_states, washington = sets.numbers(written)
    asked = np.array([washington, california, alaska, two_states, only_california, nowhere, alaska], dtype=np.int32)

    ranks = sets.ranks("licensed", asked).tolist()

    assert ranks[2] == ranks[6]
    in_order = sorted(set(zip(ranks, asked.tolist(), strict=True)))
    assert [number for _, number in in_order] == [nowhere, alaska, california, only_california, two_states, washington]
