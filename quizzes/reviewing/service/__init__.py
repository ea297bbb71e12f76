"""The verbs of marking by people."""
