"""What quizzes tell to whoever listens; they do not know who does."""

from blinker import Namespace

_signals = Namespace()
attempt_marked = _signals.signal("attempt-marked")
"""Sent with an attempt after it was submitted and marked, and again when a trainer overrides a mark."""
passes_asked = _signals.signal("passes-asked")
"""Sent with a select of (user_id, quiz_id) from attempts that would pass; whoever arranges quizzes into something
larger answers with how many people that would let complete it, as a list of (name, people)."""
