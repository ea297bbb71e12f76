"""What reminders say: what is due and when, and that it can still be done. Nobody is blamed; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courses.cohorts.calendar import OVERDUE
from literacy.text import titled

ASKED = "asked"


@dataclass(frozen=True)
class Item:
    """Why somebody is reminded: a course of a cohort that is not done yet."""

    user_id: int
    cohort_id: int
    cohort: str
    responsible: str
    enrolment_id: int
    course: str
    due_on: date | None
    occasion: str


def occasion_of(stage: int | None, due_on: date | None, day: date) -> str:
    """What a reminder is told from others by: each occasion of an enrolment is used once.

    `stage` is a number of days before the due date, OVERDUE, or None where somebody asked by hand.
    """
    if stage is None or due_on is None:
        return f"{ASKED}:{day.isoformat()}"
    return f"{'overdue' if stage == OVERDUE else stage}:{due_on.isoformat()}"


def occasion_in_words(occasion: str) -> str:
    """An occasion as the cohort's page names it."""
    kind = occasion.partition(":")[0]
    if kind.isdigit():
        return f"到期前 {kind} 天"
    return {"overdue": "刚过截止日期", ASKED: "手动提醒"}.get(kind, "小结")


def day_in_words(value: date, day: date) -> str:
    """A date as 12月1日, with the year where it is not this one."""
    text = f"{value.month}月{value.day}日"
    return text if value.year == day.year else f"{value.year}年{text}"


def line_of(item: Item, day: date) -> str:
    """One course in one sentence."""
    course = titled(item.course)
    if item.due_on is None:
        return f"{course}还没有学完，没有截止日期。"
    when, left = day_in_words(item.due_on, day), (item.due_on - day).days
    if left < 0:
        return f"{course}原定{when}完成。现在仍然可以接着学，学完一样算完成。"
    return f"{course}今天截止。" if left == 0 else f"{course}{when}截止，还有 {left} 天。"


def message_to(items: Sequence[Item], summaries: Sequence[str], day: date) -> tuple[str, str]:
    """The one message of a day to a person, as (title, body): their courses, then what became of their cohorts."""
    lines = [line_of(item, day) for item in items]
    contacts = {(item.cohort, item.responsible): None for item in items}
    lines += [f"培训班：{cohort}。有困难，请联系负责人{responsible}。" for cohort, responsible in contacts]
    body = "\n".join([*lines, *summaries])
    if not items:
        return "培训班小结", body
    if len(items) == 1:
        return f"学习提醒：{titled(items[0].course)}", body
    return f"学习提醒：{len(items)} 门课程", body


def summary_of(cohort: str, soon: int, late: int, left: int) -> str:
    """What the responsible administrator reads of a cohort on a day on which people were reminded."""
    told = [f"快到截止日期 {soon} 人"] * bool(soon) + [f"刚过截止日期 {late} 人"] * bool(late)
    return f"培训班“{cohort}”今天提醒了：{'，'.join(told)}。全班还有 {left} 人没有全部完成。"
