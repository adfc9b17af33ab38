"""The thirty canaries, and the search for them.

Each has a core that stands nowhere else in the world. It is looked for in whatever case, as UTF-16, in hexadecimal (as
a dump writes bytes) and in base64; percent signs and JSON's escapes leave a core as it is.
"""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

PLANTED = (
    "name_to_use", "pronouns", "verbatim", "small_step", "part_of_me_wants", "part_of_me_does_not", "name_verbatim",
    "what_it_does_for_me", "what_i_do_not_like", "area_text", "near", "wish", "place_text", "usual_times_text",
    "ask_for_text", "phone", "safe_times_text", "not_safe_times_text", "code_word", "what_would_help_now",
    "blocked_recipient", "worker_note", "given_item", "never_kept", "amended", "signed_name", "discloser", "witness",
    "note", "providers_reason",
)  # fmt: skip
Places = Iterable[tuple[str, bytes]]
# What stands between the words of a return code: as people write it; and as forms and addresses send it.
_BLANK, _SENT = " ", ("+", "%20")


@dataclass
class Canaries:
    """What was planted, and what the service itself made that nobody but its owner may see: name → core.

    A secret that has a place where it belongs is named in `at_home`: name → place.
    """

    chance: random.Random
    cores: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    at_home: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hatch the thirty."""
        self.cores = {name: self._core(name) for name in PLANTED}

    def _core(self, name: str) -> str:
        if name == "phone":
            return "".join(self.chance.choices(string.digits, k=14))
        return "cnry" + "".join(self.chance.choices(string.ascii_lowercase, k=14))

    def words(self, name: str) -> str:
        """A text around a core, as somebody might say it, accents and all."""
        return self.cores[name] if name == "phone" else f"Señal {self.cores[name].title()} ☂"

    def all(self) -> dict[str, str]:
        """Everything that is looked for."""
        return {**self.cores, **self.secrets}

    def found(self, places: Places) -> list[str]:
        """Where which of them were found: `log: code_word`."""
        forms = {name: frozenset(forms_of(core)) for name, core in self.all().items()}
        return [
            f"{place}: {name}"
            for place, raw, folded in ((place, raw, raw.lower()) for place, raw in places)
            for name, looks in forms.items()
            if self.at_home.get(name) != place and any(look in (raw if cased else folded) for cased, look in looks)
        ]


def forms_of(core: str) -> Iterator[tuple[bool, bytes]]:
    """The forms in which a core may lie about; and whether case matters in it."""
    yield from ((False, core.replace("-", between).lower().encode()) for between in _SENT)
    for spelled in {core, core.replace("-", _BLANK)}:
        plain = spelled.lower()
        for encoding in ("utf-8", "utf-16-le"):
            raw = plain.encode(encoding)
            yield False, raw
            yield False, raw.hex().encode()
        for cased in {spelled, spelled.title(), spelled.upper()}:
            raw = cased.encode()
            yield True, raw.hex().encode()
            for shift in range(3):
                inside = base64.b64encode(b"\0" * shift + raw)
                yield True, inside[4 if shift else 0 : len(inside) // 4 * 4 - 4]
