"""The trainer's pages of courses, by topic."""

from courses.views.author import courses, lessons, modules

__all__ = ["courses", "lessons", "modules"]
