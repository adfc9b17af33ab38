"""Where the house is put together; the only module that knows every room.

Run as a program it prints the OpenAPI document: `python -m service.app > openapi/openapi.json`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.consents import routes as consents
from service.consents.vocabulary import CONSENT_STATEMENTS_VOCABULARY, FIELD_GROUPS_VOCABULARY
from service.coordinating import routes as coordinating
from service.disclosures import routes as disclosures
from service.erasure import routes as erasure
from service.erasure.restoring import brings_nobody_back
from service.guidance.minors import minor_rules_vocabulary
from service.guidance.routes import guidance
from service.guidance.vocabularies import Vocabularies, house_vocabularies
from service.http import Blueprint
from service.http.api import Api, OrjsonProvider, configure_openapi
from service.http.body import LARGEST_BODY
from service.http.call import runtime as current_runtime
from service.http.docs import documentation_pages
from service.http.headers import wrap_requests
from service.http.health import databases_at_head, health_pages, organizations_apart
from service.http.limits import limit_requests
from service.http.logs import configure_logs
from service.intakes import routes as intakes
from service.intakes.vocabulary import INTAKE_VOCABULARIES
from service.inventory import routes as inventory
from service.law import routes as law
from service.matching import routes as matching
from service.matching.index import current_index
from service.mine.routes import api as mine
from service.mine.routes.pages import pages as own_pages
from service.people import routes as people
from service.people.vocabulary import STATUSES_VOCABULARY
from service.places import routes as places
from service.providers import routes as providers
from service.referrals import routes as referrals
from service.referrals.vocabulary import MOVES_VOCABULARY
from service.rulebook import shelf
from service.runtime import Runtime, build_runtime
from service.settings import KEY_BYTES, MasterKey, Settings, load_settings

VOCABULARIES = Vocabularies(
    {
        **house_vocabularies(),
        "field_groups": FIELD_GROUPS_VOCABULARY,
        "consent_statements": CONSENT_STATEMENTS_VOCABULARY,
        "minor_rules": minor_rules_vocabulary(),
        "moves": MOVES_VOCABULARY,
        "person_statuses": STATUSES_VOCABULARY,
        **INTAKE_VOCABULARIES,
    }
)
ROOMS: tuple[Blueprint, ...] = (
    guidance(VOCABULARIES),
    people.blp,
    consents.blp,
    providers.blp,
    places.blp,
    intakes.blp,
    matching.blp,
    disclosures.blp,
    referrals.blp,
    coordinating.blp,
    law.blp,
    erasure.blp,
    mine.blp,
    inventory.blp,
)


def create_app(settings: Settings | None = None, runtime: Runtime | None = None) -> Flask:
    """Put the house together. Nothing is opened before the first request, so workers may be forked afterwards."""
    runtime = runtime or build_runtime(settings or load_settings())
    configure_logs(runtime.settings.log_level)
    # A book that was changed after it was signed off stops the start, not the first person who asks.
    shelf.in_force()
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.extensions["making_room"] = runtime
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    # A redirect would send whoever wrote a slash too many, and all they carry, to an address without TLS.
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    configure_openapi(app, runtime.settings.release)
    # Guesses are counted by address. What a proxy says about it is believed as far as there are proxies of our own.
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=runtime.settings.trusted_proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
    )
    wrap_requests(app)
    limit_requests(app, runtime.settings)
    api = Api(app)
    app.extensions["openapi"] = api.spec
    for room in ROOMS:
        api.register_blueprint(room)
    app.register_blueprint(own_pages)
    app.register_blueprint(documentation_pages(api))
    app.register_blueprint(inventory.pages)
    checks = (databases_at_head, organizations_apart, nobody_came_back, directory_in_memory)
    app.register_blueprint(health_pages(*checks))
    return app


def nobody_came_back() -> bool:
    """Whether no older copy, put back, holds anybody who was erased since. Looked at until it is so, then believed."""
    world = current_runtime()
    if "nobody_came_back" not in world.database.remembered:
        with world.database.session(reading=True) as session:
            if not brings_nobody_back(session, world.vault):
                return False
        world.database.remembered["nobody_came_back"] = True
    return True


def directory_in_memory() -> bool:
    """Whether this process has the directory at hand for matching; when it has not, it reads it now."""
    world = current_runtime()
    with world.database.session(reading=True) as session:
        current_index(session, world.clock.now().date())
    return True


def openapi_document() -> str:
    """Write the OpenAPI document; it depends on the code alone, so any keys and any database will do."""
    nowhere = Settings(
        data_dir=Path(),
        database_url="sqlite://",
        keystore_url="sqlite://",
        master_keys=(MasterKey("none", bytes(KEY_BYTES)),),
        lookup_secret=bytes(KEY_BYTES),
    )
    return json.dumps(create_app(nowhere).extensions["openapi"].to_dict(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(openapi_document())
