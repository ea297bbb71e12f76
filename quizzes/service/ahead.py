"""What takes a while about handing in, done before anything is locked."""

from collections.abc import Mapping
from typing import Any

from literacy.errors import Refused
from literacy.models import User
from quizzes import marking
from quizzes.service.attempts import attempt_for, cleaned
from quizzes.standard.in_force import in_force


def judge_ahead(user: User, attempt_id: int, drafts: Mapping[int, Any]) -> None:
    """Judge the replies that are about to be handed in, without storing anything.

    A small language model takes a tenth of a second over a reply and remembers what it heard. Asked before `submit`,
    it keeps no writer waiting. Texts that `submit` will refuse are left to it. Raises NotFound as `submit` does.
    """
    attempt = attempt_for(user, attempt_id)
    if attempt.submission is not None:
        return
    for answer in attempt.answers:
        if answer.scenario_version is None:
            continue
        try:
            draft = cleaned(answer, drafts.get(answer.position, answer.draft))
        except Refused:
            continue
        marking.mark_reply(answer.scenario_version.body, draft, in_force())
