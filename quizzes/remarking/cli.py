"""The command that finishes what an interruption left of re-markings."""

from collections.abc import Callable

import click
from flask import Flask

from literacy.cli import ready
from literacy.db import db
from literacy.errors import Refused
from quizzes.remarking import service, working


@click.command("remark")
@click.pass_obj
def remark(make_app: Callable[[], Flask]) -> None:
    """接着做没有做完的重新评分；等培训师决定的不动。"""
    app = ready(make_app)
    with app.app_context():
        for remarking_id in service.unfinished():
            one = service.remarking_for(remarking_id)
            click.echo(f"{one.subject.title}：{_finished(remarking_id)}")


def _finished(remarking_id: int) -> str:
    """Go on until nothing is left, a transaction for each batch; gives where it stands then, in words."""
    try:
        for _ in working.batches(remarking_id):
            db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return refused.sentence
    return working.outcome(remarking_id)
