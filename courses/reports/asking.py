"""From what stands in an address to what a report is asked: for pages, exports and saved views alike."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from courses.reports import hours, sums
from courses.reports.forms import ReportFilter
from courses.reports.frame import Cells, Column, Report, Wanted
from courses.reports.groups import Tree
from courses.reports.scope import sight
from courses.service.report import courses_with_people
from literacy.dates import today
from literacy.db import by_pinyin, db
from literacy.models import State, User
from literacy.service import units
from quizzes.models import Quiz

Query = dict[str, list[str]]


@dataclass(frozen=True)
class Asked:
    """A report with everything that narrows, sorts and cuts it."""

    report: Report
    form: ReportFilter
    wanted: Wanted
    sort: str
    keys: tuple[str, ...]
    """The columns that are shown, in the order of the report."""
    query: Query
    """The same as it stands in an address; only what is known."""

    @property
    def columns(self) -> list[Column]:
        """The columns that are shown."""
        return [self.report.column(key) for key in self.keys]

    @cached_property
    def _places(self) -> list[int]:
        return [place for place, column in enumerate(self.report.columns) if column.key in self.keys]

    def cut(self, cells: Cells) -> Cells:
        """The cells of a row under these columns."""
        return cells if len(self._places) == len(cells) else [cells[place] for place in self._places]


def asked_of(report: Report, args: MultiDict[str, str], user: User) -> Asked:
    """What these arguments ask of a report. What is not understood asks for nothing, and its field says so."""
    form = ReportFilter(args)
    form.for_report(report)
    view = sight(user)
    _offer(form, report, view["within"])
    wanted = Wanted(today(), **form.asked(), **view)
    sort = str(form["sort"].data or "")
    sort = sort if sort.removeprefix("-") in report.sorts else report.default_sort
    known = {*report.filters, "sort", "columns"}
    query = {name: values for name, values in args.to_dict(flat=False).items() if name in known and any(values)}
    return Asked(report, form, wanted, sort, form.chosen(report), query)


def _offer(form: ReportFilter, report: Report, within: Any) -> None:
    """Give the fields their choices."""
    if "unit" in form:
        nodes, seen = Tree().nodes, None if within is None else set(db.session.scalars(within))
        form["unit"].offer(units.choices(node for node in nodes if seen is None or node.unit.id in seen), "全部")
    if "course" in form:
        form["course"].offer(courses_with_people(), "全部")
    if "quiz" in form:
        offered = select(Quiz.id, Quiz.title).where(Quiz.state != State.DRAFT).order_by(by_pinyin(Quiz.title), Quiz.id)
        form["quiz"].offer([(row_id, title) for row_id, title in db.session.execute(offered)], "全部")
    if "year" in form:
        known = hours.years() if report.key == "hours" else sums.years()
        form["year"].offer([(year, f"{year} 年") for year in known[1:]], f"{known[0]} 年")


def changed(query: Query, **changes: Any) -> Query:
    """An address with some of its values changed; an empty one is left out."""
    found = {**query, **{name: [str(value)] if value else [] for name, value in changes.items()}}
    return {name: values for name, values in found.items() if values}
