"""Writing lessons and courses, by topic."""
