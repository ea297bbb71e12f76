"""The trainer's pages of a class: who needs help, what recurs, replies to discuss, and the wall that shows them.

They ask for MARK: everything here is made of what learners handed in.
"""

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.cohorts.service.standing import opened
from courses.forms.classroom import ClassForm, ReplyForm
from courses.models import ClassReply
from courses.service import classroom as service
from courses.service import discussion
from courses.service.report import courses_with_people
from courses.steps import marked, steps_of
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.db import now
from literacy.errors import NotFound, found
from literacy.forms import asked_for
from literacy.models import Role
from literacy.service import units
from literacy.text import length
from literacy.views.common import done_or_back, me, new_key, page_number, saved, status_of
from quizzes.analysis.advice import PEOPLE
from quizzes.bodies import PATTERN_IDS
from quizzes.competencies import COMPETENCIES

MOVES = {"up": -1, "down": 1}
SHORT = 100
"""Up to so many characters a reply is shown in larger type: it fits the wall all the same."""


def _chosen_class() -> tuple[ClassForm, service.Class | None]:
    """The form that chooses a class, and the class that is chosen; None before."""
    form = ClassForm(request.args)
    form.course.offer(courses_with_people(), "请选择")
    form.unit.offer(units.choices(units.tree(me(), Role.TRAINER)), "全部")
    form.cohort.offer(opened(), "全部")
    asked = asked_for(form)
    if "course" not in asked:
        return form, None
    return form, service.class_of(me(), asked["course"], asked.get("unit", 0), asked.get("cohort", 0))


def _address(group: service.Class) -> dict[str, Any]:
    """A class as it stands in an address."""
    narrowed = {"unit": group.unit, "cohort": group.cohort}
    return {"course": group.course.id, **{name: one.id for name, one in narrowed.items() if one}}


def _class_of(row: ClassReply) -> service.Class:
    """The class that a kept reply is for."""
    return service.class_of(me(), row.course_id, row.unit_id or 0, row.cohort_id or 0)


@blueprint.get("/teach/class")
@requires(Permission.MARK)
def classroom() -> ResponseReturnValue:
    """A class at a glance: who needs help, which faults recur, what is not understood yet."""
    form, group = _chosen_class()
    if group is None:
        return render_template("courses/classroom.html", form=form, group=None)
    questions, competencies = service.unsure(group)
    return render_template(
        "courses/classroom.html",
        form=form,
        group=group,
        address=_address(group),
        stuck=service.stuck(group, now(), page_number()),
        quiet_days=service.QUIET_DAYS,
        patterns=service.patterns(group),
        pattern_names=PATTERN_IDS,
        questions=questions,
        competencies=competencies,
        names=COMPETENCIES,
        least=PEOPLE,
        topics=discussion.topics(group),
        kept=discussion.chosen(me(), group),
    )


@blueprint.get("/teach/class/replies")
@requires(Permission.MARK)
def class_replies() -> ResponseReturnValue:
    """Replies to one scenario that may be worth discussing, without saying whose they are; and what is kept."""
    _, group = _chosen_class()
    group = found(group)
    topics = discussion.topics(group)
    asked = request.args.get("scenario", 0, int)
    topic = next((one for one in topics if one.scenario.id == asked), topics[0] if topics else None)
    good, bad = discussion.suggestions(me(), group, topic.scenario.id) if topic else ([], [])
    return render_template(
        "courses/class_replies.html",
        group=group,
        address=_address(group),
        topics=topics,
        topic=topic,
        good=good,
        bad=bad,
        kept=discussion.chosen(me(), group),
        least=PEOPLE,
        act_key=new_key(),
    )


@blueprint.post("/teach/class/replies")
@requires(Permission.MARK)
def class_choose() -> ResponseReturnValue:
    """Keep a suggested reply for class, and go on to look through its words."""
    _, group = _chosen_class()
    group = found(group)
    scenario_id = request.form.get("scenario", 0, int)

    def act() -> str:
        row = discussion.choose(me(), group, scenario_id, request.form.get("reply", ""))
        flash("选好了。请把能看出是谁写的字改掉。", "done")
        return url_for("courses.class_reply", reply_id=row.id)

    return done_or_back(act, url_for("courses.class_replies", scenario=scenario_id, **_address(group)))


@blueprint.route("/teach/class/replies/<int:reply_id>", methods=["GET", "POST"])
@requires(Permission.MARK)
def class_reply(reply_id: int) -> ResponseReturnValue:
    """A kept reply: change what could tell who wrote it, see how it will be judged."""
    row = discussion.reply_for(me(), reply_id)
    group = _class_of(row)
    back = url_for("courses.class_replies", scenario=row.scenario_version.scenario_id, **_address(group))
    form = ReplyForm(text=row.text) if request.method == "GET" else ReplyForm()

    def act() -> str:
        discussion.change(discussion.reply_for(me(), reply_id, writing=True), form.text.data or "")
        flash("已保存。", "done")
        return back

    if request.method == "POST" and form.validate() and (answer := saved(form, act)):
        return answer
    page = render_template(
        "courses/class_reply.html", form=form, row=row, group=group, back=back, shown=marked(row.text, row.verdict)
    )
    return page, status_of(form)


@blueprint.post("/teach/class/replies/<int:reply_id>/<any(up, down, remove):act_name>")
@requires(Permission.MARK)
def class_arrange(reply_id: int, act_name: str) -> ResponseReturnValue:
    """Move a kept reply up or down, or keep it no longer."""
    row = discussion.reply_for(me(), reply_id)
    group = _class_of(row)
    back = url_for("courses.class_replies", _anchor="kept", **_address(group))

    def act() -> str:
        one = discussion.reply_for(me(), reply_id, writing=True)
        if act_name == "remove":
            discussion.remove(me(), one)
            flash("已移除。学员交的答复没有变。", "done")
        else:
            discussion.move(one, MOVES[act_name])
        return back

    return done_or_back(act, back)


@blueprint.get("/teach/class/show/<int:reply_id>/<int:step>")
@requires(Permission.MARK)
def class_show(reply_id: int, step: int) -> ResponseReturnValue:
    """The wall: one reply, one step; the arrows lead through all steps of all replies of the class."""
    row = discussion.reply_for(me(), reply_id)
    rows = discussion.beside(row)
    wall = [(one, number, shown) for one in rows for number, shown in enumerate(steps_of(one.text, one.verdict))]
    here = next((place for place, (one, number, _) in enumerate(wall) if (one.id, number) == (row.id, step)), None)
    if here is None:
        raise NotFound
    group = _class_of(row)

    def address(place: int) -> str | None:
        if not 0 <= place < len(wall):
            return None
        one, number, shown = wall[place]
        # The browser brings the marked words into sight by itself.
        anchor = f"mark-{shown.number}" if shown.finding and shown.finding["end"] > shown.finding["start"] else None
        return url_for("courses.class_show", reply_id=one.id, step=number, _anchor=anchor)

    return render_template(
        "courses/class_show.html",
        row=row,
        scenario=row.scenario_version.body,
        step=wall[here][2],
        short=length(row.text) <= SHORT,
        number=list(rows).index(row) + 1,
        count=len(rows),
        previous=address(here - 1),
        following=address(here + 1),
        leave=url_for("courses.class_replies", _anchor="kept", **_address(group)),
    )
