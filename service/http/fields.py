"""Fields: the shapes that values take on the wire, and whose words a text holds."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID
from zoneinfo import available_timezones

import langcodes
import marshmallow as ma
from marshmallow.fields import Constant as Constant

Voice = Literal["person", "worker", "provider", "coordinator", "system", "external_code"]
LONGEST_WORDS = 4000
SAFE_INTEGER = 2**53
_RFC3339 = re.compile(r"\A\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})\Z", re.ASCII)
_UUID = re.compile(r"\A[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


_CODED = {"x-voice": "external_code"}


def _metadata(kwargs: dict[str, Any], why: str | None, **more: Any) -> dict[str, Any]:
    """Move what a field tells the documentation into its metadata."""
    metadata: dict[str, Any] = {**kwargs.pop("metadata", {}), **more}
    for name in ("description", "example"):
        if name in kwargs:
            metadata[name] = kwargs.pop(name)
    if why is not None:
        metadata["x-why-we-ask"] = why
    kwargs["metadata"] = metadata
    return kwargs


class Words(ma.fields.String):
    """A person's own words: kept byte for byte, never trimmed, folded, translated or linted. NUL is refused."""

    default_error_messages = {  # noqa: RUF012
        "invalid": "This must be text, in the person's own words.",
        "nul": "This text holds a NUL character, which cannot be kept.",
        "length": "{shortest} to {longest} characters fit here; longer words can go into several.",
    }

    def __init__(
        self, *, longest: int = LONGEST_WORDS, shortest: int = 1, why: str | None = None, **kwargs: Any
    ) -> None:
        self.longest = longest
        self.shortest = shortest
        bounds = {"minLength": shortest, "maxLength": longest, "x-voice": "person"}
        super().__init__(**_metadata(kwargs, why, **bounds))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if "\x00" in value:
            raise self.make_error("nul")
        if not self.shortest <= len(value) <= self.longest:
            raise self.make_error("length", shortest=self.shortest, longest=self.longest)
        return value


class Text(ma.fields.String):
    """Text of staff, providers or the house itself: kept as NFC, without control characters."""

    default_error_messages = {  # noqa: RUF012
        "invalid": "This must be text.",
        "control": "This text holds control characters, which cannot be kept.",
        "length": "{shortest} to {longest} characters fit here.",
    }

    def __init__(
        self, *, voice: Voice, longest: int = 2000, shortest: int = 1, why: str | None = None, **kwargs: Any
    ) -> None:
        self.voice = voice
        self.longest = longest
        self.shortest = shortest
        bounds = {"minLength": shortest, "maxLength": longest, "x-voice": voice}
        super().__init__(**_metadata(kwargs, why, **bounds))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if _CONTROL.search(value):
            raise self.make_error("control")
        text = unicodedata.normalize("NFC", value)
        if not self.shortest <= len(text) <= self.longest:
            raise self.make_error("length", shortest=self.shortest, longest=self.longest)
        return text


class Code(ma.fields.Field[StrEnum]):
    """One value of a closed list."""

    default_error_messages = {"invalid": "This must be one of: {known}."}  # noqa: RUF012

    def __init__(self, codes: type[StrEnum], *, why: str | None = None, **kwargs: Any) -> None:
        self.codes = codes
        self._by_value = {code.value: code for code in codes}
        nullable = kwargs.get("allow_none") or kwargs.get("load_default", ma.missing) is None
        listed = [*self._by_value, *([None] if nullable else [])]
        super().__init__(**_metadata(kwargs, why, type="string", enum=listed))

    def _serialize(self, value: StrEnum | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> StrEnum:
        found = self._by_value.get(value) if isinstance(value, str) else None
        if found is None:
            raise self.make_error("invalid", known=", ".join(self._by_value))
        return found


class Whole(ma.fields.Field[int]):
    """An integral number: 1 and 1.0, neither 7.9 nor "7"; always within bounds."""

    default_error_messages = {  # noqa: RUF012
        "invalid": "This must be a whole number.",
        "range": "This number is outside what can be kept.",
    }

    def __init__(
        self, *, least: int = -SAFE_INTEGER, most: int = SAFE_INTEGER, why: str | None = None, **kwargs: Any
    ) -> None:
        self.least = least
        self.most = most
        super().__init__(**_metadata(kwargs, why, type="integer", minimum=least, maximum=most))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise self.make_error("invalid")
        if not self.least <= value <= self.most:
            raise self.make_error("range")
        return int(value)


class WholeInQuery(Whole):
    """An integral number in a query string, where everything is text."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,16}", value):
            raise self.make_error("invalid")
        return super()._deserialize(int(value), attr, data, **kwargs)


class Number(ma.fields.Field[float]):
    """A finite number within bounds."""

    default_error_messages = {  # noqa: RUF012
        "invalid": "This must be a number.",
        "range": "This must be a number from {least:g} to {most:g}.",
    }

    def __init__(self, *, least: float, most: float, why: str | None = None, **kwargs: Any) -> None:
        self.least = least
        self.most = most
        super().__init__(**_metadata(kwargs, why, type="number", minimum=least, maximum=most))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid")
        if not self.least <= value <= self.most:  # NaN is nowhere within.
            raise self.make_error("range", least=self.least, most=self.most)
        return float(value)


class Truth(ma.fields.Field[bool]):
    """true or false, and nothing that merely looks like it."""

    default_error_messages = {"invalid": "This must be true or false."}  # noqa: RUF012

    def __init__(self, *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(**_metadata(kwargs, why, type="boolean"))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Id(ma.fields.Field[UUID]):
    """A UUID, in lower case with hyphens."""

    default_error_messages = {"invalid": "This must be a UUID in lower case."}  # noqa: RUF012

    def __init__(self, *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(**_metadata(kwargs, why, type="string", format="uuid"))

    def _serialize(self, value: UUID | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> UUID:
        if not isinstance(value, str) or not _UUID.match(value):
            raise self.make_error("invalid")
        return UUID(value)


class Instant(ma.fields.Field[datetime]):
    """An instant (RFC 3339). A time without its zone is refused; answers are UTC and end in Z."""

    default_error_messages = {"invalid": "This must be an instant with its zone, such as 2026-01-31T09:00:00Z."}  # noqa: RUF012

    def __init__(self, *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(**_metadata(kwargs, why, type="string", format="date-time"))

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not _RFC3339.match(value):
            raise self.make_error("invalid")
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as odd:
            raise self.make_error("invalid") from odd


class LocalInstant(Instant):
    """An instant as the clocks of a place show it: RFC 3339, with the offset that is in force there."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat()


class Day(ma.fields.Date):
    """A day, YYYY-MM-DD."""

    def __init__(self, *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(**_metadata(kwargs, why))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)


class WallClock(ma.fields.String):
    """A minute as the clocks of a place show it: local time without a zone."""

    default_error_messages = {"invalid": "This must be a local time such as 2026-12-01T10:30."}  # noqa: RUF012

    def __init__(self, *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(**_metadata(kwargs, why, pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$", **_CODED))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        try:
            minute = datetime.strptime(value, "%Y-%m-%dT%H:%M").isoformat(timespec="minutes")  # noqa: DTZ007
        except (TypeError, ValueError) as odd:
            raise self.make_error("invalid") from odd
        if minute != value:
            raise self.make_error("invalid")
        return minute


class TimeZone(ma.fields.String):
    """A zone of the IANA time zone database."""

    default_error_messages = {"invalid": "This must be an IANA time zone such as America/Los_Angeles."}  # noqa: RUF012

    def __init__(self, *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(**_metadata(kwargs, why, maxLength=64, **_CODED))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in _time_zones():
            raise self.make_error("invalid")
        return value


@lru_cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


class LanguageTag(ma.fields.String):
    """A language (BCP 47, RFC 5646): es, en-US, ase. Kept in its standard spelling."""

    default_error_messages = {"invalid": "This must be a language tag such as en, es or ase."}  # noqa: RUF012

    def __init__(self, *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(**_metadata(kwargs, why, maxLength=35))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        tag = _standard_tag(value) if isinstance(value, str) and len(value) <= 35 else None
        if tag is None:
            raise self.make_error("invalid")
        return tag


@lru_cache(maxsize=1024)
def _standard_tag(tag: str) -> str | None:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", tag):
        return None
    try:
        return str(langcodes.standardize_tag(tag)) if langcodes.tag_is_valid(tag) else None
    except ValueError:
        return None


class Nested(ma.fields.Nested):
    """An object inside another one."""

    def __init__(self, nested: Any, *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(nested, **_metadata(kwargs, why))


class Every(ma.fields.List[Any]):
    """Every one there is. What we say has no bound but a page's, and a promise of one would break with the 101st."""

    def __init__(self, inner: Any, *, why: str | None = None, **kwargs: Any) -> None:
        super().__init__(inner, **_metadata(kwargs, why))


class List(Every):
    """A list that comes in, with an end."""

    def __init__(self, inner: Any, *, most: int = 100, **kwargs: Any) -> None:
        kwargs.setdefault("validate", ma.validate.Length(max=most, error="This list is longer than can be kept."))
        super().__init__(inner, **kwargs)
