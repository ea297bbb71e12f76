"""Asks and marks: questions, scenarios, quizzes, attempts, and the rubric that judges a written reply."""
