"""Which fields of an intake belong to which field group of a consent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from service.consents.terms import FieldGroup, Preview, Told
from service.intakes.rules import Said

# Fields that stand in no group are never shown to a recipient: what was said about pressure, a mandate, the worker's
# note, and to whom the person said no. Pregnancy goes with the household, so that nobody hears of it by the way.
FIELDS: dict[FieldGroup, tuple[str, ...]] = {
    FieldGroup.NAME: ("name_to_use", "pronouns"),
    FieldGroup.CONTACT: ("safe_contact",),
    FieldGroup.PRIORITIES: ("priorities", "wants_therapy"),
    FieldGroup.SUBSTANCES: ("substances", "medications_for_oud"),
    FieldGroup.PLACE: ("place", "travel"),
    FieldGroup.PREFERENCES: (
        "preferred_settings",
        "best_times",
        "age_band",
        "can_pay",
        "will_not_show",
        "wishes",
        "matters_most",
        "ever_served",
    ),
    FieldGroup.SAFETY: ("safety",),
    FieldGroup.HOUSEHOLD: ("household", "pregnant"),
    FieldGroup.ACCESS: ("access_needs", "affirming_needs"),
    FieldGroup.LANGUAGE: ("languages", "interpreter", "locale"),
}
_NOT_SAID: tuple[Any, ...] = (None, (), "not_asked", "declined")

Shared = dict[FieldGroup, dict[str, Any]]


def shared_of(content: Said, told: Told | Preview) -> Shared:
    """What was let through by the gate of what was said, group by group. What was not said and what is not shown look
    alike: absent.

    Priorities are told in the person's words alone. Their categories only help matching, and a code such as
    `pregnancy_reproductive` or `safety_from_harm` would tell what another group holds.
    """
    content = replace(content, priorities=tuple(replace(each, categories=()) for each in content.priorities))
    said = {group: {name: getattr(content, name) for name in FIELDS[group]} for group in sorted(told.field_groups)}
    shown = {
        group: {name: value for name, value in fields.items() if value not in _NOT_SAID}
        for group, fields in said.items()
    }
    return {group: fields for group, fields in shown.items() if fields}
