"""The courses of the load test: those that are shipped, and further ones made of their modules."""

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from courses.models import Activity, ActivityKind, Course, Module
from courses.scale.plan import Shape, Step
from literacy.db import db
from literacy.models import State
from quizzes.history import service as history
from quizzes.papers import Papers

TITLES = (
    "窗口回复基本功", "热线接诉上岗培训", "乡镇网上答复入门", "评论区值守", "信访回复提高班",
    "领导干部网上群众工作", "突发情况信息发布", "从接诉到回访", "隐私与依法公开", "新任科级干部轮训",
    "年轻干部网上履职", "社区网格员网上沟通", "驻村干部问答训练", "错例讲评",
)  # fmt: skip
"""Titles of further courses; after the last they are counted through again."""
DRILLED = 2
"""Every so many modules of a further course end with a drill: lessons are what most people do most of."""


def prepare(count: int) -> list[Course]:
    """`count` published courses (at least those that are shipped), further ones made where they are missing."""
    shipped = list(db.session.scalars(_whole().where(Course.state == State.PUBLISHED)))
    own = [module for course in shipped if not course.slug.startswith("path-") for module in course.modules]
    for number in range(count - len(shipped)):
        db.session.add(_further(number, own))
    db.session.flush()
    history.keep_all(Course)
    return list(db.session.scalars(_whole().where(Course.state == State.PUBLISHED)))[: max(count, len(shipped))]


def _whole() -> Select[Course]:
    order = (Course.position, Course.id)
    return select(Course).order_by(*order).options(selectinload(Course.modules).selectinload(Module.activities))


def _further(number: int, modules: list[Module]) -> Course:
    """A course of two to four of the modules, with their lessons, their quiz and a drill."""
    first, size = number * 5 % len(modules), 2 + number % 3
    taken = [modules[(first + at) % len(modules)] for at in range(min(size, len(modules)))]
    again = number // len(TITLES)
    return Course(
        slug=f"scale-{number + 1}",
        title=TITLES[number % len(TITLES)] + (f"（第 {again + 1} 期）" if again else ""),
        summary="、".join(f"“{module.title}”" for module in taken) + "。",
        position=100 + number,
        state=State.PUBLISHED,
        edited=True,
        modules=[_copy(module, at) for at, module in enumerate(taken)],
    )


def _copy(module: Module, position: int) -> Module:
    drills = [one for one in module.activities if one.kind is ActivityKind.DRILL][: position % DRILLED == 0]
    others = [one for one in module.activities if one.kind is not ActivityKind.DRILL]
    return Module(
        slug=module.slug,
        title=module.title,
        summary=module.summary,
        objectives=module.objectives,
        competencies=module.competencies,
        hours=module.hours,
        position=position,
        activities=[
            Activity(kind=one.kind, lesson_id=one.lesson_id, quiz_id=one.quiz_id, position=at)
            for at, one in enumerate([*others, *drills])
        ],
    )


def shape_of(course: Course, papers: dict[int, Papers]) -> Shape:
    """The course as far as studying it goes; what its quizzes allow is known from their papers."""
    steps = tuple(_step(activity, papers) for activity in course.activities)
    return Shape(course.id, steps, course.hours, _weight(course))


def _weight(course: Course) -> int:
    """The shorter courses are given to more people."""
    return 8 if course.slug.startswith("scale-") else 1 if course.slug.startswith("path-") else 4


def _step(activity: Activity, papers: dict[int, Papers]) -> Step:
    if activity.lesson_id:
        return Step(lesson_id=activity.lesson_id)
    offered = papers[activity.quiz_id or 0]
    return Step(quiz_id=offered.quiz_id, allowed=offered.allowed or 0, scored=bool(offered.poor))
