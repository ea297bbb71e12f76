"""What administrators set in the browser: declared once, read with `value("key")` anywhere in the app."""

from literacy.settings.reading import value

__all__ = ["value"]
