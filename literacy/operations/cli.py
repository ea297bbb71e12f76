"""Commands that look after an installation: doctor, backup, restore, upgrade."""

import json
import logging
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy.exc import OperationalError

from literacy.commands import MakeApp, Stopped, made, ready
from literacy.dates import zone
from literacy.db import now
from literacy.errors import Refused
from literacy.operations import backup as copies
from literacy.operations import doctor as examination
from literacy.operations import migrations
from literacy.operations.restore import restore as bring_back

Done = TypeVar("Done")
_MARKS = {examination.Health.GOOD: "✓", examination.Health.ADVICE: "·", examination.Health.BAD: "✗"}


def _stopping(act: Callable[[], Done]) -> Done:
    """Do it; what a rule, the disk or the database says against it ends the command with a sentence."""
    try:
        return act()
    except Refused as refused:
        raise Stopped(refused.sentence) from None
    except OSError as problem:
        raise Stopped(f"{problem.filename or '文件'}：{problem.strerror}。") from None
    except OperationalError as problem:
        raise Stopped(f"数据库连不上或者不能用：{problem.orig}") from None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_obj
def doctor(make_app: MakeApp, as_json: bool) -> None:
    """检查安装，用大白话说哪里不对、怎么办；有问题时以状态 1 结束。"""
    app = made(make_app)
    with app.app_context():
        answers = list(examination.examine(app, now()))
    broken = any(answer.health is examination.Health.BAD for answer in answers)
    if as_json:
        click.echo(json.dumps([asdict(answer) for answer in answers], ensure_ascii=False, indent=1))
        raise SystemExit(int(broken))
    for answer in answers:
        click.echo(f"{_MARKS[answer.health]} {answer.about}：{answer.says}")
        if answer.remedy:
            click.echo(f"    怎么办：{answer.remedy}")
    click.echo("有问题要处理。" if broken else "可以正常使用。")
    raise SystemExit(int(broken))


@click.command()
@click.option("--to", type=click.Path(path_type=Path), help="存成哪个文件；不写就存到数据文件夹的 backups 里")
@click.option("--keep", type=click.IntRange(1), help="只留最近这么多份，旧的删掉")
@click.pass_obj
def backup(make_app: MakeApp, to: Path | None, keep: int | None) -> None:
    """备份：不停服务，数据库和文件存成一个文件，SQLite 和 PostgreSQL 通用。"""
    app = made(make_app)
    with app.app_context():
        folder, moment = Path(app.config["DATA_FOLDER"]), now()
        target = to or folder / copies.FOLDER / f"{moment.astimezone(zone()):%Y%m%d-%H%M%S}.zip"
        manifest = _stopping(lambda: copies.back_up(folder, target, moment))
        click.echo(_told(manifest, f"已备份到 {target}（{target.stat().st_size / 1e6:.1f} MB）"))
        click.echo("里面有全部个人信息和会话密钥，请只存在可靠的地方。")
        if keep:
            for path in copies.drop_old(target.parent, keep):
                click.echo(f"删掉旧的：{path.name}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="只检查备份是否完好，不恢复")
@click.pass_obj
def restore(make_app: MakeApp, file: Path, check: bool) -> None:
    """把备份恢复到一个空的安装；中途断了，再来一次就行。"""
    if not zipfile.is_zipfile(file):
        raise Stopped(f"{file} 不是备份，或者没有写完。")
    app = made(make_app)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with zipfile.ZipFile(file) as archive, app.app_context():
        if check:
            click.echo(_told(_stopping(lambda: copies.verify(archive)), "备份完好"))
        else:
            manifest = _stopping(lambda: bring_back(archive, Path(app.config["DATA_FOLDER"])))
            click.echo(_told(manifest, "已恢复"))


def _told(manifest: copies.Manifest, done: str) -> str:
    rows = sum(part.rows for part in manifest.tables.values())
    day = datetime.fromisoformat(manifest.made_at).astimezone(zone()).strftime("%Y-%m-%d %H:%M")
    return f"{done}：{day} 的 {len(manifest.tables)} 张表、{rows} 行、{len(manifest.files)} 个文件。"


@click.command()
@click.pass_obj
def upgrade(make_app: MakeApp) -> None:
    """把表结构升级到最新；要升级时先备份。"""
    app = ready(make_app)
    with app.app_context():
        click.echo(f"数据库已是最新（{migrations.present()}）。")


COMMANDS = (doctor, backup, restore, upgrade)
