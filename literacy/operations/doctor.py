"""Is this installation sound? Each question gets an answer in plain words, and what to do where it is not."""

import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from literacy.access import GRANTS, Permission
from literacy.db import PINYIN, db, reading
from literacy.jobs.models import Job, JobState, PeriodicRun
from literacy.mail.line import NoLine, connected, server_set
from literacy.models import RoleGrant, User
from literacy.operations import backup, migrations
from literacy.registry import registry
from literacy.settings import service as stored

OLDEST_PYTHON = (3, 11)
LEAST_SPACE = 1 << 30
"""Free bytes on the disk below which we warn: a copy and a full day's writing need room."""
OLD_COPY = timedelta(days=7)
LONG_WAIT = timedelta(minutes=10)
"""A job that waits so long while no worker gives a sign is not going to be done."""
_DATABASES = {"sqlite": ("SQLite", "select sqlite_version()"), "postgresql": ("PostgreSQL", "show server_version")}
"""What is asked for the version, by dialect."""


class Health(StrEnum):
    """How an answer turned out."""

    GOOD = "good"
    ADVICE = "advice"
    BAD = "bad"

    @property
    def label(self) -> str:
        """The word in front of an answer."""
        return {"good": "正常", "advice": "建议", "bad": "有问题"}[self.value]


@dataclass(frozen=True)
class Answer:
    """What was looked at, how it stands, and what to do about it (empty where nothing is to be done)."""

    about: str
    health: Health
    says: str
    remedy: str = ""


def good(about: str, says: str) -> Answer:
    """All is well."""
    return Answer(about, Health.GOOD, says)


def advice(about: str, says: str, remedy: str) -> Answer:
    """It works, and could be better."""
    return Answer(about, Health.ADVICE, says, remedy)


def bad(about: str, says: str, remedy: str) -> Answer:
    """It does not work, or not for long."""
    return Answer(about, Health.BAD, says, remedy)


def python_version(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Answer:
    """Whether Python is new enough."""
    told = ".".join(map(str, version[:3]))
    if version < OLDEST_PYTHON:
        return bad("Python", f"是 {told}，太旧。", "安装 3.11 或更新的 Python，重建 .venv。")
    return good("Python", told)


def data_folder(folder: Path, free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free) -> list[Answer]:
    """Whether the only folder that is written to can be, who else can read it, and how much room there is."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as problem:
        remedy = "改文件夹的属主，或者用 LITERACY_DATA 换一个。"
        return [bad("数据文件夹", f"{folder} 不能写：{problem.strerror}。", remedy)]
    answers = [good("数据文件夹", str(folder))]
    if (room := free(folder)) < LEAST_SPACE:
        answers.append(bad("磁盘", f"只剩 {room // (1 << 20)} MB。", "清出至少 1 GB，否则随时会存不进去。"))
    else:
        answers.append(good("磁盘", f"还有 {room / (1 << 30):.1f} GB。"))
    return answers


def secret_key(folder: Path) -> Answer:
    """Whether the signing key is for its owner's eyes only."""
    if os.environ.get("LITERACY_SECRET_KEY"):
        return good("会话密钥", "来自 LITERACY_SECRET_KEY。")
    path = folder / "secret.key"
    if not path.exists():
        return bad("会话密钥", "还没有。", "启动一次服务就会生成。")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return bad("会话密钥", f"{path} 别的用户也能读。", f"chmod 600 {path}")
    return good("会话密钥", "只有属主能读。")


def time_zone(name: str) -> Answer:
    """Whether dates on pages can be told."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return bad("时区", f"不认识“{name}”。", "设 LITERACY_TIME_ZONE=Asia/Shanghai，或者安装系统的 tzdata。")
    return good("时区", name)


def https(app: Flask) -> Answer:
    """Whether cookies travel in the clear."""
    if app.config["HTTPS"]:
        return good("HTTPS", "已设，Cookie 只走 HTTPS。")
    remedy = "正式使用请在前面加反向代理，并设 LITERACY_HTTPS=1、LITERACY_PROXIES=1。"
    return advice("HTTPS", "没有设，只适合在本机试用。", remedy)


def shared_limits(url: str) -> Answer:
    """Whether Redis answers, where it is wanted."""
    if not url.startswith(("redis://", "rediss://", "unix://")):
        return good("登录限速", "各进程自己计数；几台机器一起服务时再设 LITERACY_REDIS_URL。")
    import redis  # here: this asks once in a while, and every process would hold its 6 MB

    try:
        redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2).ping()
    except (redis.RedisError, OSError, ValueError):
        return bad("登录限速", "Redis 没有回答，现在各进程自己计数。", "检查 LITERACY_REDIS_URL，启动 Redis。")
    return good("登录限速", "Redis 正常。")


def database() -> Iterator[Answer]:
    """Whether the database answers, has the tables of this program, is whole, and sorts Chinese."""
    try:
        with reading(), db.engine.connect() as connection:
            dialect = connection.dialect.name
            name, asked = _DATABASES[dialect]
            yield good("数据库", f"{name} {connection.scalar(text(asked))}")
            yield _schema(backup.revision_of(connection))
            yield _whole(connection) if dialect == "sqlite" else _sorts(connection)
    except SQLAlchemyError as problem:
        said = str(getattr(problem, "orig", problem)).splitlines()[0]
        yield bad("数据库", f"连不上或者不能用：{said}", "检查 LITERACY_DATABASE_URL、数据库是否启动、账号和密码。")


def _schema(present: str) -> Answer:
    newest = migrations.newest()
    if present == newest:
        return good("表结构", f"已是最新（{present}）。")
    if not present:
        return advice("表结构", "还没有建表。", "启动服务，或者 python run.py upgrade。")
    if present not in migrations.known():
        return bad("表结构", f"是 {present}，比这个程序还新。", "换回更新的程序，或者恢复升级前的备份。")
    return bad("表结构", f"是 {present}，程序要的是 {newest}。", "python run.py upgrade（会先备份）。")


def _whole(connection: Any) -> Answer:
    try:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    except (SQLAlchemyError, sqlite3.DatabaseError):
        found, loose = "unreadable", None
    if found != "ok" or loose is not None:
        remedy = "停服务，保留原文件，用最近的备份恢复：python run.py restore 备份文件。"
        return bad("数据完好", "数据库文件有损坏。", remedy)
    return good("数据完好", "检查过，没有损坏。")


def _sorts(connection: Any) -> Answer:
    known = connection.scalar(text("select 1 from pg_collation where collname = :name"), {"name": PINYIN})
    if not known:
        remedy = "换用带 ICU 的 PostgreSQL（各发行版的软件包都带）。"
        return bad("中文排序", "PostgreSQL 不带 ICU，姓名不能按拼音排。", remedy)
    return good("中文排序", "按拼音。")


def people() -> Answer:
    """Whether anybody can look after the people."""
    roles = [role.value for role, granted in GRANTS.items() if Permission.PEOPLE in granted]
    found = select(User.id).join(User.grants).where(User.active, RoleGrant.role.in_(roles)).limit(1)
    if db.session.scalar(found) is not None:
        return good("管理员", "有可以登录的管理员。")
    return advice("管理员", "还没有管理员。", "python run.py user create 账号 --name 姓名 --role administrator")


def settings() -> Iterator[Answer]:
    """Whether what the environment fixes makes sense, and stored secrets can still be read."""
    wrong = stored.wrong_in_environment()
    for name, sentence in wrong:
        yield bad("设置", f"环境变量 {name} 不对：{sentence}", "改对它，或者删掉它，到网页上的“设置”里填。")
    lost = stored.unreadable_secrets()
    for setting in lost:
        says = f"“{setting.label}”是用另一把会话密钥存的，读不出来。"
        yield bad("设置", says, "到“设置”里重新填一遍，或者换回原来的 secret.key。")
    if not wrong and not lost:
        yield good("设置", "没有问题。")


def mail_server() -> Answer:
    """Whether the mail server answers and lets us in, where one is set."""
    server = server_set()
    if server is None:
        return good("邮件", "没有填发信服务器，不发邮件。")
    try:
        with connected(server, timeout=5):
            pass
    except NoLine as problem:
        return bad("邮件", problem.sentence, "到“设置 → 邮件”里改，按“给我发一封试试”。")
    return good("邮件", f"{server.host}:{server.port} 连得上。")


def background(moment: datetime) -> Answer:
    """Whether long work is taken up."""
    oldest = db.session.scalar(select(func.min(Job.created_at)).where(Job.state == JobState.QUEUED))
    signs = (
        db.session.scalar(select(func.max(PeriodicRun.ran_at))),
        db.session.scalar(select(func.max(Job.beat_at)).where(Job.state == JobState.RUNNING)),
    )
    late = moment - LONG_WAIT
    if oldest is not None and oldest < late and not any(sign and sign >= late for sign in signs):
        remedy = "看服务在不在：serve 会自己带一个；分开部署的，另起 python run.py work。"
        return bad("后台任务", "有任务在排队，但没有程序在做。", remedy)
    return good("后台任务", "没有积压。" if oldest is None else "有任务在排队，会依次做。")


def last_copy(folder: Path, moment: datetime) -> Answer:
    """Whether a copy was made lately in the usual place."""
    remedy = "python run.py backup，最好每天自动做，并存到别的机器上。"
    copies = list((folder / backup.FOLDER).glob("*.zip"))
    if not copies:
        return advice("备份", f"{folder / backup.FOLDER} 里还没有。", remedy)
    newest = max(path.stat().st_mtime for path in copies)
    days = int((moment.timestamp() - newest) // 86400)
    if moment.timestamp() - newest > OLD_COPY.total_seconds():
        return advice("备份", f"最近一次是 {days} 天以前。", remedy)
    return good("备份", f"最近一次在 {days} 天以内。" if days else "今天做过。")


def content() -> Answer:
    """Whether the course files are sound."""
    problems = [problem for check in registry().content_checks for problem in check()]
    if problems:
        says = f"有 {len(problems)} 处错误，第一处：{problems[0]}"
        return bad("课程文件", says, "python run.py content check 列出全部。")
    return good("课程文件", "没有问题。")


def examine(app: Flask, moment: datetime) -> Iterator[Answer]:
    """All questions in the order in which they depend on each other; needs the app's context."""
    folder = Path(app.config["DATA_FOLDER"])
    yield python_version()
    yield from data_folder(folder)
    yield secret_key(folder)
    yield time_zone(app.config["TIME_ZONE"])
    usable = True
    for answer in database():
        usable = usable and answer.health is Health.GOOD
        yield answer
    if usable:
        yield people()
        yield from settings()
        yield mail_server()
        yield background(moment)
    yield shared_limits(app.config["RATELIMIT_STORAGE_URI"])
    yield https(app)
    yield last_copy(folder, moment)
    yield content()
