"""Sorting what comes in: what is known here is kept, the rest is dropped and named, at any depth (R-INV-3).

It walks the body along the form's own fields, so that a field added to a form is kept from that day on. Only the
shape is looked at: a value of the wrong type stays, and is refused by the form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from service.intakes.rules import NotKept

MOST_NAMED = 200
LONGEST_NAME = 64

NOT_KNOWN = "not_known_here"
NOT_A_CODE = "not_a_known_code"
NEVER_KEPT = "never_kept"
ROUNDED = "rounded_to_two_decimals"

# What we never keep, whoever sends it (domain 2.3, tier 4), under the names that charts and forms give it.
NEVER_NAMES = (
    "ssn social_security social_security_number tax_id itin national_id id_number id_numbers document_number passport "
    "passport_number drivers_license driver_license drivers_licence license_number medicaid_id medicare_id "
    "insurance_id member_id policy_number mrn "
    "immigration_status immigration citizenship visa visa_status alien_number country_of_birth undocumented "
    "biometrics biometric photo photos image picture face fingerprint fingerprints iris voiceprint selfie "
    "toxicology toxicology_results tox tox_screen drug_test_result drug_test_results drug_screen uds urine urinalysis "
    "lab_results arrest arrests arrest_history arrest_details charges convictions criminal_history criminal_record "
    "diagnosis diagnoses diagnosis_code diagnosis_codes dsm dsm5 icd icd10 icd_10 icd10_codes icd_codes problem_list "
    "gps gps_exact exact_gps exact_location geolocation coordinates accuracy altitude "
    "dealer dealers dealer_name dealer_names supplier_names companions companion_names partner_name"
)
NEVER = frozenset(NEVER_NAMES.split())


def sift(form: Any, body: Any, path: str = "") -> tuple[Any, list[NotKept]]:
    """Answer what a form knows of a body, and the names of what it does not; never a value."""
    if not isinstance(body, Mapping):
        return body, []
    kept: dict[str, Any] = {}
    dropped: list[NotKept] = []
    for name, value in body.items():
        field, here = form.by_name.get(name), f"{path}/{_pointer(name)}"
        if field is None:
            dropped.append(NotKept(here, NEVER_KEPT if _plain(name) in NEVER else NOT_KNOWN))
            continue
        sifted, below, keeps = _sift_value(field, value, here)
        dropped.extend(below)
        if keeps:
            kept[name] = sifted
    return kept, dropped[:MOST_NAMED]


def without_nulls(value: Any) -> Any:
    """Leave out what is null: at a first telling it says nothing, and is the same as not being there."""
    if isinstance(value, dict):
        return {name: without_nulls(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value if each is not None]
    return value


def _sift_value(field: Any, value: Any, here: str) -> tuple[Any, list[NotKept], bool]:
    if value is None:
        return None, [], True
    if hasattr(field, "knows"):
        return (value, [], True) if field.knows(value) else (None, [NotKept(here, NOT_A_CODE)], False)
    if hasattr(field, "coarse"):
        return value, [] if field.coarse(value) == value else [NotKept(here, ROUNDED)], True
    if hasattr(field, "inner") and isinstance(value, list):
        return _sift_list(field.inner, value, here)
    if hasattr(field, "schema"):
        return (*sift(field.schema, value, here), True)
    return value, [], True


def _sift_list(inner: Any, values: list[Any], here: str) -> tuple[list[Any], list[NotKept], bool]:
    kept: list[Any] = []
    dropped: list[NotKept] = []
    for place, value in enumerate(values):
        sifted, below, keeps = _sift_value(inner, value, f"{here}/{place}")
        dropped.extend(below)
        if keeps:
            kept.append(sifted)
    return kept, dropped, True


def _pointer(name: str) -> str:
    # A name is something that was sent. It goes back to the sender alone, but no longer than a name is.
    if len(name) > LONGEST_NAME or not name.isprintable():
        return "…"
    return name.replace("~", "~0").replace("/", "~1")


def _plain(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[ -]+", "_", name[:LONGEST_NAME]).lower().strip("_")
