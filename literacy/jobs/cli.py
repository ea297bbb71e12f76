"""The command that does jobs without a server, for machines that serve no pages."""

import click

from literacy import server
from literacy.commands import MakeApp, ready
from literacy.jobs import worker


@click.command()
@click.pass_obj
def work(make_app: MakeApp) -> None:
    """只做后台任务（导入、导出、提醒）；serve 会自己带一个。"""
    app = ready(make_app)
    server.scratch_folder(app.config["DATA_FOLDER"])
    worker.work_until_stopped(app)


COMMANDS = (work,)
