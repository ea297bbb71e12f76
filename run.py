#!/usr/bin/env python3
"""The whole product: puts the three packages together, and is its command line."""

import sys

# Nothing is written outside the data folder, not even compiled modules.
sys.dont_write_bytecode = True

from pathlib import Path
from typing import Any

import click
from flask import Flask

import courses.cli
import courses.web
import literacy.cli
import literacy.config
import literacy.web
import quizzes.cli
import quizzes.web

HERE = Path(__file__).resolve().parent


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """The app, configured from the environment; `config` overrides single settings (tests)."""
    app = Flask(
        "literacy",
        root_path=str(HERE / "literacy"),
        template_folder=str(HERE / "templates"),
        instance_path=str(literacy.config.data_folder()),
    )
    app.config.from_mapping(literacy.config.load())
    app.config.from_mapping(MIGRATIONS_FOLDER=str(literacy.cli.MIGRATIONS))
    app.config.from_mapping(config or {})
    literacy.web.init_app(app)
    quizzes.web.init_app(app)
    courses.web.init_app(app)
    return app


class Commands(click.Group):
    """Lists the commands inside groups too, so that one help page shows everything."""

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line for each command, such as 「user create」."""
        rows = []
        for name, command in sorted(self.commands.items()):
            parts = command.commands if isinstance(command, click.Group) else {"": command}
            rows += [(f"{name} {part}".strip(), one.get_short_help_str(60)) for part, one in parts.items()]
        with formatter.section("命令"):
            formatter.write_dl(rows)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """善答：网感网德实训平台。不写命令就是启动服务（serve）。"""
    context.obj = create_app
    if context.invoked_subcommand is None:
        context.invoke(literacy.cli.serve)


for command in (*literacy.cli.COMMANDS, *quizzes.cli.COMMANDS, *courses.cli.COMMANDS):
    main.add_command(command)


if __name__ == "__main__":
    main()
