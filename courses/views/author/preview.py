"""Courses and lessons as a learner would meet them; nothing of it is stored."""

from typing import Any

from flask import request, url_for

from courses.models import Activity, ActivityKind, Course, Enrolment
from courses.progress import Step
from courses.service.study import Standing


def standing_at_first(course: Course) -> Standing:
    """Where somebody stands who was enrolled this moment. The enrolment belongs to no session and nobody."""
    return Standing(Enrolment(course=course), [Step(activity, False) for activity in course.activities])


def preview_url(activity: Activity, **given: Any) -> str:
    """The page on which a trainer sees what is done in an activity; inside a frame the next one is framed too."""
    framed = {"framed": 1} if request.args.get("framed") else {}
    if activity.kind is ActivityKind.LESSON:
        here = {"lesson_id": activity.lesson_id, "step": activity.id}
        return url_for("courses.author_lesson_preview", **{**here, **framed, **given})
    return url_for("quizzes.author_quiz", **{"quiz_id": activity.quiz_id, **framed, **given})
