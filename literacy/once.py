"""Handing the same form in twice changes nothing."""

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from literacy.db import db
from literacy.models import HandledForm


def once(key: str, act: Callable[[], str]) -> str:
    """Do `act` unless a form with this key was handled before, and give where to go next.

    `act` does the work in the current transaction and returns the page to show; the view commits. A second
    request with the same key waits for the first (unique key) and is sent to the same page.
    """
    handled = HandledForm(key=key)
    db.session.add(handled)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        earlier = db.session.get_one(HandledForm, key)
        return earlier.location
    handled.location = act()
    return handled.location
