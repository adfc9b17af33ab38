"""What whoever puts a legal demand on record reads at once, in every language that we speak."""

from __future__ import annotations

from service.guidance.words import Sentences

_SENTENCES = Sentences(
    {
        "held": {
            "en": "The demand is on record and held. Nothing was looked up, and nothing is told.",
            "es": "La exigencia está anotada y en espera. No se buscó nada y no se cuenta nada.",
        },
        "say_nothing": {
            "en": "Say neither yes nor no to whoever brought it, not even whether we know somebody.",
            "es": "No diga ni sí ni no a quien la trajo, ni siquiera si conocemos a alguien.",
        },
        "privacy_lead": {
            "en": "The privacy lead reads it with counsel. A subpoena alone opens nothing.",
            "es": "La persona encargada de la privacidad la lee con un abogado. Un citatorio solo no abre nada.",
        },
        "both_papers": {
            "en": "Only a court order under 42 CFR 2.61 to 2.67, with a subpoena or a similar mandate, and two "
            "approvals can open what the order names, about one person, once.",
            "es": "Solo una orden judicial según 42 CFR 2.61 a 2.67, junto con un citatorio o mandato parecido, y dos "
            "aprobaciones pueden abrir lo que la orden nombra, sobre una persona, una vez.",
        },
    }
)


def what_happens_next(locale: str) -> tuple[str, ...]:
    """What happens with a demand now, step by step."""
    return tuple(_SENTENCES.say(key, locale) for key in _SENTENCES)
