"""What became of each piece of content: its versions, what differs between two, and an old one brought back."""
