"""Slips to print and hand out: a page per unit, one slip per person, with the code that opens their account.

Only hashes of codes are stored, so the file is written by the job that makes the codes, and it is the only place where
they stand. It belongs to whoever asked for it and is deleted with the job's files. A job that breaks off and begins
again makes new codes: those of a file that nobody has seen open nothing.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from literacy import audit
from literacy.activation import service
from literacy.dates import today, zone
from literacy.db import db, now
from literacy.errors import Refused, found
from literacy.jobs.running import Progress
from literacy.models import User
from literacy.service import scope, units

AT_ONCE = 1000
NO_UNIT = "没有分到单位"
_STYLE = Path(__file__).parent.parent / "static/css/slips.css"
_HEAD = Markup(
    '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>\n'
    "<style>{style}</style></head><body>\n"
    "<header><h1>{title}</h1><p>共 {count} 张，{until}以前有效。每个单位从新的一页开始，沿虚线剪开，当面交给本人。"
    "打印以后请删掉这个文件。</p></header>\n"
)
_UNIT = Markup("<section><h2>{unit}</h2><div>\n")
_UNIT_ENDS = "</div></section>\n"
_SLIP = Markup(
    '<article><p class="who"><b>{name}</b><span>{account}</span></p><p class="code">{code}</p>'
    "<p>打开 {site}，填账号和激活码，设自己的密码。{until}以前有效，只能用一次。</p></article>\n"
)


def write_unit_slips(progress: Progress) -> None:
    """The job `unit_slips`: new codes for everybody in a unit and below who has not activated their account."""
    owner = found(db.session.get(User, progress.owner_id))
    unit = units.unit_for(owner, int(progress.given["unit_id"]))
    write(progress, f"激活条 {unit.path.replace(units.SEPARATOR, '-')}", service.in_unit(unit.id))


def write(progress: Progress, title: str, *conditions: Any) -> None:
    """New codes for those who wait for activation and meet the conditions on User, and the slips as the job's file.

    Who looks after more than the job's owner gets none. Raises Refused where nobody waits.
    """
    moment = now()
    actor = found(db.session.get(User, progress.owner_id))
    conditions = (*conditions, scope.changeable_people(actor))
    total = service.waiting_count(*conditions)
    if not total:
        raise Refused("这里的人都有密码了，没有要发的激活码。")
    until = _day(moment + service.LASTS)
    path = progress.file(f"{title}_{today().isoformat()}.html")
    site = str(progress.given.get("site", ""))
    count = 0
    with open(path, "w", encoding="utf-8", opener=_private) as file:
        file.write(
            _HEAD.format(title=title, style=Markup(_STYLE.read_text()), count=total, until=until)  # noqa: S704  ours
        )
        last_unit: str | None = None
        for part in _in_order(*conditions):
            codes = service.issue_many(actor, [one.id for one, _ in part], moment)
            for one, unit in part:
                if unit != last_unit:
                    file.write(_UNIT_ENDS if last_unit is not None else "")
                    file.write(_UNIT.format(unit=unit))
                    last_unit = unit
                file.write(_SLIP.format(name=one.name, account=one.account, code=codes[one.id], site=site, until=until))
            count += len(part)
            progress.step(count, total)
        file.write(_UNIT_ENDS + "</body></html>\n")
    audit.record(actor, "activation.issued", None, f"{title}：发放 {count} 个激活码")
    progress.say(f"{count} 张激活条。下载后用浏览器打开，打印，沿虚线剪开。旧的激活码都作废了。")


def _private(path: str, flags: int) -> int:
    """Only the program itself may read the file."""
    return os.open(path, flags, 0o600)


def _day(moment: datetime) -> str:
    local = moment.astimezone(zone())
    return f"{local.month}月{local.day}日"


def _in_order(*conditions: Any) -> Iterator[list[tuple[Any, str]]]:
    """The people who wait with the full names of their units, in the order of the tree, in parts."""
    paths = units.paths()
    place = {unit_id: number for number, unit_id in enumerate(paths)}
    waiting = db.session.execute(service.waiting(*conditions).with_only_columns(User.id, User.unit_id)).all()
    ids = [one.id for one in sorted(waiting, key=lambda one: (place.get(one.unit_id, len(place)), one.id))]
    for start in range(0, len(ids), AT_ONCE):
        wanted = ids[start : start + AT_ONCE]
        rows = db.session.execute(
            select(User.id, User.name, User.account, User.unit_id).where(User.id.in_(wanted))
        ).all()
        by_id = {one.id: one for one in rows}
        yield [(by_id[one], paths.get(by_id[one].unit_id, NO_UNIT)) for one in wanted if one in by_id]
