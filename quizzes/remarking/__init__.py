"""Marking again what was handed in, after a question, a scenario or the rubric was put right."""
