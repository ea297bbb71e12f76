"""People in bulk: a table is read, checked and shown before anything happens, then applied to its end.

What “all or nothing” means for a list of 100,000 people. One transaction for all of them would keep every other writer
waiting for minutes, so the import has two halves:

1. Reading and checking writes nothing but a plan: a row of `people_import_rows` for each row of the file, with what
   will become of it. A file with a single problem is never applied, not even in part.
2. Applying begins with looking whether the world is still what the plan was made for; if anybody or anything named in
   it was changed meanwhile, nothing is written and the file has to be read again. Then the plan is written in parts of
   some hundred rows, each a short transaction together with how far it came (`applied_to`). From the first part on the
   import only goes forward: a crash or a restart takes it up behind the last complete part, cancelling no longer stops
   it, and it ends complete. While it runs, other people work; a person whom somebody changes in these very minutes is
   left as that somebody made them, and the result says so by row. Reading the same file again then changes nothing but
   those.
"""
