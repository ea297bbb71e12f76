r"""Stars in the accepted answers of Moodle: * is any text, \* is a star; pure.

Here an accepted phrase counts wherever it occurs in what was written; Moodle wants the whole answer, so that stars
stand around each phrase.
"""

EVERYTHING = "*"
"""Any answer at all."""


def anywhere(words: str) -> str:
    """A phrase as Moodle finds it within an answer."""
    # A backslash before the last star would turn it into an ordinary one.
    return f"*{words.replace('*', chr(92) + '*')}{'' if words.endswith(chr(92)) else '*'}"


def phrase(answer: str) -> tuple[str, bool]:
    """The phrase of an accepted answer, and whether stars remain within it that meant any text."""
    answer = answer.strip().removeprefix("*")
    if answer.endswith("*") and not answer.endswith("\\*"):
        answer = answer[:-1]
    inner = answer.replace("\\*", "")
    return answer.replace("\\*", "*").strip(), "*" in inner
