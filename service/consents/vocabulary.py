"""Field groups, and what is said before somebody signs, as lists of codes with labels."""

from __future__ import annotations

from service.consents.statements import STATEMENTS, STATEMENTS_VERSION
from service.consents.terms import FieldGroup
from service.guidance.vocabularies import Code

_SAY: dict[FieldGroup, tuple[str, str]] = {
    FieldGroup.NAME: ("The name you use, and your pronouns.", "El nombre que usa y sus pronombres."),
    FieldGroup.CONTACT: ("How and when it is safe to reach you.", "Cómo y cuándo es seguro contactarle."),
    FieldGroup.PRIORITIES: ("What matters to you, in your words.", "Lo que le importa, en sus palabras."),
    FieldGroup.SUBSTANCES: (
        "What you said about substances and medication.",
        "Lo que dijo sobre sustancias y medicación.",
    ),
    FieldGroup.PLACE: (
        "About where you are, and how far you can go.",
        "Dónde está más o menos y hasta dónde puede ir.",
    ),
    FieldGroup.PREFERENCES: (
        "How and when you like to meet, your age band, how you can pay, what you will not show, your wishes.",
        "Cómo y cuándo prefiere reunirse, su edad aproximada, cómo puede pagar, qué no mostrará, sus deseos.",
    ),
    FieldGroup.SAFETY: ("What you said about your safety.", "Lo que dijo sobre su seguridad."),
    FieldGroup.HOUSEHOLD: (
        "Partner, kids, pets, and whether you are pregnant.",
        "Pareja, hijos, mascotas y si está embarazada.",
    ),
    FieldGroup.ACCESS: (
        "What makes a place accessible and safe for you.",
        "Lo que hace que un lugar le sea accesible.",
    ),
    FieldGroup.LANGUAGE: ("Your languages, and an interpreter.", "Sus idiomas y si quiere intérprete."),
}

FIELD_GROUPS_VOCABULARY: tuple[Code, ...] = tuple(
    Code(group, {"en": english, "es": spanish}) for group, (english, spanish) in _SAY.items()
)

CONSENT_STATEMENTS_VOCABULARY: tuple[Code, ...] = tuple(
    Code(f"{STATEMENTS_VERSION}/{number}", {"en": english, "es": spanish})
    for number, (english, spanish) in enumerate(
        zip(STATEMENTS[STATEMENTS_VERSION]["en"], STATEMENTS[STATEMENTS_VERSION]["es"], strict=True), start=1
    )
)
