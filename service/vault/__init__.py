"""What only the person's own key opens: seal, open, slots made ahead, blind indexes."""

from service.vault.actions import blind as blind
from service.vault.actions import drop_keys as drop_keys
from service.vault.actions import fetch_keys as fetch_keys
from service.vault.actions import find_by_code as find_by_code
from service.vault.actions import keys_made_ahead as keys_made_ahead
from service.vault.actions import marks_of as marks_of
from service.vault.actions import open as open
from service.vault.actions import open_for_house as open_for_house
from service.vault.actions import replace_code as replace_code
from service.vault.actions import reserve_slots as reserve_slots
from service.vault.actions import seal as seal
from service.vault.actions import seal_for_house as seal_for_house
from service.vault.actions import still_opens as still_opens
from service.vault.actions import take_slot as take_slot
from service.vault.keyring import Keyring as Keyring
from service.vault.rules import Slot as Slot
from service.vault.safe import Vault as Vault
