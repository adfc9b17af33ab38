"""What the person's own pages say, and how codes are called there: from data, in English and Spanish."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from service.consents.vocabulary import FIELD_GROUPS_VOCABULARY
from service.guidance.vocabularies import Code, house_vocabularies
from service.guidance.words import Sentences, choose
from service.intakes.vocabulary import INTAKE_VOCABULARIES
from service.people.vocabulary import STATUSES_VOCABULARY

_SENTENCES = Sentences(json.loads((Path(__file__).parent / "data" / "sentences.json").read_text()))
_KEYS = frozenset(_SENTENCES)


def say(key: str, locale: str, **values: object) -> str:
    """Say one sentence, with its gaps filled."""
    return _SENTENCES.say(key, locale, **values)


def label(name: str, code: str, locale: str) -> str:
    """What a code of a list is called; what the list does not know reads as `other`, or as the code itself."""
    found = _labels().get((name, code))
    if found is not None:
        return choose(found, locale)
    for key in (f"{name}.{code}", f"{name}.other"):
        if key in _KEYS:
            return say(key, locale)
    return code.replace("_", " ")


@lru_cache
def _labels() -> dict[tuple[str, str], dict[str, str]]:
    lists: dict[str, tuple[Code, ...]] = {
        **house_vocabularies(),
        **INTAKE_VOCABULARIES,
        "field_groups": FIELD_GROUPS_VOCABULARY,
        "status": STATUSES_VOCABULARY,
    }
    return {(name, each.code): dict(each.label) for name, codes in lists.items() for each in codes}
