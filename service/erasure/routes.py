"""Where somebody is erased on their word."""

from typing import Any
from uuid import UUID

from service.access.rules import Scope
from service.erasure import actions, rules
from service.erasure.schemas import ErasureForm, ErasureView
from service.http import Blueprint, Call

blp = Blueprint("erasure", description="Being forgotten: on the person's word, at once, for good.")


@blp.post(
    "/people/<uuid:person_id>/erasures", scope=Scope.INTAKES_WRITE, process="supporting_agency", body=ErasureForm,
    answer=ErasureView, status=201, example={},
)  # fmt: skip
def erase_person(call: Call, _: dict[str, Any], person_id: UUID) -> rules.Erasure:
    """Erase somebody who asks for it.

    Only on the person's own word: nothing brings back what is erased, and their return code is good for nothing from
    now on. Whoever was told before learns that their referral is over, and not a word more. The person may come in
    again whenever they like, as somebody new.
    """
    actions.erase_person(call.session, person_id, by=call.caller, now=call.now)
    return rules.Erasure(erased_at=call.now, what_stays=rules.WHAT_STAYS[call.locale])
