"""The blueprint that all pages of the ground hang on, and the rate limiter."""

from flask import Blueprint
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

blueprint = Blueprint("literacy", __name__)
limiter = Limiter(get_remote_address)
