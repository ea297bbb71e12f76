"""The shape of input of quizzes."""
