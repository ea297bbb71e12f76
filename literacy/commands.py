"""What commands have in common: how they stop, and the app that they work on."""

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from literacy.config import data_folder
from literacy.db import now
from literacy.operations import migrations

MakeApp = Callable[[], Flask]


class Stopped(click.ClickException):
    """A command that a rule stops; said in Chinese, without the word Error."""

    def show(self, file: Any = None) -> None:
        """Print the sentence."""
        click.echo(f"没有办成：{self.message}", file=file, err=file is None)


def made(make_app: MakeApp) -> Flask:
    """The app as it is configured; says in a sentence where its data folder cannot be used."""
    try:
        return make_app()
    except OSError as problem:
        raise Stopped(f"数据文件夹 {data_folder()} 不能用：{problem.strerror}。换一个：LITERACY_DATA=文件夹") from None


def ready(make_app: MakeApp) -> Flask:
    """The app on a database of the newest form; says in a sentence what a new user most often has wrong.

    Where the tables have to change, a copy of everything is made first.
    """
    app = made(make_app)
    try:
        copy = migrations.bring_up(app, now())
    except OperationalError as problem:
        raise Stopped(f"数据库连不上或者不能写。请检查 LITERACY_DATABASE_URL 和数据文件夹。\n{problem.orig}") from None
    except OSError as problem:
        raise Stopped(f"升级前的备份没有做成（{problem.strerror}），什么都没有改。请检查磁盘和数据文件夹。") from None
    if copy:
        click.echo(f"表结构升级了；升级前的备份在 {copy}")
    return app
