"""The trainer's pages of lessons."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses import content, prose
from courses.forms.authoring import LessonFilter, LessonForm
from courses.models import Lesson
from courses.progress import after
from courses.service.authoring import courses as arranging
from courses.service.authoring import lessons as service
from courses.views.author.preview import preview_url, standing_at_first
from courses.views.base import blueprint
from courses.views.study import media_of, shown
from literacy.access import Permission, requires
from literacy.db import paged
from literacy.markdown import CALLOUTS
from quizzes.reference import showing
from quizzes.service.authoring import life
from quizzes.service.practice import askable
from quizzes.views import practice
from quizzes.views.author import common


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


@blueprint.route("/teach/lessons/<int:lesson_id>/edit", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_lesson_edit(lesson_id: int) -> ResponseReturnValue:
    """Change a lesson."""
    return _edit(service.lesson_for(lesson_id))


def _edit(lesson: Lesson | None) -> ResponseReturnValue:
    form = _form(lesson)
    previewing = request.method == "POST" and "preview" in request.form
    if previewing:
        form.show(service.lesson_problems(form.written()))
    elif request.method == "POST":
        if common.checked(form) and (answer := _saved(form, lesson)):
            return answer
    elif lesson is not None:
        form.show(life.own_problems(lesson))
    folder = form.media.data or ""
    form.offer_questions(askable())  # rows that were moved were made anew
    page = render_template(
        "courses/author_lesson_edit.html",
        form=form,
        row=lesson,
        shown=showing.lesson_text(form.body.data or "", media_of(folder))[0] if previewing else None,
        images=[(path, media_of(folder)(path)) for path in content.images_in(folder)],
        tables=[path for path in content.media_in(folder) if path.endswith(".csv")],
        callouts=CALLOUTS,
        newer=common.newer_than(form, lesson),
    )
    return page, 200 if previewing else common.status_of(form)


def _form(lesson: Lesson | None) -> LessonForm:
    data: dict[str, Any] = {}
    if request.method == "GET" and lesson is not None:
        columns = {name: getattr(lesson, name) for name in service.COLUMNS}
        data = {**LessonForm.data_of(columns), "revision": lesson.revision}
    form = LessonForm(data=data)
    form.offer_questions(askable())
    titles = arranging.titles_by_slug()
    form.offer_folders(
        [(folder, titles.get(folder, folder)) for folder in content.image_folders()], lesson.media if lesson else ""
    )
    return form


def _saved(form: LessonForm, lesson: Lesson | None) -> ResponseReturnValue | None:
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
            service.change_lesson(common.author(), row, form.opened_on(), written)
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
