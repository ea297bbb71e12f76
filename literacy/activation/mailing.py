"""Activation links by mail, where the administrator chooses it: one mail to each new person who has an address.

The mail holds a link that opens the account once until it expires, never a password. The code stands nowhere but in
the mail itself: these mails go straight over the line and not through the outbox, which keeps what it sends.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from literacy import audit
from literacy.activation import service
from literacy.activation.models import ActivationCode
from literacy.contact import veiled
from literacy.dates import zone
from literacy.db import db, now
from literacy.errors import Refused, found
from literacy.jobs import service as jobs
from literacy.jobs.models import Job
from literacy.jobs.running import Progress
from literacy.links import address_of, path_to
from literacy.mail.letters import Letter, written
from literacy.mail.line import NoLine, Undelivered, connected, hand_over, server_set
from literacy.mail.service import switched_on
from literacy.models import User
from literacy.service import scope, units
from literacy.settings import value

JOB = "activation_mails"
AT_ONCE = 100
NAMED = 10
"""How many of those whose mail was not taken are named in what the job says."""
ACTIONS = {"activation.mailed": "用邮件发激活链接"}
NOT_SET = "还不能发邮件：请先在“设置”里填发信服务器和平台的网址。"
NOBODY = "这里没有要发的人：都有密码了，或者没有登记邮箱。"


@dataclass(frozen=True)
class Reach:
    """How many of those who wait for activation can be written to, and how many have no address."""

    written: int
    unwritten: int


def can_send() -> bool:
    """Whether links can go out by mail: a mail server and the site's own address are set."""
    return switched_on() and bool(value("site_address"))


def reach(viewer: User, *conditions: Any) -> Reach | None:
    """Whom a mailing to these people would reach; None where no mails can be sent, or nobody waits."""
    if not can_send():
        return None
    there = (*conditions, scope.changeable_people(viewer))
    all_of_them, with_address = service.waiting_count(*there), service.waiting_count(*there, _has_address())
    return Reach(with_address, all_of_them - with_address) if all_of_them else None


def ask(actor: User, kind: str, title: str, given: dict[str, Any], *conditions: Any) -> Job:
    """Have the links sent in the background by a job of this kind. Raises Refused where nobody would get one."""
    if not can_send():
        raise Refused(NOT_SET)
    if not service.waiting_count(*conditions, scope.changeable_people(actor), _has_address()):
        raise Refused(NOBODY)
    key = "-".join(f"{name}-{given[name]}" for name in sorted(given))
    return jobs.start(actor, kind, title, given, key)


def _has_address() -> ColumnElement[bool]:
    return User.email != ""


def of_unit_or_person(progress: Progress) -> None:
    """The job `activation_mails`: to everybody of a unit and below, or to one person."""
    if unit_id := progress.given.get("unit_id"):
        unit = units.unit_for(found(db.session.get(User, progress.owner_id)), int(unit_id))
        send(progress, service.in_unit(unit.id))
    else:
        send(progress, User.id == int(progress.given["user_id"]))


def send(progress: Progress, *conditions: Any) -> None:
    """A new code for each who waits for activation, has an address and meets the conditions on User, and a mail.

    Goes on where an earlier run stopped. Where the server does not take a mail, the person's earlier code stays good.
    Raises Refused where nobody is there to write to, and where there is no line to the server.
    """
    actor, server = found(db.session.get(User, progress.owner_id)), server_set()
    if server is None or not can_send():
        raise Refused(NOT_SET)
    place = {"after": 0, "sent": 0, "failed": [], **progress.place}
    waiting = (*conditions, scope.changeable_people(actor), _has_address())
    total = service.waiting_count(*waiting, User.id > place["after"]) + place["sent"] + len(place["failed"])
    if not total:
        raise Refused(NOBODY)
    try:
        with connected(server) as smtp:
            while people := _next(waiting, place["after"]):
                for user in people:
                    taken = _send_one(actor, user, server.sender, smtp)
                    place["after"] = user.id
                    place["sent"] += taken
                    place["failed"] = place["failed"] + ([] if taken else [user.id])
                    progress.step(place["sent"] + len(place["failed"]), total, dict(place))
    except NoLine as problem:
        raise Refused(f"发出 {place['sent']} 封以后停下了：{problem.sentence}") from problem
    progress.say(_told(place["sent"], place["failed"]))


def _next(waiting: tuple[Any, ...], after: int) -> list[User]:
    query = service.waiting(*waiting, User.id > after).order_by(User.id).limit(AT_ONCE)
    return list(db.session.scalars(query))


def _send_one(actor: User, user: User, sender: str, smtp: Any) -> bool:
    """One person's link; whether the server took it. Commits: nothing is open while we wait for the server."""
    moment, user_id, address = now(), user.id, user.email
    earlier = _kept(user_id)
    code = service.issue_many(actor, [user_id], moment)[user_id]
    summary = f"给{user.name}（{user.account}）的邮箱 {veiled(address)} 发激活链接"
    mail = written(_letter(user, code, moment, sender), moment)
    audit.record(actor, "activation.mailed", user, summary)
    db.session.commit()
    try:
        hand_over(smtp, sender, address, mail)
    except (Undelivered, NoLine) as problem:
        # What broke off in the middle has perhaps arrived: then its link has to open the account.
        if not getattr(problem, "unsure", False):
            _put_back(user_id, earlier)
            audit.record(actor, "activation.mailed", user, f"{summary}：没发成，{problem.sentence}")
        db.session.commit()
        if isinstance(problem, NoLine):
            raise
        return False
    return True


def _kept(user_id: int) -> dict[str, Any] | None:
    """The code that the person holds now, as it is stored."""
    row = db.session.execute(select(ActivationCode.__table__).where(ActivationCode.user_id == user_id)).mappings()
    held = row.first()
    return dict(held) if held else None


def _put_back(user_id: int, earlier: dict[str, Any] | None) -> None:
    db.session.execute(delete(ActivationCode).where(ActivationCode.user_id == user_id))
    if earlier:
        db.session.add(ActivationCode(**earlier))
        db.session.flush()


def _letter(user: User, code: str, moment: datetime, sender: str) -> Letter:
    school, until = str(value("school_name")), (moment + service.LASTS).astimezone(zone())
    body = (
        f"{user.name}，您好：\n\n“{school}”的培训平台给您开了账号 {user.account}。"
        "打开下面的链接，给自己设一个密码，就可以用了。\n\n"
        f"链接在 {until.month}月{until.day}日以前有效，只能用一次。谁打开它，谁就能设这个账号的密码：请不要转发。"
        "不认识这个平台，就不要打开，请告诉本单位管理员。"
    )
    link = address_of(path_to("literacy.activate", account=user.account, code=code))
    return Letter(sender, school, user.email, f"激活您在“{school}”的账号", body, link)


def _told(sent: int, failed: list[int]) -> str:
    """What came of it, in words."""
    if not failed:
        return f"发出 {sent} 封。链接只能用一次；还没收到的，请看垃圾邮件，或者重发。"
    names = list(db.session.scalars(select(User.name).where(User.id.in_(failed[:NAMED])).order_by(User.id)))
    more = f"等 {len(failed)} 人" if len(failed) > len(names) else ""
    told = "请核对他们的邮箱再发，或者打印激活条；以前的激活码照样能用。"
    return f"发出 {sent} 封。没发成的：{'、'.join(names)}{more}。{told}"
