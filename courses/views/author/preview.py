"""Courses and lessons as a learner would meet them; nothing of it is stored."""

from flask import url_for

from courses.models import Activity, ActivityKind, Course, Enrolment
from courses.progress import Step
from courses.service.study import Standing


def standing_at_first(course: Course) -> Standing:
    """Where somebody stands who was enrolled this moment. The enrolment belongs to no session and nobody."""
    return Standing(Enrolment(course=course), [Step(activity, False) for activity in course.activities])


def preview_url(activity: Activity) -> str:
    """The page on which a trainer sees what is done in an activity."""
    if activity.kind is ActivityKind.LESSON:
        return url_for("courses.author_lesson_preview", lesson_id=activity.lesson_id, step=activity.id)
    return url_for("quizzes.author_quiz", quiz_id=activity.quiz_id)
