"""The blueprint that all pages of courses hang on."""

from flask import Blueprint

blueprint = Blueprint("courses", __name__)
