"""What is said of an offering's room: what was heard, how long ago, and that nobody answered since."""

from __future__ import annotations

from service.guidance.rules import LOCALES
from service.guidance.words import Sentences
from service.matching.verdicts import Single
from service.providers.codes import CapacityStatus

_SENTENCES: dict[str, tuple[str, str]] = {
    "capacity": ("It had room {ago}.", "Tenía lugar {ago}."),
    "waitlist": ("There was a waitlist {ago}.", "Había lista de espera {ago}."),
    "no_capacity": ("It had no room {ago}.", "No tenía lugar {ago}."),
    "additional_assessment_required": (
        "They look at each person first; we last heard {ago}.",
        "Primero hablan con cada persona; lo supimos {ago}.",
    ),
    "unknown": (
        "We do not know whether there is room: we have no news.",
        "No sabemos si hay lugar: no tenemos noticias.",
    ),
    "old": (
        "We do not know whether there is room: we last heard {ago}.",
        "No sabemos si hay lugar: lo último que supimos fue {ago}.",
    ),
    "silent": (
        "Since then they did not answer when somebody asked for a place.",
        "Desde entonces no contestaron cuando alguien pidió un lugar.",
    ),
    "wait": ("The wait is about {days} days.", "La espera es de unos {days} días."),
    "wait_unsaid": ("They did not say how long the wait is.", "No dijeron cuánto dura la espera."),
}
SENTENCES = Sentences({key: dict(zip(LOCALES, both, strict=True)) for key, both in _SENTENCES.items()})


def in_words(one: Single) -> str:
    """Say it. The age is that of the news itself, and a wait is one that they named: we reckon otherwise, and say so
    nowhere as if it had been heard."""
    room = one.room
    if room is None:
        return SENTENCES.say("unknown", one.locale)
    said = [SENTENCES.say("old" if room.is_old(one.now) else room.status.value, one.locale, ago=one.heard)]
    if room.silences:
        said.append(SENTENCES.say("silent", one.locale))
    if room.expected_wait_days:
        said.append(SENTENCES.say("wait", one.locale, days=room.expected_wait_days))
    elif room.status is CapacityStatus.WAITLIST and room.expected_wait_days is None:
        said.append(SENTENCES.say("wait_unsaid", one.locale))
    return " ".join(said)
