"""The shape of input of courses."""
