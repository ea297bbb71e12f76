"""Tables from files that anybody may have made: workbooks and CSV, read as texts, row by row, within bounds.

Nothing in them is evaluated or unfolded unseen; memory does not grow with the number of rows.
"""
