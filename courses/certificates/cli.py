"""Commands of certificates."""

import click

from courses.certificates import keys
from literacy.commands import MakeApp, made


@click.group()
def badge() -> None:
    """徽章的签名密钥。"""


@badge.command("rotate-key")
@click.pass_obj
def rotate_key(make_app: MakeApp) -> None:
    """换一把签名密钥；旧密钥签过的仍然能验。"""
    app = made(make_app)
    with app.app_context():
        click.echo(f"以后用新密钥签名：{keys.rotate()}")


COMMANDS = (badge,)
