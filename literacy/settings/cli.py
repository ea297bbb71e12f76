"""Settings for operators: list, get, set."""

import sys

import click

from literacy.commands import MakeApp, Stopped, ready
from literacy.db import db
from literacy.errors import Refused
from literacy.settings import reading, service
from literacy.settings.kinds import Kind, Setting, read, told


@click.group()
def settings() -> None:
    """平台设置：列出、查看、修改。"""


@settings.command("list")
@click.pass_obj
def settings_list(make_app: MakeApp) -> None:
    """列出全部设置：键、现在的值、默认值、由哪个环境变量定。"""
    with ready(make_app).app_context():
        for key, group in service.groups():
            click.echo(f"[{group.title}]")
            for setting in service.settings_of(key):
                click.echo(f"  {setting.key} = {_said(setting)}　{setting.label}{_origin(setting)}")


def _said(setting: Setting) -> str:
    return told(setting, reading.value(setting.key))


def _origin(setting: Setting) -> str:
    if reading.fixed(setting):
        return f"（由 {setting.env} 定死）"
    default = told(setting, setting.default)
    return "" if default == _said(setting) else f"（默认：{default}）"


@settings.command("get")
@click.argument("key")
@click.pass_obj
def settings_get(make_app: MakeApp, key: str) -> None:
    """打印一项设置的值；密码只说有没有。"""
    with ready(make_app).app_context():
        setting = _found(key)
        value = reading.value(key)
        if setting.kind is Kind.SECRET:
            click.echo(told(setting, value))
        else:
            click.echo(",".join(value) if isinstance(value, list) else value)


@settings.command("set")
@click.argument("key")
@click.argument("text", required=False)
@click.pass_obj
def settings_set(make_app: MakeApp, key: str, text: str | None) -> None:
    """修改一项设置；不写值就从标准输入读一行（密码这样给，不留在命令历史里）。"""
    with ready(make_app).app_context():
        setting = _found(key)
        if text is None:
            text = sys.stdin.readline().rstrip("\n")
        try:
            changed = service.change(None, {key: read(setting, text)})
        except ValueError as wrong:
            raise Stopped(f"{setting.label}：{wrong}") from None
        except Refused as refused:
            raise Stopped(f"{setting.label}：{refused.sentence}") from None
        db.session.commit()
        click.echo(f"{setting.label}：{_said(setting)}" + ("" if changed else "（和原来一样）"))


def _found(key: str) -> Setting:
    try:
        return service.find(key)
    except Refused as refused:
        raise Stopped(refused.sentence) from None


COMMANDS = (settings,)
