"""A second pair of eyes: changes that wait, asking somebody to read them, and the answer."""
