"""Moves and their reasons as a list of codes with labels: `accept`, and `decline/use` for a move with its reason."""

from __future__ import annotations

from service.guidance.vocabularies import Code
from service.referrals.reasons import REASONS, LeadsTo, Reason
from service.referrals.rules import MOVES
from service.referrals.sentences import MOVES_SAY
from service.referrals.states import Move, Side

_BY = {
    (Side.REFERRER,): {"en": "Made by the referrer", "es": "Lo hace quien deriva"},
    (Side.PROVIDER,): {"en": "Made by the provider", "es": "Lo hace el proveedor"},
    (Side.REFERRER, Side.PROVIDER): {"en": "Made by either side", "es": "Lo hace cualquiera de los dos"},
}
_LEADS = {
    LeadsTo.NEXT_BEST: {
        "en": "The next best offering is offered at once.",
        "es": "Se ofrece enseguida la siguiente mejor opción.",
    },
    LeadsTo.REVIEW_OF_PROVIDER: {
        "en": "The provider is reviewed, never the person.",
        "es": "Se revisa al proveedor, nunca a la persona.",
    },
    LeadsTo.DOOR_STAYS_OPEN: {
        "en": "The door stays open: a new referral can be made any day.",
        "es": "La puerta sigue abierta: se puede derivar de nuevo cualquier día.",
    },
    LeadsTo.NOTHING_MORE: {"en": "Nothing more is offered.", "es": "No se ofrece nada más."},
}
LOCALES = ("en", "es")


def _move(move: Move) -> Code:
    rule, (english, spanish) = MOVES[move], MOVES_SAY[move]
    by = _BY.get(tuple(side for side in Side if side in rule.who), {"en": rule.made_at, "es": rule.made_at})
    arrow = f" → {rule.to}" if rule.to else ""
    return Code(move, {"en": english, "es": spanish}, {locale: f"{by[locale]}{arrow}." for locale in LOCALES})


def _reason(move: Move, reason: Reason) -> Code:
    rule = REASONS[reason]
    leads = {locale: " ".join(_LEADS[each][locale] for each in rule.leads_to) for locale in LOCALES}
    return Code(f"{move}/{reason}", {"en": rule.en, "es": rule.es}, leads)


MOVES_VOCABULARY: tuple[Code, ...] = (
    *(_move(move) for move in MOVES),
    *(_reason(move, reason) for move, rule in MOVES.items() for reason in rule.reasons),
)
