"""What the lists of people in courses share: what the address narrows them to, and the old address of the report."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from courses.forms.report import RosterFilter
from courses.service import roster
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.dates import today
from literacy.service import scope
from literacy.views.common import me

NARROWING = ("words", "unit", "course", "state", "dated", "since", "until", "sort")


@blueprint.get("/manage/report")
@requires(Permission.REPORT)
def report_old() -> ResponseReturnValue:
    """Where the completion report was; links and bookmarks keep what they narrow it to."""
    return redirect(url_for("courses.report", key="completion", **kept("page")), 301)


def wanted_by(form: RosterFilter, **more: Any) -> roster.Filter:
    """What a filter form asks for, of those whom the person who is signed in looks after."""
    asked = {**form.asked(), **more}
    asked["dated"] = roster.Dated(asked.get("dated", roster.Dated.ENROLLED))
    return roster.Filter(today(), people=scope.people(me()), **asked)


def kept(*names: str) -> dict[str, Any]:
    """What the address narrows a list to. Only what is known goes on into other addresses."""
    return {name: request.args[name] for name in (*NARROWING, *names) if request.args.get(name)}


def link_to(endpoint: str, **fixed: Any) -> Any:
    """Makes addresses of a list that keep what it is narrowed to and change the rest: link(sort="name", state="")."""

    def link(page: int = 1, **changes: Any) -> str:
        wanted = {**kept(), **changes, "page": page if page > 1 else None}
        return url_for(endpoint, **fixed, **{name: value for name, value in wanted.items() if value})

    return link
