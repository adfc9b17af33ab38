"""How things may stand with a person, as a code list with labels. No label blames anybody, and none closes the door."""

from __future__ import annotations

from service.guidance.vocabularies import Code
from service.people.rules import Status

_SAY: dict[Status, tuple[str, str]] = {
    Status.OPEN: ("In touch", "En contacto"),
    Status.QUIET: ("Not heard from for a while", "Sin noticias desde hace un tiempo"),
    Status.PAUSED_BY_PERSON: ("Paused, as the person wishes", "En pausa, como quiere la persona"),
    Status.CLOSED_BY_PERSON: ("Ended, as the person wishes", "Terminado, como quiere la persona"),
    Status.MOVED: ("Moved away", "Se mudó"),
    Status.DIED: ("Died", "Falleció"),
    Status.MERGED: (
        "Joined with another record, on the person's word",
        "Unido a otro registro, por su palabra",
    ),
}

STATUSES_VOCABULARY: tuple[Code, ...] = tuple(
    Code(status.value, {"en": english, "es": spanish}) for status, (english, spanish) in _SAY.items()
)
