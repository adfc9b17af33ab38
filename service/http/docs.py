"""Pages about the API itself: the document, its browser, and an explanation of every problem; no remote asset."""

import re

import flask
from flask import Response, jsonify, render_template

from service import errors
from service.http import problems
from service.http.api import Api

BROWSER_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'"
)
PAGE_CSP = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"


def documentation_pages(api: Api) -> flask.Blueprint:
    """Serve /openapi.json, /docs and /problems/<code>."""
    pages = flask.Blueprint(
        "docs", __name__, static_folder="static", static_url_path="/static", template_folder="templates"
    )

    @pages.get("/openapi.json")
    def openapi_document() -> Response:
        response = jsonify(api.spec.to_dict())
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    @pages.get("/docs")
    def docs() -> Response:
        return page(render_template("docs.html"), BROWSER_CSP)

    @pages.get("/problems/<code>")
    def explain_problem(code: str) -> Response:
        found = problems.all_refusals().get(code.replace("-", "_"))
        if found is None or not re.fullmatch(r"[a-z-]{1,64}", code):
            raise errors.NotThere
        status = problems.status_of(found)
        return page(render_template("problem.html", code=code, status=status, message=found.message()))

    return pages


def page(text: str, policy: str = PAGE_CSP) -> Response:
    """Answer a page that anybody may keep for five minutes."""
    response = Response(text, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
