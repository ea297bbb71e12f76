"""Keeping an installation alive: is it sound, a copy of it, and bringing a copy back."""
