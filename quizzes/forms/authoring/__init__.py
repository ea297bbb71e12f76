"""The shape of what trainers write, by topic."""
