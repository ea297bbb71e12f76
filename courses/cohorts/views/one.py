"""One cohort: where it and its members stand, what can be done with it, downloads, reminders that went out."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.cohorts import certifying, working
from courses.cohorts.calendar import CohortState, days_in_words
from courses.cohorts.forms import LeaveForm, MemberFilter
from courses.cohorts.models import Cohort
from courses.cohorts.service import finding, life, members, opening, reminders, standing
from courses.cohorts.views.lists import link_to
from courses.cohorts.wording import occasion_in_words
from courses.forms.enrol import ticked
from courses.forms.report import Sorting
from courses.models import EnrolmentState
from courses.views.base import blueprint
from literacy.access import Permission, allows, requires
from literacy.dates import today
from literacy.db import now, writes
from literacy.forms import asked_for
from literacy.jobs import service as jobs
from literacy.models import User
from literacy.registry import Panel
from literacy.service import units
from literacy.views.common import (
    done_or_back,
    download,
    go,
    kept_filter,
    me,
    narrowed_by,
    new_key,
    page_number,
    saved,
    status_of,
)

SORTING = Sorting(standing.SORTS, standing.DEFAULT_SORT)
COLUMNS = (("name", "姓名", 0), ("account", "账号", 0), ("unit", "单位", 0))


def page_url(cohort_id: int, **more: Any) -> str:
    """The page of a cohort."""
    return url_for("courses.cohort", cohort_id=cohort_id, **more)


@blueprint.get("/manage/cohorts/<int:cohort_id>")
@requires(Permission.ENROL)
def cohort(cohort_id: int) -> ResponseReturnValue:
    """One cohort: figures, courses, members with their standing."""
    return _page(finding.cohort_for(me(), cohort_id), LeaveForm(None))


def _filter(row: Cohort) -> MemberFilter:
    form = MemberFilter(request.args)
    form.unit.offer(units.choices(units.tree(me())), "全部")
    form.course.offer(standing.course_titles(row), "全部")
    return form


def _page(row: Cohort, form: LeaveForm) -> ResponseReturnValue:
    find = _filter(row)
    asked = asked_for(find)
    sort = SORTING.read(asked.pop("sort", ""))
    day = today()
    page = render_template(
        "courses/cohort.html",
        cohort=row,
        state=row.state_on(day),
        states=CohortState,
        figures=standing.figures(row, day),
        enrolment_states=EnrolmentState,
        find=find,
        form=form,
        page=standing.page_of(row, standing.members(row, day, **asked), day, sort, page_number()),
        narrowed=bool(asked),
        columns=COLUMNS,
        sorts=standing.SORTS,
        sort=sort,
        link=link_to("courses.cohort", cohort_id=row.id),
        kept=kept_filter(find),
        units=members.units_of(row),
        days=days_in_words(row.remind_days),
        reminded=reminders.by_day(row),
        asked_today=row.asked_on == day,
        job=_job_of(row),
        certified=certifying.standing(me(), row) if row.opened_at else None,
        ticked=set(ticked(request.form.getlist("member"))),
        key=new_key(),
    )
    return page, status_of(form)


def _job_of(row: Cohort) -> Any:
    """The work in the background at this cohort, if some goes on."""
    job = jobs.latest(opening.JOB, key_of(row))
    return job if job is not None and job.is_open else None


def key_of(row: Cohort) -> str:
    """What keeps two jobs from working at one cohort."""
    return f"cohort-{row.id}"


@blueprint.get("/manage/cohorts/<int:cohort_id>/export/<form>")
@requires(Permission.ENROL)
@writes
def cohort_export(cohort_id: int, form: str) -> ResponseReturnValue:
    """The members as they are narrowed, with their standing in each course, as a file."""
    row, day = finding.cohort_for(me(), cohort_id), today()
    find = _filter(row)
    asked = asked_for(find)
    sort = SORTING.read(asked.pop("sort", ""))
    rows = standing.rows_of(row, standing.members(row, day, **asked), day, sort)
    return download(standing.table(row, rows), form, narrowed_by(find))


@blueprint.post("/manage/cohorts/<int:cohort_id>/withdraw")
@requires(Permission.ENROL)
def cohort_withdraw(cohort_id: int) -> ResponseReturnValue:
    """Take those who are ticked out of the cohort, for a reason."""
    row = finding.cohort_for(me(), cohort_id)
    form, ids = LeaveForm(), ticked(request.form.getlist("member"))
    back = page_url(cohort_id)
    if not ids:
        flash("还没有勾选任何人。先在名单左边打勾，再点“移出培训班”。", "note")
        return go(back)

    def act() -> str:
        count = members.withdraw(me(), finding.cohort_for(me(), cohort_id), ids, form.reason.data or "", today(), now())
        said = f"移出了 {count} 人。学过的和完成的都留着。" if count else "没有人移出：勾选的人早已移出。"
        flash(said, "done" if count else "note")
        return back

    if form.validate() and (answer := saved(form, act)):
        return answer
    return _page(finding.cohort_for(me(), row.id), form)


# --- what the buttons do


def enrolled(row: Cohort) -> str:
    """Enrol who waits: a few at once, many in a job; gives the page to go to."""
    count = opening.waiting(row)
    if count >= opening.AT_ONCE:
        job = jobs.start(me(), opening.JOB, f"培训班“{row.name}”报名 {count} 人", {"cohort": row.id}, key_of(row))
        return url_for("literacy.job", job_id=job.id)
    if count:
        flash(opening.enrol_waiting(me(), row, today(), now()).sentence, "done")
    return page_url(row.id)


def enrolled_if_running(row: Cohort) -> str:
    """Enrol who waits where the cohort runs; gives the page to go to."""
    return enrolled(row) if row.state_on(today()) is CohortState.RUNNING else page_url(row.id)


def _open(row: Cohort) -> str:
    if opening.open_cohort(me(), row, today(), now()):
        flash("开班了。", "done")
    return enrolled_if_running(row)


def _close(row: Cohort) -> str:
    if life.close(me(), row, today(), now()):
        flash("培训班已结束。不再提醒，也不再有人随单位加入；没学完的人仍可以接着学。", "done")
    return page_url(row.id)


def _reopen(row: Cohort) -> str:
    if life.reopen(me(), row, today()):
        flash("培训班接着进行。", "done")
    return enrolled_if_running(row)


def _archive(row: Cohort) -> str:
    if life.archive(me(), row, today(), now()):
        flash("已归档。记录都在，可以复制成新的一班。", "done")
    return page_url(row.id)


def _unarchive(row: Cohort) -> str:
    if life.unarchive(me(), row):
        flash("已取消归档。", "done")
    return page_url(row.id)


def _remind(row: Cohort) -> str:
    plan = reminders.ask(me(), row, today())
    if len(plan) >= reminders.AT_ONCE:
        job = jobs.start(me(), reminders.JOB, f"培训班“{row.name}”提醒 {len(plan)} 人", {"cohort": row.id}, key_of(row))
        return url_for("literacy.job", job_id=job.id)
    flash(working.told(reminders.deliver(sorted(plan), plan, {}, today(), now()), len(plan)), "done")
    return page_url(row.id)


ACTS: dict[str, Callable[[Cohort], str]] = {
    "open": _open,
    "enrol": enrolled_if_running,
    "close": _close,
    "reopen": _reopen,
    "archive": _archive,
    "unarchive": _unarchive,
    "remind": _remind,
}


@blueprint.post("/manage/cohorts/<int:cohort_id>/<any(open, enrol, close, reopen, archive, unarchive, remind):act>")
@requires(Permission.ENROL)
def cohort_act(cohort_id: int, act: str) -> ResponseReturnValue:
    """Do what a button of the cohort's page says; a second time changes nothing."""
    row = finding.cohort_for(me(), cohort_id)
    return done_or_back(lambda: ACTS[act](row), page_url(cohort_id))


@blueprint.get("/manage/cohorts/<int:cohort_id>/reminders")
@requires(Permission.ENROL)
def cohort_reminders(cohort_id: int) -> ResponseReturnValue:
    """What went out to the members, the newest first."""
    row = finding.cohort_for(me(), cohort_id)
    return render_template(
        "courses/cohort_reminders.html",
        cohort=row,
        page=reminders.sent(row, page_number()),
        occasion=occasion_in_words,
        days=days_in_words(row.remind_days),
    )


def person_panel(person: User, viewer: Any) -> Panel | None:
    """The cohorts of a person, for the person's page; only to those who may enrol, and only those that they see."""
    if not allows(viewer, Permission.ENROL):
        return None
    rows = standing.cohorts_of(person, finding.reach.cohorts(viewer))
    lines = tuple(
        (
            row.name,
            row.state_on(today()).label + (f"，已移出：{member.withdrawn_reason}" if member.withdrawn_at else ""),
            page_url(row.id, words=person.account),
        )
        for row, member in rows
    )
    return Panel("培训班", lines, "没有参加过培训班。")
