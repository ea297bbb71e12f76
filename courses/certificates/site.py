"""What the installation says of itself: its address, its name, and whom an administrator looks after."""

from flask import has_request_context, request
from sqlalchemy import ColumnElement

from literacy.models import User
from literacy.service import scope
from literacy.settings import value


def school() -> str:
    """The school's name, where a course prints none of its own."""
    return str(value("school_name"))


def address() -> str:
    """Where the installation is reached, without a slash at the end: as it is set, else as it was asked for now.

    Empty in a command or a job of an installation whose address was not set.
    """
    if fixed := value("site_address"):
        return str(fixed).rstrip("/")
    return request.url_root.rstrip("/") if has_request_context() else ""


def people(viewer: User | None) -> ColumnElement[bool]:
    """A condition on User: those whom this administrator looks after; None stands for the system itself."""
    return scope.people(viewer)
