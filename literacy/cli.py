"""Commands of the ground: serve, people, database, content. Each has one line of help."""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from literacy import server
from literacy.config import data_folder
from literacy.content import SyncReport
from literacy.db import db
from literacy.errors import Refused
from literacy.models import Role
from literacy.registry import registry
from literacy.service import accounts

MakeApp = Callable[[], Flask]
MIGRATION_LOCK = 20261124
ROLE_NAMES = {role.value: role for role in Role}


class Stopped(click.ClickException):
    """A command that a rule stops; said in Chinese, without the word Error."""

    def show(self, file: Any = None) -> None:
        """Print the sentence."""
        click.echo(f"没有办成：{self.message}", file=file, err=file is None)


def ready(make_app: MakeApp) -> Flask:
    """The app on a database of the newest schema; says in a sentence what a new user most often has wrong."""
    try:
        app = make_app()
    except OSError as problem:
        raise Stopped(f"数据文件夹 {data_folder()} 不能用：{problem.strerror}。换一个：LITERACY_DATA=文件夹") from None
    try:
        migrate(app)
    except OperationalError as problem:
        raise Stopped(f"数据库连不上或者不能写。请检查 LITERACY_DATABASE_URL 和数据文件夹。\n{problem.orig}") from None
    return app


def migrate(app: Flask) -> None:
    """Bring the database to the newest schema; of several servers that start together one does it."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect() as connection:
                connection.execute(text("select pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
                upgrade()
                connection.execute(text("select pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        else:
            upgrade()


def sync_content(app: Flask) -> SyncReport:
    """Load all content files into the database; idempotent."""
    report = SyncReport()
    with app.app_context():
        for sync in registry().content_syncs:
            report.add(sync())
        db.session.commit()
    return report


def make_demo(app: Flask) -> list[tuple[str, str, str]]:
    """Demo accounts with random passwords, if the database has nobody yet: [(role, account, password)]."""
    people = {
        Role.LEARNER: ("xueyuan", "林晓（演示学员）", "政务服务中心回复员"),
        Role.TRAINER: ("peixun", "周敏（演示培训师）", "干部学院讲师"),
        Role.ADMINISTRATOR: ("guanli", "何平（演示管理员）", "培训科科员"),
    }
    with app.app_context():
        if accounts.has_people():
            return []
        unit = accounts.demo_unit()
        made, shown = {}, []
        for role, (account, name, post) in people.items():
            user, password = accounts.create_user(
                None, account=account, name=name, post=post, roles=[role], unit=unit, must_change=False
            )
            made[role] = user
            shown.append((role.label, account, password))
        for prepare in registry().demo:
            prepare(made)
        db.session.commit()
    return shown


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="监听的端口")
@click.option("--demo", is_flag=True, help="数据库是空的时，建立演示账号并打印随机密码")
@click.pass_obj
def serve(make_app: MakeApp, host: str, port: int, demo: bool) -> None:
    """启动服务：升级数据库、载入课程，然后在浏览器可用。"""
    if hindrance := server.address_problem(host, port):
        raise Stopped(hindrance)
    app = ready(make_app)
    report = sync_content(app)
    for problem in report.problems:
        click.echo(f"内容文件有误：{problem}", err=True)
    shown = make_demo(app) if demo else []
    if shown:
        click.echo("演示账号（密码只显示这一次）：")
        for role, account, password in shown:
            click.echo(f"  {role}  账号 {account}  密码 {password}")
    with app.app_context():
        if not accounts.has_people():
            click.echo(
                "还没有任何账号。建立第一个管理员：python run.py user create 账号 --name 姓名 --role administrator"
            )
            click.echo("或者先看演示：python run.py serve --demo")
    click.echo(f"已启动：http://{host}:{port}  （按 Ctrl+C 停止）")
    server.serve(app, host, port)


@click.group()
def user() -> None:
    """管理账号：新建、重置密码。"""


@user.command("create")
@click.argument("account")
@click.option("--name", required=True, help="姓名")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(list(ROLE_NAMES)), help="可以写多次")
@click.option("--post", default="", help="职务")
@click.pass_obj
def user_create(make_app: MakeApp, account: str, name: str, roles: tuple[str, ...], post: str) -> None:
    """新建账号，打印初始密码（首次登录要求修改）。"""
    app = ready(make_app)
    with app.app_context():
        try:
            person, password = accounts.create_user(
                None, account=account, name=name, post=post, roles=[ROLE_NAMES[role] for role in roles]
            )
        except Refused as refused:
            raise Stopped(refused.sentence) from None
        db.session.commit()
        click.echo(f"已新建{person.name}（{person.role_labels}）  账号 {person.account}  初始密码 {password}")


@user.command("reset-password")
@click.argument("account")
@click.pass_obj
def user_reset_password(make_app: MakeApp, account: str) -> None:
    """重置一个账号的密码，打印新的初始密码。"""
    app = ready(make_app)
    with app.app_context():
        person = accounts.find_by_account(account)
        if person is None:
            raise Stopped(f"没有账号 {account}。")
        password = accounts.reset_password(None, person)
        db.session.commit()
        click.echo(f"{person.name}  账号 {person.account}  初始密码 {password}")


@click.group()
def database() -> None:
    """数据库：升级表结构。"""


@database.command("upgrade")
@click.pass_obj
def database_upgrade(make_app: MakeApp) -> None:
    """把表结构升级到最新。"""
    ready(make_app)
    click.echo("数据库已是最新。")


@click.group()
def content() -> None:
    """课程文件：检查、载入数据库。"""


@content.command("sync")
@click.pass_obj
def content_sync(make_app: MakeApp) -> None:
    """把课程文件载入数据库；培训师改过的不动。"""
    app = ready(make_app)
    report = sync_content(app)
    click.echo(f"新建 {len(report.created)}，更新 {len(report.updated)}，培训师改过而保留 {len(report.kept)}。")
    _say_problems(report.problems)


@content.command("check")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON：各有多少、每项能力有多少题和情景、有哪些问题")
@click.pass_obj
def content_check(make_app: MakeApp, as_json: bool) -> None:
    """检查课程文件，不用数据库；有问题时列出文件、行号和键。"""
    offered = registry(make_app())
    problems = [problem for check in offered.content_checks for problem in check()]
    if as_json:
        told: dict[str, Any] = {}
        for count in offered.content_counts:
            told |= count()
        told["problems"] = [asdict(problem) for problem in problems]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        raise SystemExit(1 if problems else 0)
    _say_problems(problems)
    click.echo("课程文件没有问题。")


def _say_problems(problems: list) -> None:
    """Print the problems and end with status 1 if there are any."""
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise SystemExit(1)


COMMANDS = (serve, user, database, content)
MIGRATIONS = Path(__file__).parent / "migrations"
