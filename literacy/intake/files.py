"""Where the files of imports wait: in the data folder, until they are applied or given up."""

import hashlib
from pathlib import Path
from typing import IO

from flask import current_app

FOLDER = "intake"
BLOCK = 1024 * 1024


def path_of(import_id: int) -> Path:
    """Where an import's file lies."""
    return Path(current_app.config["DATA_FOLDER"]) / FOLDER / str(import_id)


def keep(import_id: int, source: IO[bytes]) -> str:
    """Keep a file for an import, readable by the program only; gives its SHA-256."""
    path = path_of(import_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as file:
        path.chmod(0o600)
        while block := source.read(BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def drop(import_id: int) -> None:
    """Delete an import's file, if it is there."""
    path_of(import_id).unlink(missing_ok=True)
