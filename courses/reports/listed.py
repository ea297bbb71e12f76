"""All reports, in the order of the page that lists them."""

from courses.reports import (
    activity,
    competency,
    completion,
    enrolments,
    hours,
    learner,
    overdue,
    patterns,
    quizresults,
)
from courses.reports.frame import Report
from literacy.errors import NotFound

REPORTS: tuple[Report, ...] = (
    completion.REPORT,
    overdue.REPORT,
    hours.REPORT,
    learner.REPORT,
    quizresults.REPORT,
    competency.REPORT,
    patterns.REPORT,
    enrolments.REPORT,
    activity.REPORT,
)


def report_for(key: str) -> Report:
    """The report of this key; raises NotFound."""
    for report in REPORTS:
        if report.key == key:
            return report
    raise NotFound
