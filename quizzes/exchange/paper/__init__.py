"""Questions in running text: numbered questions of Word documents and plain text files."""
