"""The changes that would turn a no into a yes: each makes the applicant that the person would then be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import ceil
from uuid import UUID

from service.guidance.rules import Paper, PaymentWay, Setting
from service.matching.rules import Applicant, Wish

Turn = Callable[[Applicant], Applicant]


def including_declared(applicant: Applicant) -> Applicant:
    """Ask for declared offerings too."""
    return replace(applicant, accepts_declared=True)


def with_interpreter(applicant: Applicant) -> Applicant:
    """Accept an interpreter."""
    return replace(applicant, accepts_interpreter=True)


def travelling(extra_km: int) -> Turn:
    """Travel some kilometres further."""
    return lambda applicant: replace(applicant, max_km=(applicant.max_km or 0.0) + extra_km)


def accepting(settings: Iterable[Setting]) -> Turn:
    """Accept further settings."""
    return lambda applicant: replace(applicant, settings=applicant.settings | frozenset(settings))


def showing(papers: Iterable[Paper]) -> Turn:
    """Show some papers after all."""
    return lambda applicant: replace(applicant, will_not_show=applicant.will_not_show - frozenset(papers))


def paying(ways: Iterable[PaymentWay]) -> Turn:
    """Pay in further ways."""
    return lambda applicant: replace(applicant, can_pay=applicant.can_pay | frozenset(ways))


def letting_go(codes: Iterable[str]) -> Turn:
    """Keep wishes as wishes, no longer as dealbreakers."""
    let_go = frozenset(codes)
    return lambda applicant: replace(
        applicant,
        wishes=frozenset(Wish(wish.code, wish.dealbreaker and wish.code not in let_go) for wish in applicant.wishes),
    )


def unblocking(offering_id: UUID, provider_id: UUID) -> Turn:
    """Take back *not this one*, for the offering and for its provider."""
    return lambda applicant: replace(
        applicant,
        not_these_offerings=applicant.not_these_offerings - {offering_id},
        not_these_providers=applicant.not_these_providers - {provider_id},
    )


def welcoming_therapy(applicant: Applicant) -> Applicant:
    """Be open to hear of therapy."""
    return replace(applicant, refuses_therapy=False)


def further(distance_km: float, max_km: float) -> int:
    """How many whole kilometres more it takes."""
    return ceil(distance_km - max_km)
