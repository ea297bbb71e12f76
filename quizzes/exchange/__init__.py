"""Question banks as files that others read and write: spreadsheets, Word, GIFT, Moodle XML, QTI."""
