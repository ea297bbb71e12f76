"""The verbs of the ground, by topic."""
