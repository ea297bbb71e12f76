"""The trainer's pages of courses, by topic."""

from courses.views.author import builder, courses, lessons, modules, packages

__all__ = ["builder", "courses", "lessons", "modules", "packages"]
