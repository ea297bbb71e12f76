"""Making scheduled reports in the background, and telling their owners. Commits."""

from courses.reports import exporting
from courses.reports.scheduled import service
from literacy.db import db, now
from literacy.errors import Refused
from literacy.jobs.running import BROKE_OFF, Cancelled, Interrupted, Lost, Progress
from literacy.links import path_to
from literacy.messages import service as messages
from literacy.models import User

MADE = "文件留三天，只有您能下载。过了三天，在“定期报表”里按“现在做一份”。"


def run_due() -> None:
    """Start what is due, as jobs of the owners."""
    while service.start_due(now()):
        db.session.commit()


def run(progress: Progress) -> None:
    """The job: the report as its owner may see it now, then a message with the way to it.

    Where it cannot be made, the owner is told so by message; then whatever stood against it is raised.
    """
    name, when = progress.given["name"], progress.given["when"]
    key = f"report-{progress.given['scheduled']}-{when}"
    try:
        exporting.run(progress)
    except (Cancelled, Interrupted, Lost):
        raise
    except Exception as problem:
        db.session.rollback()
        said = problem.sentence if isinstance(problem, Refused) else BROKE_OFF
        url = path_to("courses.report_scheduled")
        messages.send_many([progress.owner_id], key=key, title=f"报表“{name}”没有做成", body=said, url=url)
        db.session.commit()
        raise
    owner = db.session.get_one(User, progress.owner_id)
    url = path_to("literacy.job", job_id=progress.job_id)
    messages.send(owner, key=key, title=f"报表“{name}”做好了", body=MADE, url=url)
