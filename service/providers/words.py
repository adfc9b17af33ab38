"""Words of names, as they are searched by: without case, accents and apostrophes, so that nobody has to spell well."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST_WORD = 60
_WORD = re.compile(r"[^\W_]+")
# People write Women's, Women’s and Womens, and mean the same place.
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`](?=\w)")
# Letters that Unicode takes apart into nothing simpler, and that keyboards elsewhere do not have.
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def words_of(*texts: str) -> tuple[str, ...]:
    """Every word of some texts, folded, each once, in the order of the alphabet."""
    return tuple(sorted({word[:LONGEST_WORD] for text in texts for word in _WORD.findall(folded(text))}))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text without case, accents and apostrophes."""
    if text.isascii():
        return _APOSTROPHES.sub("", text.lower())
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _APOSTROPHES.sub("", "".join(each for each in apart if not unicodedata.combining(each)).translate(_PLAIN))
