"""The ground: who you are, what you may do, how pages, exports and content files work."""
