"""Long work that goes on while people do other things: imports, exports, batches of certificates, re-marking.

A row in `jobs` is the truth: whose it is, how far it is, where to go on after a crash. A worker process (started by
`serve`, or alone by `work`) takes the oldest row that waits. There is no queue beside the table, so nothing can be lost
between the two, and a second machine needs nothing but the database.
"""
