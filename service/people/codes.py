"""Return codes as words: six words of a list of 2,048, easy to say, hard to guess, spelled alike by everybody.

A code is a number of 66 bits (see `vault`); here it becomes words, in the person's language, and words become it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

WORDS_A_CODE = 6
BITS_A_WORD = 11
NO_CODE = 1 << WORDS_A_CODE * BITS_A_WORD
LOCALES = ("en", "es")
_BETWEEN = re.compile(r"[^a-z]+")


@lru_cache
def word_list(locale: str) -> tuple[str, ...]:
    """The 2,048 words of a language."""
    return tuple((Path(__file__).parent / "words" / f"{locale}.txt").read_text().split())


@lru_cache
def _positions(locale: str) -> dict[str, int]:
    return {word: position for position, word in enumerate(word_list(locale))}


def spell(code: int, locale: str) -> str:
    """Spell a code as six words with hyphens between them."""
    words = word_list(locale if locale in LOCALES else "en")
    shifts = range((WORDS_A_CODE - 1) * BITS_A_WORD, -1, -BITS_A_WORD)
    return "-".join(words[code >> shift & (2**BITS_A_WORD - 1)] for shift in shifts)


def readings(said: str) -> tuple[int, ...]:
    """What somebody may have meant, one reading a language; capitals, accents, blanks and hyphens do not matter.

    There are always as many readings as languages, so that words that are nothing cost as much as words that are
    something; what cannot be read is a number that no code has.
    """
    return tuple(_reading(said, locale) for locale in LOCALES)


def _reading(said: str, locale: str) -> int:
    plain = unicodedata.normalize("NFKD", said).casefold()
    words = [word for word in _BETWEEN.split("".join(c for c in plain if not unicodedata.combining(c))) if word]
    positions = _positions(locale)
    if len(words) != WORDS_A_CODE or any(word not in positions for word in words):
        return NO_CODE
    code = 0
    for word in words:
        code = (code << BITS_A_WORD) + positions[word]
    return code
