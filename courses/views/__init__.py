"""The pages of courses: the learner's, the trainer's, the administrator's."""

from courses.views import author, classroom, enrol, report, study  # noqa: F401  each module hangs its pages on the blueprint
from courses.views.base import blueprint

__all__ = ["blueprint"]
