"""Coded reasons of moves, and what each of them leads to. None of them blames the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a move was made (domain: how referrals end)."""

    GOT_WHAT_I_WANTED = "got_what_i_wanted"
    SOME_OF_IT = "some_of_it"
    CHOSE_ANOTHER = "chose_another"
    NOT_NOW = "not_now"
    MOVED = "moved"
    PROVIDER_NO_CAPACITY = "provider_no_capacity"
    PROVIDER_NO_REPLY = "provider_no_reply"
    PROVIDER_DECLINED = "provider_declined"
    PROVIDER_CONFLICT_FOUND = "provider_conflict_found"
    NOT_OFFERED_HERE = "not_offered_here"
    USE = "use"
    MEDICATION = "medication"
    BARRIER_TRAVEL = "barrier_travel"
    BARRIER_COST = "barrier_cost"
    BARRIER_DOCUMENTS = "barrier_documents"
    BARRIER_LANGUAGE = "barrier_language"
    BARRIER_HOURS = "barrier_hours"
    BARRIER_ACCESS = "barrier_access"
    FELT_UNWELCOME = "felt_unwelcome"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    DIED = "died"
    OTHER = "other"
    UNKNOWN = "unknown"


class LeadsTo(StrEnum):
    """What happens because of a reason."""

    NEXT_BEST = "next_best"
    REVIEW_OF_PROVIDER = "review_of_provider"
    DOOR_STAYS_OPEN = "door_stays_open"
    NOTHING_MORE = "nothing_more"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRule:
    """What a reason says in plain words, what it leads to, and what it says of the offering's room.

    `no_room` is news from whoever answers there; `silence` is that nobody did, in the words of whoever asked.
    """

    en: str
    es: str
    leads_to: tuple[LeadsTo, ...]
    no_room: bool = False
    silence: bool = False


_NEXT = (LeadsTo.NEXT_BEST,)
_REVIEW = (LeadsTo.REVIEW_OF_PROVIDER, LeadsTo.NEXT_BEST)
_OPEN = (LeadsTo.DOOR_STAYS_OPEN,)

REASONS: dict[Reason, ReasonRule] = {
    Reason.GOT_WHAT_I_WANTED: ReasonRule(en="Got what they wanted.", es="Consiguió lo que quería.", leads_to=_OPEN),
    Reason.SOME_OF_IT: ReasonRule(en="Got some of it.", es="Consiguió una parte.", leads_to=_OPEN),
    Reason.CHOSE_ANOTHER: ReasonRule(en="Chose somebody else.", es="Eligió a otra persona.", leads_to=_OPEN),
    Reason.NOT_NOW: ReasonRule(en="Not now.", es="Ahora no.", leads_to=_OPEN),
    Reason.MOVED: ReasonRule(en="Moved to another place.", es="Se mudó a otro lugar.", leads_to=_NEXT),
    Reason.PROVIDER_NO_CAPACITY: ReasonRule(
        en="The offering has no room.", es="No hay lugar.", leads_to=_NEXT, no_room=True
    ),
    Reason.PROVIDER_NO_REPLY: ReasonRule(en="Nobody answered.", es="Nadie respondió.", leads_to=_NEXT, silence=True),
    Reason.PROVIDER_DECLINED: ReasonRule(en="The provider said no.", es="El proveedor dijo que no.", leads_to=_NEXT),
    Reason.PROVIDER_CONFLICT_FOUND: ReasonRule(
        en="What the offering demands turned out to be something else than its attested policies.",
        es="Lo que exige no es lo que decía su declaración.",
        leads_to=_REVIEW,
    ),
    Reason.NOT_OFFERED_HERE: ReasonRule(
        en="What the person wants is not offered there.", es="No ofrecen lo que la persona quiere.", leads_to=_NEXT
    ),
    Reason.USE: ReasonRule(
        en="The provider named substance use as its reason. The provider is reviewed, never the person.",
        es="El proveedor dio el uso de sustancias como motivo. Se revisa al proveedor, nunca a la persona.",
        leads_to=_REVIEW,
    ),
    Reason.MEDICATION: ReasonRule(
        en="The provider named medication for opioid use disorder as its reason. The provider is reviewed.",
        es="El proveedor dio la medicación para el trastorno por uso de opioides como motivo. Se revisa al proveedor.",
        leads_to=_REVIEW,
    ),
    Reason.BARRIER_TRAVEL: ReasonRule(en="Getting there is too hard.", es="Llegar es muy difícil.", leads_to=_NEXT),
    Reason.BARRIER_COST: ReasonRule(en="It costs too much.", es="Cuesta demasiado.", leads_to=_NEXT),
    Reason.BARRIER_DOCUMENTS: ReasonRule(
        en="Papers are demanded that the person does not have or show.",
        es="Piden papeles que la persona no tiene o no muestra.",
        leads_to=_NEXT,
    ),
    Reason.BARRIER_LANGUAGE: ReasonRule(en="No language in common.", es="No hay un idioma en común.", leads_to=_NEXT),
    Reason.BARRIER_HOURS: ReasonRule(en="The hours do not fit.", es="El horario no sirve.", leads_to=_NEXT),
    Reason.BARRIER_ACCESS: ReasonRule(
        en="The place does not meet an access need.", es="El lugar no es accesible.", leads_to=_NEXT
    ),
    Reason.FELT_UNWELCOME: ReasonRule(
        en="The person did not feel welcome.", es="La persona no se sintió bienvenida.", leads_to=_REVIEW
    ),
    Reason.CONSENT_WITHDRAWN: ReasonRule(
        en="The person took their consent back.", es="La persona retiró su permiso.", leads_to=_OPEN
    ),
    Reason.DIED: ReasonRule(en="The person died.", es="La persona falleció.", leads_to=(LeadsTo.NOTHING_MORE,)),
    Reason.OTHER: ReasonRule(en="Another reason.", es="Otro motivo.", leads_to=_NEXT),
    Reason.UNKNOWN: ReasonRule(en="Not said.", es="No se dijo.", leads_to=_OPEN),
}

BARRIERS = (
    Reason.BARRIER_TRAVEL,
    Reason.BARRIER_COST,
    Reason.BARRIER_DOCUMENTS,
    Reason.BARRIER_LANGUAGE,
    Reason.BARRIER_HOURS,
    Reason.BARRIER_ACCESS,
)


def flags_provider(reason: Reason | None) -> bool:
    """Whether somebody should look at the provider because of this reason."""
    return reason is not None and LeadsTo.REVIEW_OF_PROVIDER in REASONS[reason].leads_to


def leads_to_next_best(reason: Reason | None) -> bool:
    """Whether the next best offering is offered at once because of this reason."""
    return reason is not None and LeadsTo.NEXT_BEST in REASONS[reason].leads_to
