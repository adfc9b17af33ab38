"""What a line of the inventory is, what is wrong with lines, and what taking something would yield."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How something is kept; what is packed follows from what is kept in the clear, and can be made again."""

    CLEAR = "clear"
    SEALED = "sealed"
    HASHED = "hashed"
    PACKED = "packed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One thing that is held: where (`intake_version.sealed/Said.name_to_use`), in which form, whose words, why, who
    can read it (a scope, or a word of `readers`; `recipient/name` is a provider whom a consent to that group names),
    and how long (a word of `kept`)."""

    store: str
    place: str
    form: Form
    whose: str
    why: str
    read_by: tuple[str, ...]
    kept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """One way to take something: which stores that is, and whether the keys come along."""

    code: str
    what: str
    yields: str
    holds: tuple[str, ...]
    opens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """What a taking yields, worked out: places that can be read, and how many are noise or hashes."""

    taking: Taking
    readable: tuple[str, ...]
    noise: int
    hashes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the words of the lines mean, by kind of word."""

    stores: Mapping[str, str]
    forms: Mapping[str, str]
    voices: Mapping[str, str]
    kept: Mapping[str, str]
    readers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All that is held, what the words mean, what takings yield, and what is missing, each with its cure."""

    held: tuple[Held, ...]
    words: Words
    takings: tuple[Taking, ...]
    missing: tuple[str, ...]

    @property
    def yields(self) -> tuple[Yield, ...]:
        """What each way of taking yields."""
        return tuple(yielded(taking, self.held) for taking in self.takings)


def yielded(taking: Taking, held: Iterable[Held]) -> Yield:
    """Work out what somebody has in hand who took this. Hashes stay hashes, whatever comes along."""
    there = [each for each in held if each.store in taking.holds]
    readable = [each for each in there if each.form is Form.CLEAR or (taking.opens and each.form is Form.SEALED)]
    return Yield(
        taking=taking,
        readable=tuple(each.place for each in readable),
        noise=0 if taking.opens else sum(each.form is Form.SEALED for each in there),
        hashes=sum(each.form is Form.HASHED for each in there),
    )


def wrong_words(held: Iterable[Held], words: Words, scopes: Iterable[str]) -> Iterator[str]:
    """Name the words of lines that mean nothing."""
    known = {*words.readers, *scopes}
    for each in held:
        if each.kept not in words.kept:
            yield f"{each.place}: `kept` says {each.kept!r}, which [kept] in service/inventory/data/beyond.toml lacks."
        if each.whose not in words.voices:
            yield f"{each.place}: `whose` says {each.whose!r}, which is not in [voices]."
        for reader in each.read_by:
            if reader.partition("/")[0] not in known:
                yield f"{each.place}: `read_by` says {reader!r}, which is neither a scope nor in [readers]."
