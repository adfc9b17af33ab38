"""The sentences that a proposal says, plain and short, in English and Spanish. Nobody is told about anybody else."""

from __future__ import annotations

from service.guidance.rules import LOCALES
from service.guidance.words import Sentences

_SENTENCES: dict[str, tuple[str, str]] = {
    # Of the whole.
    "nothing_happened": (
        "Nothing was reserved and nobody was told. Each person still chooses, and may say no to all of this.",
        "No se reservó nada y no se avisó a nadie. Cada persona sigue eligiendo, y puede decir que no a todo esto.",
    ),
    "aim": (
        "It is made so that the most people get help with what they put first; then so that the most get help at all; "
        "then so that it fits best in all. Between equals lots are drawn, anew each day.",
        "Está hecha para que la mayor cantidad de personas reciba ayuda con lo que puso primero; después, para que la "
        "mayor cantidad reciba alguna ayuda; después, para que en conjunto encaje mejor. Entre iguales se echa a "
        "suertes, de nuevo cada día.",
    ),
    "not_kept": (
        "It is not kept. Asked again, it is made anew from what is known then.",
        "No se guarda. Si se pide otra vez, se hace de nuevo con lo que se sepa entonces.",
    ),
    # Of one person: why this one.
    "best": ("This is their best match.", "Es lo que mejor le encaja."),
    "helps_first": ("It helps with what they put first.", "Ayuda con lo que la persona puso primero."),
    "helps_later": (
        "It helps with something else that they named, not with what they put first.",
        "Ayuda con otra cosa que la persona nombró, no con lo que puso primero.",
    ),
    "uncertain": (
        "How much room there is there is not known: ask before anybody sets out.",
        "No se sabe cuánto lugar hay allí: pregunte antes de que nadie vaya.",
    ),
    # Of one person: why not their best match.
    "best_is": ("Their best match is {best}.", "Lo que mejor le encaja es {best}."),
    "best_is_list": (
        "It has a waitlist and no open place now.",
        "Ahora tiene lista de espera y ningún lugar libre.",
    ),
    "best_helps_later": (
        "It does not help with what they put first, and what is proposed does.",
        "No ayuda con lo que la persona puso primero, y lo que se propone sí.",
    ),
    "best_is_equal": (
        "What is proposed fits them as well; between equals the lot decides.",
        "Lo que se propone le encaja igual de bien; entre iguales decide la suerte.",
    ),
    "best_is_scarce": (
        "Open places there: {places}; people of this round whom it fits: {fits}. "
        "They are proposed so that the most people are helped.",
        "Lugares libres allí: {places}; personas de esta ronda con las que encaja: {fits}. "
        "Se proponen de modo que se ayude a la mayor cantidad de personas.",
    ),
    # Of one person for whom there is nothing now.
    "without": (
        "No open place is left for them in this round.",
        "En esta ronda no queda ningún lugar libre para esta persona.",
    ),
    "ask_for_list": (
        "Ask them whether they want to be on the waitlist of {list}.",
        "Pregúntele si quiere estar en la lista de espera de {list}.",
    ),
    "ask_again": (
        "Ask again as soon as there is news of room.",
        "Pregunte otra vez en cuanto haya noticias de lugar.",
    ),
    "no_match": (
        "Nothing matches yet. Their own matches say why, what is almost there, and what can be done now.",
        "Todavía no hay nada que encaje. Sus propias opciones dicen por qué, qué falta poco para que sirva y qué se "
        "puede hacer ahora.",
    ),
}

SENTENCES = Sentences({key: dict(zip(LOCALES, both, strict=True)) for key, both in _SENTENCES.items()})


def say(locale: str, key: str, **parts: object) -> str:
    """Say a sentence in the reader's language."""
    return SENTENCES.say(key, locale, **parts)
