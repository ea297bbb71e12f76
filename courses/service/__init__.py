"""The verbs of courses, by topic."""
