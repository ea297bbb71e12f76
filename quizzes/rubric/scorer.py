"""The whole way from a case to a verdict, stage by stage."""

from collections.abc import Mapping

from quizzes.rubric import grading
from quizzes.rubric.conditions import answer
from quizzes.rubric.doubt import doubts
from quizzes.rubric.elements import judge_elements
from quizzes.rubric.evidence import Reading
from quizzes.rubric.judge import judge_patterns
from quizzes.rubric.learned import Opinion
from quizzes.rubric.model import ReplyCase, Verdict
from quizzes.rubric.points import judge_points, unsupported
from quizzes.rubric.rules import Rubric, load_rubric
from quizzes.rubric.suspicion import suspicions


def score_reply(
    case: ReplyCase, rubric: Rubric | None = None, opinions: Mapping[str, Opinion] | None = None
) -> Verdict:
    """Judge one reply. Never raises for any text; places in the verdict count characters of ``case.reply``.

    ``opinions`` stand in for what the rubric's own learned models would say: for measuring on replies they know.
    """
    rubric = rubric or load_rubric()
    reading = Reading(case, rubric, answer, opinions)
    findings = judge_patterns(reading)
    elements = judge_elements(reading, case.required_elements, findings)
    points = judge_points(reading)
    suspected = suspicions(reading, findings)
    grade = grading.grade(reading, findings, elements, points, suspected=bool(suspected))
    lines = grading.arithmetic(rubric, grade, findings, elements, points, empty=not reading.text.strip())
    return Verdict(
        grade=grade,
        grade_label=rubric.grades[grade],
        score=lines[-1].running,
        headline=grading.headline(rubric, grade, findings, elements, points, suspected=bool(suspected)),
        findings=findings,
        elements=elements,
        points=points,
        unsupported=unsupported(reading),
        arithmetic=lines,
        rubric_version=rubric.version,
        rubric_hash=rubric.content_hash,
        doubts=doubts(reading, grade, findings, elements, points, suspected=bool(suspected)),
        suspicions=suspected,
    )
