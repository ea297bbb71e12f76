"""The trainer's pages of lessons."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses import content, prose
from courses.forms.authoring import LONGEST_BODY, LessonFilter, LessonForm
from courses.models import Lesson
from courses.progress import after
from courses.service.authoring import courses as arranging
from courses.service.authoring import lessons as service
from courses.views.author.preview import preview_url, standing_at_first
from courses.views.base import blueprint
from courses.views.study import media_of, shown
from literacy.access import Permission, requires
from literacy.db import paged, reads
from literacy.errors import Refused
from literacy.markdown import CALLOUTS
from literacy.text import clean
from quizzes.reference import showing
from quizzes.seconding.views import SHOWS
from quizzes.service.authoring import life
from quizzes.service.practice import askable
from quizzes.views import practice
from quizzes.views.author import common
from quizzes.views.author.desk import Desk, Sent


def _shown_to_learners(lesson: Lesson, body: dict[str, Any]) -> str:  # noqa: ARG001
    """A lesson with this content, as learners will read it."""
    text = showing.lesson_text(body["body"], media_of(body["media"]))[0]
    return render_template("courses/_shown_lesson.html", shown=text)


SHOWS["lessons"] = _shown_to_learners


@blueprint.get("/teach/lessons")
@requires(Permission.AUTHOR)
def author_lessons() -> ResponseReturnValue:
    """All lessons, to find one again."""
    form = LessonFilter(request.args)
    page = paged(service.lesson_list(**common.filled(form, "words", "state", "competency")), common.page_number())
    return render_template("courses/author_lessons.html", form=form, page=page, held=service.courses_of(page.items))


@blueprint.route("/teach/lessons/new", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_lesson_new() -> ResponseReturnValue:
    """Write a new lesson."""
    return _edit(None)


@blueprint.get("/teach/lessons/<int:lesson_id>")
@requires(Permission.AUTHOR)
def author_lesson(lesson_id: int) -> ResponseReturnValue:
    """A lesson as the learner reads it, then its life."""
    lesson = service.lesson_for(lesson_id)
    return render_template(
        "courses/author_lesson.html",
        row=lesson,
        length=prose.length(lesson.body),
        **shown(lesson, practice.shown(lesson.checks)),
        **common.life_of(lesson),
    )


@blueprint.get("/teach/lessons/<int:lesson_id>/preview")
@requires(Permission.AUTHOR)
def author_lesson_preview(lesson_id: int) -> ResponseReturnValue:
    """The learner's page of a lesson, drafts too; reached from a course, it leads on to the next step."""
    lesson = service.lesson_for(lesson_id)
    return _preview(lesson, practice.shown(lesson.checks))


@blueprint.post("/teach/lessons/<int:lesson_id>/preview/checks/<string:slug>")
@requires(Permission.AUTHOR)
def author_lesson_check(lesson_id: int, slug: str) -> ResponseReturnValue:
    """The preview with one of the lesson's questions answered and explained."""
    lesson = service.lesson_for(lesson_id)
    return _preview(lesson, practice.shown(lesson.checks, slug, request.form))


def _preview(lesson: Lesson, checks: practice.Rows) -> str:
    activity = arranging.step_of(lesson, request.args.get("step", 0, int))
    standing = standing_at_first(activity.module.course) if activity else None
    here: dict[str, Any] = {"lesson_id": lesson.id, **({"step": activity.id} if activity else {})}
    if request.args.get("framed"):
        here["framed"] = 1
    return render_template(
        "courses/author_lesson_preview.html",
        standing=standing or {"course": None},
        activity=activity,
        following=after(standing.steps, activity) if standing and activity else None,
        url_of=preview_url,
        lesson_url=url_for("courses.author_lesson_preview", **here),
        check_url=lambda slug: url_for("courses.author_lesson_check", slug=slug, **here),
        **shown(lesson, checks),
    )


@blueprint.post("/teach/lessons/text")
@requires(Permission.AUTHOR)
@reads
def author_lesson_text() -> ResponseReturnValue:
    """A lesson's text as readers will see it, while it is being written (asked for by the editor's script)."""
    sent = request.get_json(silent=True)
    given = sent if isinstance(sent, dict) else {}
    body, media = (clean(given.get(name)) if isinstance(given.get(name), str) else "" for name in ("body", "media"))
    if len(body) > LONGEST_BODY:
        raise Refused(f"正文最多 {LONGEST_BODY} 个字，请删减。", 422)
    html, _ = showing.lesson_text(body, media_of(media if media in content.image_folders() else ""))
    return {"html": html, "faults": service.text_problems(body, media)}


@blueprint.route("/teach/lessons/<int:lesson_id>/edit", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_lesson_edit(lesson_id: int) -> ResponseReturnValue:
    """Change a lesson."""
    return _edit(service.lesson_for(lesson_id))


def _edit(lesson: Lesson | None) -> ResponseReturnValue:
    desk = Desk("lessons", lesson, lambda sent: _form(lesson, sent))
    form = desk.form()
    assert isinstance(form, LessonForm)
    previewing = request.method == "POST" and "preview" in request.form
    if previewing:
        form.show(service.lesson_problems(form.written()))
    elif request.method == "POST":
        if common.checked(form) and (answer := _saved(form, lesson, desk)):
            return answer
    elif lesson is not None and not desk.restored:
        form.show(life.own_problems(lesson))
    folder = form.media.data or ""
    _offer_questions(form)  # rows that were moved were made anew
    page = render_template(
        "courses/author_lesson_edit.html",
        form=form,
        row=lesson,
        shown=showing.lesson_text(form.body.data or "", media_of(folder))[0] if previewing else None,
        images=[(path, media_of(folder)(path)) for path in content.images_in(folder)],
        tables=[path for path in content.media_in(folder) if path.endswith(".csv")],
        callouts=CALLOUTS,
        **desk.shown(form),
        **common.waiting_beside(lesson),
    )
    return page, 200 if previewing else common.status_of(form)


def _form(lesson: Lesson | None, sent: Sent | None) -> LessonForm:
    data: dict[str, Any] = {}
    if sent is None and lesson is not None:
        columns = {name: getattr(lesson, name) for name in service.COLUMNS}
        held = {**columns, **(common.pending_body(lesson) or {})}
        data = {**LessonForm.data_of(held), "revision": lesson.revision}
    form = LessonForm(formdata=sent, data=data)
    _offer_questions(form)
    titles = arranging.titles_by_slug()
    form.offer_folders(
        [(folder, titles.get(folder, folder)) for folder in content.image_folders()], lesson.media if lesson else ""
    )
    return form


def _offer_questions(form: LessonForm) -> None:
    form.offer_questions(askable(form.competencies.data or (), form.chosen_questions()))


def _saved(form: LessonForm, lesson: Lesson | None, desk: Desk) -> ResponseReturnValue | None:
    written = form.written()
    problems = service.lesson_problems(written)
    if problems and common.to_publish(lesson):
        form.show(problems)
        return None

    def act() -> str:
        if lesson is None:
            row = service.create_lesson(common.author(), written)
        else:
            row = service.lesson_for(lesson.id, writing=True)
            if common.later(row):
                desk.saved()
                return common.kept_for_later(row, form.opened_on(), written)
            service.change_lesson(common.author(), row, form.opened_on(), written)
        desk.saved()
        return common.finish(
            row,
            url_for("courses.author_lesson_edit", lesson_id=row.id),
            url_for("courses.author_lesson", lesson_id=row.id),
        )

    return common.saved(form, act)


@blueprint.post("/teach/lessons/<int:lesson_id>/publish")
@requires(Permission.AUTHOR)
def author_lesson_publish(lesson_id: int) -> ResponseReturnValue:
    """Offer a lesson for courses."""
    return common.published(
        lambda: service.lesson_for(lesson_id, writing=True), url_for("courses.author_lesson", lesson_id=lesson_id)
    )


@blueprint.post("/teach/lessons/<int:lesson_id>/retire")
@requires(Permission.AUTHOR)
def author_lesson_retire(lesson_id: int) -> ResponseReturnValue:
    """Stop offering a lesson."""
    return common.retired(
        lambda: service.lesson_for(lesson_id, writing=True), url_for("courses.author_lesson", lesson_id=lesson_id)
    )
