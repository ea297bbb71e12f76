"""The pages of cohorts; they hang on the blueprint of courses."""

from courses.cohorts.views import again, certificates, courses, lists, members, one  # noqa: F401  each module hangs its pages up
