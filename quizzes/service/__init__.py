"""The verbs of quizzes, by topic."""
