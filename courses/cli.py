"""Commands of courses."""

COMMANDS = ()
