"""What quizzes tell to whoever listens; they do not know who does."""

from blinker import Namespace

_signals = Namespace()
attempt_marked = _signals.signal("attempt-marked")
"""Sent with an attempt after it was submitted and marked, and again when a trainer overrides a mark."""
