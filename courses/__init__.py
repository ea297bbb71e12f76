"""Arranges lessons, quizzes and drills into a path, and knows who has completed what."""
