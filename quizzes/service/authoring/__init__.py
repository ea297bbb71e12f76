"""What trainers do with content: write it, publish it, take it back."""
