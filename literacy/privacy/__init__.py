"""What is stored of a person: shown to them, corrected, taken along, and deleted when its time is over."""
