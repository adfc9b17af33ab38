"""Where everybody may read what is held: as JSON, and as a page."""

from typing import Any

import flask
from flask import Response, render_template

from service.http import OPEN, Blueprint, Call
from service.http.docs import page
from service.inventory import writing
from service.inventory.reading import read_inventory
from service.inventory.schemas import InventoryView, as_document

blp = Blueprint("inventory", description="What we hold, why, for how long, and what it would yield to a thief.")
pages = flask.Blueprint("inventory_page", __name__, template_folder="templates")


@blp.get("/inventory", scope=OPEN, process="signaling_limits", answer=InventoryView, public=True)
def inventory(_: Call) -> dict[str, Any]:
    """What we hold.

    Every field of every record: why it is there, whose it is, who can read it, how long it is kept, and what each kind
    of seizure would yield. The same as a page stands at `/inventory`.
    """
    return as_document(read_inventory())


@pages.get("/inventory")
def inventory_page() -> Response:
    """Show the inventory to whoever wants to know before they say anything."""
    return page(render_template("inventory.html", inventory=read_inventory(), writing=writing))
