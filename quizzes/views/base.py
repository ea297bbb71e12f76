"""The blueprint that all pages of quizzes hang on."""

from flask import Blueprint

blueprint = Blueprint("quizzes", __name__)
