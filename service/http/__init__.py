"""The door: operations, problems, idempotency, versions, pages, text fields."""

from service.http import fields as fields
from service.http.blueprint import Blueprint as Blueprint
from service.http.call import Call as Call
from service.http.denials import note_missing as note_missing
from service.http.operations import OPEN as OPEN
from service.http.operations import OWN as OWN
from service.http.pages import Page as Page
from service.http.pages import PageQuery as PageQuery
from service.http.pages import page_of as page_of
from service.http.pages import page_through as page_through
from service.http.schemas import Schema as Schema
from service.http.schemas import ValueForm as ValueForm
