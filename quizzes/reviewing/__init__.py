"""Marking by people: what learners object to, what trainers look at, what they say of it, how far both agree.

The machine marks every reply at once and is sometimes wrong. Here a person has the last word, finding by finding, and
what persons said becomes the measure of the machine.
"""
