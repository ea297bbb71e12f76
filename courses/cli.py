"""Commands of courses."""

import time

import click
from flask import Flask

from courses.certificates import cli as certificates
from courses.scale.filling import SIZES, Size, fill, units_of
from literacy.cli import Shown, demo_accounts, make_demo, show_accounts, sync_content
from literacy.commands import MakeApp, Stopped, ready
from literacy.service import accounts

TINY = "tiny"


@click.command("demo")
@click.option("--scale", default=TINY, show_default=True, type=click.Choice([TINY, *SIZES]), help="多少人、多少记录")
@click.pass_obj
def demo(make_app: MakeApp, scale: str) -> None:
    """装一套虚构的演示数据：tiny 十几人，small 两千人，large 十万人（压力测试用）。"""
    app = ready(make_app)
    with app.app_context():
        if accounts.has_people():
            raise Stopped("这里已经有人了。演示数据只装进空的安装：换一个数据文件夹（LITERACY_DATA）或者空的数据库。")
    begun = time.monotonic()
    for problem in sync_content(app).problems:
        click.echo(f"内容文件有误：{problem}", err=True)
    shown = make_demo(app) if scale == TINY else make_scale(app, SIZES[scale], begun)
    show_accounts(shown)


def make_scale(app: Flask, size: Size, begun: float) -> Shown:
    """Fill an empty installation to this size, telling how far it is; gives the demo accounts of its top unit."""

    def say(words: str) -> None:
        click.echo(f"{time.monotonic() - begun:6.0f} 秒  {words}")

    with app.app_context():
        units = units_of(size.units)
        made, shown = demo_accounts(units[0])
        told = fill(size, units, made, say)
        say(f"装好了：{told.people} 人，{told.enrolments} 次报名，{told.results} 条学习记录")
    return shown


COMMANDS = (demo, *certificates.COMMANDS)
