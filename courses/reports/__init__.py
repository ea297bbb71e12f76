"""The administrator's reports: one frame (`frame`), one file for each report, one list of them (`listed`)."""
