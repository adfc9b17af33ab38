"""The quick way out writes what marshmallow itself would write."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import marshmallow as ma
import pytest

from service.http import fields
from service.http.schemas import Schema, ValueForm


class Colour(StrEnum):
    """A closed list."""

    GREEN = "green"


@dataclass(frozen=True)
class Leaf:
    """What is nested."""

    name: str | None = "oak"
    colour: Colour | None = Colour.GREEN


@dataclass(frozen=True)
class Tree:
    """What is written."""

    leaves: tuple[Leaf, ...] = (Leaf(), Leaf(None, None))
    leaf: Leaf | None = None
    numbers: tuple[int, ...] | None = (1, 2)
    inside: Any = field(default_factory=lambda: SimpleNamespace(height=3))


class LeafForm(ValueForm):
    """It leaves out what is not said."""

    value = Leaf
    name = fields.Text(voice="system")
    colour = fields.Code(Colour)


class LoudLeafView(Schema):
    """It writes itself in its own way."""

    name = fields.Text(voice="system")

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """Write it in capitals."""
        assert not many
        return {"name": (obj.name or "").upper()}


class LateLeafView(Schema):
    """It has a hook behind it."""

    name = fields.Text(voice="system")

    @ma.post_dump
    def _fall(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "fallen": True}


class TreeView(Schema):
    """Every way in which a field is written."""

    loud = fields.Every(fields.Nested(LoudLeafView), attribute="leaves", dump_only=True)
    late = fields.Every(fields.Nested(LateLeafView), attribute="leaves", dump_only=True)
    leaves = fields.Every(fields.Nested(LeafForm))
    leaf = fields.Nested(LeafForm, allow_none=True)
    every_leaf = fields.Nested(LeafForm(many=True), attribute="leaves", dump_only=True)
    numbers = fields.Every(fields.Whole())
    height = fields.Whole(attribute="inside.height")
    renamed = fields.Every(fields.Whole(), data_key="re-named", attribute="numbers", dump_only=True)
    kind = fields.Constant("tree")
    unsaid = fields.Text(voice="system")
    by_default = fields.Text(voice="system", dump_default="as ever")
    counted = ma.fields.Integer(dump_default=lambda: 7)


TREES = [Tree(), Tree(leaves=(), leaf=Leaf()), Tree(numbers=None)]


@pytest.mark.parametrize("tree", TREES)
def test_both_ways_write_the_same(tree: Tree) -> None:
    quick = TreeView().dump(tree)

    assert quick == ma.Schema._serialize(TreeView(), tree)
    assert quick["kind"] == "tree"
    assert quick["height"] == 3
    assert "unsaid" not in quick
    assert [each["name"] for each in quick["loud"]] == [(leaf.name or "").upper() for leaf in tree.leaves]
    assert all(each["fallen"] for each in quick["late"])


def test_dicts_and_lists_are_written_too() -> None:
    assert TreeView().dump({"numbers": [1], "inside": {"height": 4}})["height"] == 4
    assert [each["kind"] for each in TreeView(many=True).dump(TREES)] == ["tree"] * 3
