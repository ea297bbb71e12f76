"""The learner's pages: today, a course, a lesson."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from courses import content
from courses.cohorts.service import standing as cohorts_in
from courses.cohorts.service.finding import running
from courses.models import Activity, ActivityKind, Lesson
from courses.progress import Step, after
from courses.service import study
from courses.service.competence import suggestions
from courses.views.base import blueprint
from literacy.access import Permission, requires
from literacy.db import db, now, reading, writes
from literacy.errors import NotFound, found
from literacy.markdown import PICTURE
from literacy.registry import Surroundings
from literacy.settings import value
from literacy.text import titled
from literacy.web import today as this_day
from quizzes.competencies import COMPETENCIES, MEANINGS
from quizzes.models import Quiz
from quizzes.reference import service as reference
from quizzes.reference import showing
from quizzes.reviewing.service import appeals
from quizzes.service.attempts import close_expired
from quizzes.service.competence import competencies_of
from quizzes.views import practice


@blueprint.get("/learn")
@requires(Permission.LEARN)
@writes
def today() -> ResponseReturnValue:
    """What is due and when, and exactly where to go on."""
    _let_clocks_run_out()
    with reading():
        standings = study.standings(current_user)
        current = study.first_of_all(standings)
        rest = [standing for standing in standings if standing is not current]
        abilities = competencies_of(current_user)
        return render_template(
            "courses/today.html",
            current=current,
            others=[standing for standing in rest if not standing.enrolment.completed_at],
            completed=[standing for standing in rest if standing.enrolment.completed_at],
            day_now=this_day(),
            target=value("credit_yearly_target"),
            hours=study.hours_in(current_user, this_day().year) if value("credit_yearly_target") else 0,
            moment_now=now(),
            cohorts=cohorts_in.running_by_course(current_user, running(this_day())),
            url_of=step_url,
            abilities=abilities if any(one.step for one in abilities) else [],
            names=COMPETENCIES,
            answered=appeals.news_for(current_user),
        )


@blueprint.get("/learn/competencies")
@requires(Permission.LEARN)
def competencies() -> ResponseReturnValue:
    """What one's answers and replies show of each competency, and what would help most."""
    abilities = competencies_of(current_user)
    return render_template(
        "courses/competencies.html",
        standings=abilities,
        names=COMPETENCIES,
        meanings=MEANINGS,
        advice=suggestions(abilities, study.standings(current_user)),
        url_of=activity_url,
    )


def _let_clocks_run_out() -> None:
    """Hand in what ran out of time, so that no page offers to go on with it."""
    close_expired(now(), current_user)
    db.session.commit()


@blueprint.get("/learn/courses/<int:course_id>")
@requires(Permission.LEARN)
@writes
def course(course_id: int) -> ResponseReturnValue:
    """The outline of a course, with what is done and what comes next."""
    _let_clocks_run_out()
    with reading():
        standing = study.standing_in(current_user, course_id)
        return render_template(
            "courses/course.html",
            standing=standing,
            url_of=activity_url,
            step_url=step_url,
            cohorts=cohorts_in.running_by_course(current_user, running(this_day())),
            day_now=this_day(),
            moment_now=now(),
        )


def step_url(step: Step[Activity]) -> str:
    """Where a step goes on: in the open attempt itself while its clock runs."""
    if step.ends_at is not None:
        return url_for("quizzes.attempt", attempt_id=step.attempt_id)
    return activity_url(step.activity)


def activity_url(activity: Activity) -> str:
    """The page on which an activity is done."""
    if activity.kind is ActivityKind.LESSON:
        return url_for("courses.lesson", activity_id=activity.id)
    return url_for("quizzes.quiz", quiz_id=activity.quiz_id)


@blueprint.get("/learn/lessons/<int:activity_id>")
@requires(Permission.LEARN)
def lesson(activity_id: int) -> ResponseReturnValue:
    """A lesson, opened where the reader left it."""
    standing, activity = study.activity_for(current_user, activity_id)
    if activity.lesson is None:
        return redirect(activity_url(activity), 303)
    return _lesson_page(standing, activity, activity.lesson, practice.shown(activity.lesson.checks))


@blueprint.post("/learn/lessons/<int:activity_id>/checks/<string:slug>")
@requires(Permission.LEARN)
def lesson_check(activity_id: int, slug: str) -> ResponseReturnValue:
    """The lesson with one of its questions answered and explained. Nothing is kept: it is for the reader alone."""
    standing, activity = study.activity_for(current_user, activity_id)
    text = found(activity.lesson)
    return _lesson_page(standing, activity, text, practice.shown(text.checks, slug, request.form))


def _lesson_page(standing: study.Standing, activity: Activity, text: Lesson, checks: practice.Rows) -> str:
    return render_template(
        "courses/lesson.html",
        standing=standing,
        activity=activity,
        reading=study.reading_of(current_user, text),
        following=after(standing.steps, activity),
        url_of=activity_url,
        lesson_url=url_for("courses.lesson", activity_id=activity.id),
        check_url=lambda slug: url_for("courses.lesson_check", activity_id=activity.id, slug=slug),
        **shown(text, checks),
    )


def shown(text: Lesson, checks: practice.Rows) -> dict[str, Any]:
    """What every page of a lesson shows: text, contents, the words explained in it, sources, questions."""
    body, sections = showing.lesson_text(text.body, media_of(text.media))
    return {
        "lesson": text,
        "body": body,
        "sections": sections,
        "words": reference.words_named(reference.words_in(text.body)),
        "sources": showing.sources(text.sources),
        "checks": checks,
    }


def media_of(folder: str):
    """Turns the path of an image or table in a lesson into its address. Without a folder only uploads have."""

    def address(path: str) -> str:
        if path.startswith(PICTURE):
            return url_for("literacy.picture", key=path.removeprefix(PICTURE))
        return url_for("courses.media", folder=folder, name=path.removeprefix("media/")) if folder else path

    return address


@blueprint.post("/learn/lessons/<int:activity_id>/place")
@requires(Permission.LEARN)
def lesson_place(activity_id: int) -> ResponseReturnValue:
    """Remember the section that is being read (sent by the page's script)."""
    standing, activity = study.activity_for(current_user, activity_id)
    payload = request.get_json(silent=True) or {}
    section = payload.get("section") if isinstance(payload, dict) else ""
    if activity.lesson is None:
        raise NotFound
    study.keep_place(current_user, standing, activity.lesson, section if isinstance(section, str) else "", now())
    db.session.commit()
    return {"kept": True}


@blueprint.post("/learn/lessons/<int:activity_id>/finish")
@requires(Permission.LEARN)
def lesson_finish(activity_id: int) -> ResponseReturnValue:
    """The reader is through; go on to what follows."""
    standing, activity = study.activity_for(current_user, activity_id)
    following = study.finish_lesson(current_user, standing, activity, now())
    db.session.commit()
    if standing.enrolment.completed_at and following is None:
        flash(f"{titled(standing.course.title)}全部完成。", "done")
    if following is None:
        return redirect(url_for("courses.course", course_id=standing.course.id), 303)
    return redirect(activity_url(following), 303)


@blueprint.get("/media/<folder>/<path:name>")
@requires(Permission.ACCOUNT)
def media(folder: str, name: str) -> Response:
    """An image or table of a lesson, from the course's folder."""
    path = found(content.media_file(folder, name))
    answer = send_file(path, as_attachment=name.endswith(".csv"), download_name=path.name)
    # An SVG opened on its own runs no script and loads nothing.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def surroundings(thing: object, user: object) -> Surroundings | None:
    """Where a quiz stands for a learner: its course, and the activity that follows."""
    if not isinstance(thing, Quiz):
        return None
    place = study.place_of(user, thing)  # type: ignore[arg-type]
    if place is None:
        return None
    standing, activity = place
    following = after(standing.steps, activity)
    crumbs = (
        ("学习", url_for("courses.today")),
        (standing.course.title, url_for("courses.course", course_id=standing.course.id)),
    )
    if following is None:
        return Surroundings(crumbs, "回到课程", url_for("courses.course", course_id=standing.course.id))
    return Surroundings(crumbs, f"下一步：{following.target.title}", activity_url(following))
