"""A whole course as one zip: in the layout of the content files, from the database and back into it."""
