"""Drawing PDF files in Chinese: fonts that are embedded, lines broken as Chinese is broken, pages, tables."""
