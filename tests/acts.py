"""Whether what staff does leaves an entry in the record. Every POST that any test sends is looked at.

A new page that changes something either records an act, or its endpoint is written down below with the reason why not.
"""

import re
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.exceptions import HTTPException

from literacy.access import Permission
from literacy.db import db

STAFF = {
    Permission.INSTALLATION,
    Permission.MARK_ALL,
    Permission.AUTHOR,
    Permission.MARK,
    Permission.PEOPLE,
    Permission.ENROL,
    Permission.REPORT,
    Permission.AUDIT,
}
"""Permissions of which every act is recorded. What learners do stands in their own attempts."""
NO_ACT = {
    "handled_forms": "that a form was handed in",
    "edit_drafts": "what somebody types and has not saved, and that a page is open",
    "people_imports": "a list on its way; importing it is recorded",
    "people_import_rows": "the rows of such a list",
    "report_views": "how somebody likes to see a report; what is taken out of it is recorded",
    "report_defaults": "the same, as it opens",
    "question_imports": "a file on its way; importing it is recorded",
    "jobs": "that long work was asked for; what it does is recorded",
    "periodic_runs": "when periodic work was done",
}
"""Tables whose change alone is no act, and what they hold."""
EXEMPT = {
    "courses.class_arrange": "the order in which a trainer shows replies in class; choosing and removing are recorded",
    "courses.class_reply": "a trainer's own wording of such a reply; the learner's stays as it is",
    "quizzes.remark": "looks what a re-marking would change; ordering it is recorded",
    "quizzes.remarking_go_on": "the same, taken up again where it broke off",
    "quizzes.remarking_drop": "gives up such a look; all marks stay as they are",
    "quizzes.rubric_report_step": "goes on with such a test",
    "quizzes.rubric_test": "tries a draft on saved replies; nobody is marked by it until it is published",
}
"""Endpoints that may change something without an entry: {endpoint: why}."""
_WRITES = re.compile(r"\s*(?:insert\s+into|update|delete\s+from)\s+\"?(\w+)", re.I)


def is_staff(app: Flask, endpoint: str | None) -> bool:
    """Whether only staff may open it."""
    return getattr(app.view_functions.get(endpoint or ""), "access", None) in STAFF


def endpoint_of(app: Flask, path: str) -> str:
    """What answers a POST to this path; empty where nothing does."""
    try:
        return str(app.url_map.bind("localhost").match(path, method="POST")[0])
    except HTTPException:
        return ""


class Watch:
    """Listens to what is committed while it is open."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.committed: set[str] = set()

    def __enter__(self) -> "Watch":
        event.listen(db.engine, "before_cursor_execute", self._hear)
        event.listen(db.engine, "commit", self._commit)
        event.listen(db.engine, "rollback", self._roll_back)
        return self

    def __exit__(self, *_: Any) -> None:
        event.remove(db.engine, "before_cursor_execute", self._hear)
        event.remove(db.engine, "commit", self._commit)
        event.remove(db.engine, "rollback", self._roll_back)

    def _hear(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if match := _WRITES.match(statement):
            self.open.add(match[1].lower())

    def _commit(self, _connection: Any) -> None:
        self.committed |= self.open
        self.open.clear()

    def _roll_back(self, _connection: Any) -> None:
        self.open.clear()

    def unrecorded(self) -> set[str]:
        """The tables that were changed although no entry was written."""
        return set() if "audit_entries" in self.committed else self.committed - set(NO_ACT)
