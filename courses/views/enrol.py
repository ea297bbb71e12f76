"""The administrator's pages of enrolment: who is in which course, putting people and units in, due dates."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.forms.enrol import AllDueForm, ChangeForm, DueForm, PeopleFilter, UnitForm, ticked
from courses.forms.report import RosterFilter, Sorting
from courses.models import Course
from courses.service import candidates, roster
from courses.service import enrolment as service
from courses.service import report as reporting
from courses.views.base import blueprint
from courses.views.report import kept, link_to, wanted_by
from literacy.access import Permission, allows, requires
from literacy.dates import day, today
from literacy.db import now
from literacy.errors import NotFound
from literacy.forms import asked_for
from literacy.models import Role, State, User
from literacy.registry import Panel
from literacy.service import scope, units
from literacy.views.common import done_or_back, go, me, new_key, page_number, saved, status_of

SORTING = Sorting(roster.SORTS, "name")
COLUMNS = tuple(column for column in reporting.COLUMNS if column[0] not in ("course", "hours"))


@blueprint.get("/manage/enrolments")
@requires(Permission.ENROL)
def enrol() -> ResponseReturnValue:
    """Every course with how many people are in it."""
    return render_template("courses/enrol.html", rows=service.overview(today(), me()))


@blueprint.get("/manage/enrolments/<int:course_id>")
@requires(Permission.ENROL)
def enrol_course(course_id: int) -> ResponseReturnValue:
    """Who is in a course."""
    return _course_page(service.course_for(course_id), ChangeForm(None))


def _course_page(course: Course, form: ChangeForm) -> ResponseReturnValue:
    find = _roster_filter()
    wanted = wanted_by(find, course_id=course.id)
    sort = SORTING.read(find.sort.data)
    totals = roster.totals(wanted)
    page = render_template(
        "courses/enrol_course.html",
        course=course,
        form=form,
        find=find,
        page=roster.page_of(wanted, sort, page_number(), roster.number_in(totals, wanted)),
        totals=totals,
        everything=sum(totals.values()),
        still_open=roster.count(wanted, roster.is_open()),
        rules=service.rules_of(me(), course.id),
        columns=COLUMNS,
        sorts=roster.SORTS,
        sort=sort,
        ticked=set(ticked(request.form.getlist("enrolment"))),
        link=link_to("courses.enrol_course", course_id=course.id),
        change_url=url_for("courses.enrol_change", course_id=course.id, **kept("page")),
        all_due_url=url_for("courses.enrol_due", course_id=course.id, **kept()),
        published=course.state is State.PUBLISHED,
        day_now=today(),
        rule_key=new_key(),
    )
    return page, status_of(form)


def _roster_filter() -> RosterFilter:
    find = RosterFilter(request.args)
    find.unit.offer(units.choices(units.tree(me())), "全部")
    return find


def _back(course_id: int) -> str:
    """The list of a course as it was narrowed."""
    return url_for("courses.enrol_course", course_id=course_id, **kept("page"))


@blueprint.post("/manage/enrolments/<int:course_id>/change")
@requires(Permission.ENROL)
def enrol_change(course_id: int) -> ResponseReturnValue:
    """Change the due dates of those who are ticked, take them out, or bring them back."""
    course = service.course_for(course_id)
    form = ChangeForm()
    ids = ticked(request.form.getlist("enrolment"))
    if not ids:
        flash("还没有勾选任何人。先在名单左边打勾，再点下面的按钮。", "note")
        return go(_back(course_id))
    if not form.fits(today()):
        return _course_page(course, form)
    act = ACTS.get(form.act.data or "")
    if act is None:
        raise NotFound

    def change() -> str:
        count, said, otherwise = act(course_id, ids, form)
        flash(said.format(count) if count else otherwise, "done" if count else "note")
        return _back(course_id)

    return saved(form, change) or _course_page(course, form)


def _change_due(course_id: int, ids: list[int], form: ChangeForm) -> tuple[int, str, str]:
    count = service.change_due(me(), course_id, ids, form.due_on.data)
    return count, "{} 人的截止日期已改。", "没有要改的：勾选的人已完成、已退出，或者本来就是这个日期。"


def _remove_due(course_id: int, ids: list[int], _form: ChangeForm) -> tuple[int, str, str]:
    count = service.change_due(me(), course_id, ids, None)
    return count, "{} 人不再有截止日期。", "没有要改的：勾选的人已完成、已退出，或者本来就没有截止日期。"


def _withdraw(course_id: int, ids: list[int], _form: ChangeForm) -> tuple[int, str, str]:
    count = service.withdraw(me(), course_id, ids, now())
    return count, "{} 人已退出。学过的都留着，随时可以恢复报名。", "没有人退出：勾选的人已完成或早已退出，记录都保留。"


def _restore(course_id: int, ids: list[int], _form: ChangeForm) -> tuple[int, str, str]:
    count = service.restore(me(), course_id, ids, today(), now())
    return count, "{} 人已恢复报名，接着原来的进度学。", "没有要恢复的：勾选的人没有退出过，或者账号已停用。"


ACTS = {"due": _change_due, "no_due": _remove_due, "withdraw": _withdraw, "restore": _restore}


@blueprint.route("/manage/enrolments/<int:course_id>/people", methods=["GET", "POST"])
@requires(Permission.ENROL)
def enrol_people(course_id: int) -> ResponseReturnValue:
    """Find people, tick them, and put them into a course."""
    course = service.course_for(course_id)
    form = DueForm(None) if request.method == "GET" else DueForm()
    chosen = ticked(request.form.getlist("person"))
    if request.method == "POST" and not chosen:
        flash("还没有勾选任何人。先找到要报名的人，打勾，再点“报名”。", "note")
        return go(request.full_path.rstrip("?"))
    if request.method == "POST" and form.fits(today()):

        def act() -> str:
            outcome = service.enrol_people(me(), course_id, chosen, form.due_on.data, now())
            flash(outcome.sentence, "done" if outcome.new or outcome.restored else "note")
            return request.full_path.rstrip("?")

        if answer := saved(form, act):
            return answer
    find = PeopleFilter(request.args)
    find.unit.offer(units.choices(units.tree(me())), "全部")
    asked = asked_for(find)
    page = render_template(
        "courses/enrol_people.html",
        course=course,
        form=form,
        find=find,
        page=candidates.search_people(me(), course_id, asked.get("words", ""), asked.get("unit", 0), page_number()),
        ticked=set(chosen),
        link=link_to("courses.enrol_people", course_id=course_id),
        day_now=today(),
    )
    return page, status_of(form)


@blueprint.route("/manage/enrolments/<int:course_id>/unit", methods=["GET", "POST"])
@requires(Permission.ENROL)
def enrol_unit(course_id: int) -> ResponseReturnValue:
    """Put a whole unit into a course: first see what would happen, then do it."""
    course = service.course_for(course_id)
    form = UnitForm() if request.method == "POST" else UnitForm(request.args)
    known = units.choices(units.tree(me()))
    form.unit.offer(known, "请选择")
    asked = request.method == "POST" or "unit" in request.args
    fits = asked and form.fits(today())
    if request.method == "POST" and fits:

        def act() -> str:
            outcome = service.enrol_unit(me(), course_id, form.unit.data, form.due_on.data, now())
            flash(outcome.sentence + "以后加入这个单位的人会自动报名。", "done")
            return url_for("courses.enrol_course", course_id=course_id)

        if answer := saved(form, act):
            return answer
    page = render_template(
        "courses/enrol_unit.html",
        course=course,
        form=form,
        preview=candidates.preview_unit(me(), course_id, form.unit.data) if fits else None,
        unit_name=dict(known).get(form.unit.data, ""),
        rules=service.rules_of(me(), course_id),
        units_known=bool(known),
        day_now=today(),
    )
    return page, status_of(form)


@blueprint.post("/manage/enrolments/<int:course_id>/rules/<int:rule_id>/end")
@requires(Permission.ENROL)
def enrol_rule_end(course_id: int, rule_id: int) -> ResponseReturnValue:
    """Enrol no more newcomers of a unit."""
    target = url_for("courses.enrol_course", course_id=course_id)

    def act() -> str:
        name = service.end_rule(me(), course_id, rule_id)
        flash(f"以后加入{name}的人不再自动报名。已经报名的人不受影响。", "done")
        return target

    return done_or_back(act, target)


@blueprint.route("/manage/enrolments/<int:course_id>/due", methods=["GET", "POST"])
@requires(Permission.ENROL)
def enrol_due(course_id: int) -> ResponseReturnValue:
    """One due date for everybody in the narrowed list who has not completed yet."""
    course = service.course_for(course_id)
    find = _roster_filter()
    wanted = wanted_by(find, course_id=course_id)
    form = AllDueForm(None) if request.method == "GET" else AllDueForm()
    if find.errors:
        return go(_back(course_id))
    if request.method == "POST" and form.fits(today()):

        def act() -> str:
            count = service.change_due(me(), course_id, [], form.due_on.data, wanted)
            flash(
                f"{count} 人的截止日期已改。" if count else "没有要改的，都已经是这个日期。",
                "done" if count else "note",
            )
            return _back(course_id)

        if answer := saved(form, act):
            return answer
    page = render_template(
        "courses/enrol_due.html",
        course=course,
        form=form,
        count=roster.count(wanted, roster.is_open()),
        narrowed=find.in_words(),
        back=_back(course_id),
        day_now=today(),
    )
    return page, status_of(form)


def person_panel(person: User, viewer: Any) -> Panel | None:
    """The courses of a person, for the person's page; only to those who may enrol."""
    if not allows(viewer, Permission.ENROL):
        return None
    rows = roster.rows_of(roster.Filter(today(), user_id=person.id, people=scope.people(viewer)), "course")
    lines = tuple(
        (row.course, _standing(row), url_for("courses.enrol_course", course_id=row.course_id, words=row.account))
        for row in rows
    )
    may_join = person.active and Role.LEARNER in person.roles
    return Panel("课程", lines, "还没有报名任何课程。", (("去报名", url_for("courses.enrol")),) if may_join else ())


def _standing(row: roster.Row) -> str:
    """Where a person stands in a course, in one line."""
    told = [row.state.label]
    if row.completed_at:
        told += [day(row.completed_at), f"{row.hours or 0:g} 学时"]
    else:
        told += [f"{row.done} / {row.total} 步"] + ([f"{day(row.due_on)}截止"] if row.due_on else [])
    return "，".join(told)
