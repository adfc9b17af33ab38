"""How codes become bits: rows were written so, and a code that moves would make them say something else."""

from __future__ import annotations

from service.providers.listing import CODES, bits, codes_in

# New codes go to the end of these lists. A list that lost a code, or was put in another order, needs a migration that
# writes every listing anew.
WRITTEN = {
    "categories": (
        "shelter_tonight housing food_water hygiene_clothes_gear safer_use_supplies drug_checking overdose_safety "
        "use_differently stop_using_my_choice moud withdrawal_comfort someone_to_talk_to mental_health_care "
        "grief_trauma physical_health infections pregnancy_reproductive dental_vision safety_from_harm legal "
        "id_documents benefits_insurance money_work learning children_family people_belonging transport "
        "phone_internet language_help affirming_care pets_things joy_meaning sober_housing be_left_alone other "
        "not_sure_yet"
    ),
    "settings": "street drop_in clinic home_visit phone video text group one_to_one",
    "cost": "free sliding medicaid medicare va private fixed",
    "kind": (
        "therapy group medication drop_in outreach supplies housing legal peer medical_withdrawal residential other"
    ),
    "falls_to": "hrp_verified hrp_declared harm_reduction_friendly conflicts unattested",
}


def test_codes_keep_the_bits_that_rows_were_written_with() -> None:
    now = {name: [code.value for code in codes] for name, codes in CODES.items()}

    assert {name: codes[: len(WRITTEN[name].split())] for name, codes in now.items()} == {
        name: codes.split() for name, codes in WRITTEN.items()
    }, "New codes go to the end of their list, and then into WRITTEN here."


def test_every_list_of_codes_fits_into_its_column() -> None:
    assert len(CODES["categories"]) < 64
    assert all(len(codes) < 32 for name, codes in CODES.items() if name != "categories")


def test_codes_come_back_as_they_were_put_in() -> None:
    for name, codes in CODES.items():
        assert codes_in(name, bits(name, codes)) == tuple(codes)
        assert [codes_in(name, bits(name, (code,))) for code in codes] == [(code,) for code in codes]
