"""Certificates of completion: how they look, who was given one, what is printed, and how anybody checks it."""
