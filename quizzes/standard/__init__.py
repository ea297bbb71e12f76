"""The rubric as trainers read, change, test and publish it: changes over the shipped files, version by version."""
