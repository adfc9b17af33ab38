"""What must hold before a referral is made."""

from __future__ import annotations

from service import errors
from service.access.rules import OrganizationKind
from service.consents.terms import FieldGroup
from service.referrals.states import Route

REFERRING = frozenset({OrganizationKind.OUTREACH, OrganizationKind.HUB})


class AnswersOnly(errors.Forbidden):
    """An organization of this kind answers the referrals that are sent to it; it makes none."""

    code = "answers_only"


class UnknownReference(errors.Malformed):
    """Something that this body names is not on record here."""

    code = "unknown_reference"


class RouteUnclear(errors.Malformed):
    """A consented referral names its consent; a self-carried one names what the person wants to show, if anything."""

    code = "route_unclear"


class NotChosen(errors.Contradiction):
    """A referral begins with the person's own choice. Ask them; if they are interested in this offering, record that
    first."""

    code = "not_chosen"


class CannotServe(errors.Contradiction):
    """This offering cannot serve this person, for the reasons that their matches give too. Nothing was sent."""

    code = "cannot_serve"


class OnTheWayAlready(errors.Contradiction):
    """This person is on the way to this offering already. Go on with that referral."""

    code = "on_the_way_already"


def may_refer(kind: OrganizationKind) -> None:
    """Raise AnswersOnly for kinds of organization that make no referrals."""
    if kind not in REFERRING:
        raise AnswersOnly


def unknown(pointer: str) -> UnknownReference:
    """The refusal for a body that names what is not there, or not the caller's; the two look the same."""
    return UnknownReference(reasons=(errors.Reason("unknown", "This is not on record here.", pointer=pointer),))


def fits_route(route: Route, *, has_consent: bool, shows: frozenset[FieldGroup]) -> None:
    """Raise RouteUnclear when what came along belongs to the other route."""
    if route == Route.CONSENTED and not has_consent:
        raise RouteUnclear(reasons=(_reason("/consent_id", "Name the consent that allows this referral."),))
    if route == Route.CONSENTED and shows:
        raise RouteUnclear(reasons=(_reason("/shows", "What is shown on this route is what the consent names."),))
    if route == Route.SELF_CARRIED and has_consent:
        raise RouteUnclear(
            reasons=(_reason("/consent_id", "Who carries it themselves needs no consent. Leave it out."),)
        )


def _reason(pointer: str, says: str) -> errors.Reason:
    return errors.Reason("route_unclear", says, pointer=pointer)
