"""Accounts that somebody pasted, line by line; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from courses.enrolling import Admission, Candidate
from literacy.text import account_name

MOST_LINES = 5000
_BREAK = re.compile(r"[\s,，;；、|]+")


@dataclass(frozen=True)
class Pasted:
    """A line with an account on it: where it stood, what was read, and whose account it is."""

    number: int
    account: str
    person: Candidate | None = None
    problem: str = ""


def read_lines(text: str) -> list[Pasted]:
    """The accounts of a text, one a line; what follows on the line (a name, a unit) is left aside.

    An account that stood before is a problem of its line. Empty lines count, so that the numbers are those of the
    box, but say nothing.
    """
    seen: dict[str, int] = {}
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        first = next((part for part in _BREAK.split(line) if part), "")
        account = account_name(first)
        if not account:
            continue
        problem = f"和第 {seen[account]} 行重复" if account in seen else ""
        seen.setdefault(account, number)
        found.append(Pasted(number, account, problem=problem))
    return found


def recognised(lines: list[Pasted], people: Mapping[str, Candidate], outside: str) -> list[Pasted]:
    """The lines with their people, and with what hinders a person from coming in.

    `people` are those of the cohort's unit by account; `outside` is said of an account that is not among them.
    """
    return [_recognised(line, people.get(line.account), outside) for line in lines]


def _recognised(line: Pasted, person: Candidate | None, outside: str) -> Pasted:
    if line.problem:
        return line
    if person is None:
        return Pasted(line.number, line.account, None, outside)
    problem = {
        Admission.ALREADY: "已经在班里",
        Admission.INACTIVE: "账号已停用",
        Admission.NO_LEARNER: "没有学员角色",
    }.get(person.admission, "")
    return Pasted(line.number, line.account, person, problem)
