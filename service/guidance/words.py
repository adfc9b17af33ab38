"""Sentences for people, in every language that we speak."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

from service.guidance.rules import LOCALES


class Sentences:
    """A small catalogue: key → language → sentence. Every sentence stands in every language, with the same gaps."""

    def __init__(self, sentences: Mapping[str, Mapping[str, str]]) -> None:
        for key, by_locale in sentences.items():
            if set(by_locale) != set(LOCALES):
                raise ValueError(f"The sentence {key} is not there in every language.")
            if len({_gaps(text) for text in by_locale.values()}) != 1:
                raise ValueError(f"The sentence {key} has other gaps in one language than in another.")
        self._sentences = sentences

    def say(self, key: str, locale: str, **values: object) -> str:
        """Say a sentence; English where we do not speak the language."""
        by_locale = self._sentences[key]
        text = by_locale.get(locale, by_locale["en"])
        return text.format(**values) if values else text

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)


def _gaps(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def choose(text: Mapping[str, str], locale: str) -> str:
    """Choose from a text by language: the wanted one, else English, else whichever there is."""
    return text.get(locale) or text.get("en") or next(iter(text.values()), "")
