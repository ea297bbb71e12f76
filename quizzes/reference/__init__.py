"""What lessons, questions and scenarios refer to: the sources they rest on and the expressions netizens use.

Both grow old: a law is amended, a joke changes its meaning. Each says when it was checked and when it is due again.
"""
