"""The pages of reports."""

from courses.reports.views import headers, saved, showing  # noqa: F401  each module hangs its pages on the blueprint
