"""The first steps of a new installation: what its first administrator does, in order, and what is done of it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import exists, select

from literacy.db import db
from literacy.models import Role, RoleGrant, Unit
from literacy.settings.reading import stored


@dataclass(frozen=True)
class FirstStep:
    """Something to do before people can learn."""

    title: str
    why: str
    endpoint: str
    """The page where it is done."""
    order: int
    done: Callable[[], bool]
    """Whether somebody did it already; asks the database cheaply."""
    needed: bool = True
    """Whether nobody can learn without it; what may wait leads nobody back to the list."""
    given: tuple[tuple[str, str], ...] = ()
    """The arguments of the endpoint."""


def _named() -> bool:
    return "school_name" in stored()


def _has_units() -> bool:
    return bool(db.session.scalar(select(exists().where(Unit.active))))


def _has_learners() -> bool:
    return bool(db.session.scalar(select(exists().where(RoleGrant.role == Role.LEARNER.value))))


OURS = (
    FirstStep(
        "写上学校的名称和平台的网址",
        "名称在每一页和证书上；网址印在激活条和二维码里，没有它，别人扫码打不开。",
        "literacy.settings_group",
        10,
        _named,
        needed=False,
        given=(("group", "school"),),
    ),
    FirstStep(
        "建单位",
        "先建最上一级，再往下建。单位多，只建最上一级就行：导入人员时，表里的下级单位可以一起建。",
        "literacy.units",
        20,
        _has_units,
        needed=False,
    ),
    FirstStep(
        "导入人员",
        "下载表样，一行写一个人，上传后先看一遍再确认。新的人凭激活条自己设密码。",
        "literacy.people_imports",
        30,
        _has_learners,
    ),
)
"""The steps of the ground itself; packages add theirs to `registry.first_steps`."""


def is_new(steps: list[FirstStep]) -> bool:
    """Whether something is still to be done without which nobody can learn."""
    return any(step.needed and not step.done() for step in steps)
