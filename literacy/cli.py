"""Commands of the ground: serve, people, content, operations. Each has one line of help."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask import Flask

from literacy import server
from literacy.audit import cli as audit
from literacy.commands import MakeApp, Stopped, ready
from literacy.content import SyncReport
from literacy.db import db
from literacy.errors import Refused
from literacy.jobs import cli as jobs
from literacy.models import Role, Unit, User
from literacy.operations import cli as operations
from literacy.registry import registry
from literacy.service import accounts, units
from literacy.settings import cli as settings

ROLE_NAMES = {role.value: role for role in Role}


def sync_content(app: Flask) -> SyncReport:
    """Load all content files into the database; idempotent."""
    report = SyncReport()
    with app.app_context():
        for sync in registry().content_syncs:
            report.add(sync())
        db.session.commit()
    return report


Shown = list[tuple[str, str, str]]
"""Accounts to print: (role, account, password)."""


def demo_accounts(unit: Unit) -> tuple[dict[Role, User], Shown]:
    """A demo account of each role in a unit, with random passwords."""
    people = {
        Role.LEARNER: ("xueyuan", "林晓（演示学员）", "政务服务中心回复员"),
        Role.TRAINER: ("peixun", "周敏（演示培训师）", "干部学院讲师"),
        Role.ADMINISTRATOR: ("guanli", "何平（演示管理员）", "培训科科员"),
    }
    made, shown = {}, []
    for role, (account, name, post) in people.items():
        user, password = accounts.create_user(
            None, account=account, name=name, post=post, roles=[role], unit=unit, must_change=False
        )
        made[role] = user
        shown.append((role.label, account, password))
    return made, shown


def make_demo(app: Flask) -> Shown:
    """Demo accounts and a few colleagues, if the database has nobody yet."""
    with app.app_context():
        if accounts.has_people():
            return []
        made, shown = demo_accounts(accounts.demo_unit())
        for prepare in registry().demo:
            prepare(made)
        db.session.commit()
    return shown


def show_accounts(shown: Shown) -> None:
    """Print demo accounts, this once."""
    if shown:
        click.echo("演示账号（密码只显示这一次）：")
    for role, account, password in shown:
        click.echo(f"  {role}  账号 {account}  密码 {password}")


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
    show_accounts(make_demo(app) if demo else [])
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
@click.option("--unit", default="", help="所在单位（全称，如 青禾县/望舒街道）；管理员、培训师只管这个单位和下级")
@click.pass_obj
def user_create(make_app: MakeApp, account: str, name: str, roles: tuple[str, ...], post: str, unit: str) -> None:
    """新建账号，打印初始密码（首次登录要求修改）。"""
    app = ready(make_app)
    with app.app_context():
        place = units.by_path(unit) if unit else None
        if unit and place is None:
            raise Stopped(f"没有单位 {unit}，或者有几个同名的。请写全称，如 青禾县/望舒街道。")
        wanted = [ROLE_NAMES[role] for role in roles]
        reach = dict.fromkeys(wanted, place.id if place else None)
        try:
            person, password = accounts.create_user(
                None, account=account, name=name, post=post, roles=wanted, unit=place, reach=reach
            )
        except Refused as refused:
            raise Stopped(refused.sentence) from None
        db.session.commit()
        click.echo(f"已新建{person.name}（{person.bound_labels}）  账号 {person.account}  初始密码 {password}")


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


COMMANDS = (serve, user, content, *jobs.COMMANDS, *operations.COMMANDS, *settings.COMMANDS, *audit.COMMANDS)
MIGRATIONS = Path(__file__).parent / "migrations"
