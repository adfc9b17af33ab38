"""Values that hold somebody's words keep them to themselves: no repr, and so no traceback and no log, says them."""

from __future__ import annotations

import enum
import importlib
import pkgutil
import types
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

import service
from service.settings import MasterKey, Settings
from service.vault.rules import Slot

CANARY = "cnrysomebodysaid"
# Where values are made of what people, staff and keys say. The directory and our own texts are public.
ROOMS = (
    "access", "consents", "demo", "disclosures", "erasure", "http", "intakes", "law", "mine", "people", "places",
    "referrals", "runtime", "vault",
)  # fmt: skip
# Texts that are ids, codes, versions, sentences of our own. Whoever adds a text to a value hides it or names it here.
CODES = frozenset(
    {
        "about", "acting_worker", "action", "auto_from", "by", "cannot_be_unsaid", "code", "credential_id", "done",
        "en", "epoch", "es", "id", "idle", "instance", "jurisdiction", "key_hash", "kind", "label", "limits_version",
        "locale", "location", "method", "name", "next", "notice", "notice_version", "operation", "organization_id",
        "organization_name", "provider_name", "reason", "request_id", "resource_id", "rules_version", "says",
        "secret_hash", "statements_version", "stays", "subject", "tag", "text_of_notice", "timezone", "title", "unit",
        "verbatim_lang", "version", "what_happens_next", "what_stays", "what_we_cannot_do", "worker", "worker_prompt",
    }
)  # fmt: skip
PUBLIC = frozenset({"MoveRule", "Notice", "Operation"})


def values() -> Iterator[type[Any]]:
    """Every dataclass of those rooms."""
    for module in pkgutil.walk_packages(service.__path__, "service."):
        if module.name.split(".")[1] in ROOMS and not module.name.endswith("__main__"):
            for each in vars(importlib.import_module(module.name)).values():
                if isinstance(each, type) and is_dataclass(each) and each.__module__ == module.name:
                    yield each


def filled(kind: type[Any], depth: int = 0) -> Any:
    """A value that says the canary in every text but its codes."""
    hints = typing.get_type_hints(kind)
    return kind(
        **{
            each.name: _filled(hints[each.name], depth) if each.name not in CODES else "a-code"
            for each in fields(kind)
            if each.init
        }
    )


def _filled(hint: Any, depth: int) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _filled(next(each for each in inner if each is not type(None)), depth)
    if origin in (tuple, list, frozenset, set) and inner and depth < 4:
        return origin([_filled(inner[0], depth)])
    if isinstance(hint, type) and is_dataclass(hint) and depth < 4:
        return filled(hint, depth + 1)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    return {str: CANARY, bytes: CANARY.encode()}.get(hint)


@pytest.mark.parametrize("kind", sorted(values(), key=str), ids=lambda each: str(each.__name__))
def test_value_keeps_what_it_holds_to_itself(kind: type[Any]) -> None:
    if kind.__name__ in PUBLIC:
        return
    assert CANARY not in repr(filled(kind)), (
        f"{kind.__name__} would say somebody's words in a traceback. Declare it with repr=False, or give it a __repr__ "
        "of ids; if the text is a code, name it in CODES."
    )


def test_keys_keep_their_secrets() -> None:
    key = MasterKey("e1", b"cnry" * 8)

    assert "cnry" not in repr(key) + repr(Settings.__repr__) + repr(filled(Slot))
