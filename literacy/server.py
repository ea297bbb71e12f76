"""Serve the app with gunicorn: threads for people who type, a few processes for the cores."""

import errno
import os
import socket
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from literacy.db import db
from literacy.jobs import worker


class Server(BaseApplication):
    """Gunicorn with our settings in code, so that one command serves."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app that every worker runs."""
        return self.app


def scratch_folder(data: Path) -> str:
    """A folder for passing files inside the data folder: nothing is written anywhere else."""
    folder = data / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(folder)
    return str(folder)


def address_problem(host: str, port: int) -> str | None:
    """Why nobody can listen there, as a sentence; None if it is free. Asked before anything else is begun."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            return f"端口 {port} 已经有别的程序在用。换一个试试：python run.py serve --port {port + 1}"
        if problem.errno == errno.EACCES:
            return f"没有权限使用端口 {port}。1024 以下的端口请交给反向代理，这里用 8000 这样的端口。"
        return f"地址 {host} 不能监听：{problem.strerror}。"
    return None


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until stopped, with a worker for long work beside.

    Processes: `LITERACY_WORKERS`, or one per core up to four.
    """
    scratch = scratch_folder(app.config["DATA_FOLDER"])
    with app.app_context():
        db.engine.dispose()  # a connection must not be shared by the processes that are forked now
    workers = int(os.environ.get("LITERACY_WORKERS") or min(4, os.cpu_count() or 1))
    companion = worker.beside_server()
    Server(
        app,
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 120,
            "graceful_timeout": 20,
            "keepalive": 15,
            "preload_app": True,
            "control_socket_disable": True,
            "worker_tmp_dir": scratch,
            "loglevel": "warning",
            "accesslog": None,
            "when_ready": lambda _server: companion.start(),
            "on_exit": lambda _server: companion.stop(),
        },
    ).run()
