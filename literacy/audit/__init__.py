"""Who did what: recorded with the act, chained when it commits, verified, searched, and kept as long as it must be."""

from literacy.audit import sealing  # noqa: F401  seals whatever commits
from literacy.audit.recording import ACTIONS, FIELDS, address, difference, in_words, last_change, record, record_many

__all__ = ["ACTIONS", "FIELDS", "address", "difference", "in_words", "last_change", "record", "record_many"]
