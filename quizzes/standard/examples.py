"""Where in the corpus each cue fires: worked out once in the background, kept in the data folder, never on a page view.

A file per cue, named by what the cue says, in a folder named by the shipped rules: a changed cue is another cue.
"""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import current_app

from quizzes.rubric import Rubric, corpus, load_rubric
from quizzes.rubric.changes import base_cues, key_of
from quizzes.rubric.instances import instances
from quizzes.rubric.rules import Cue, load_rule_data


def folder() -> Path:
    """Where the files of the shipped rules lie."""
    return Path(current_app.config["DATA_FOLDER"]) / "rubric" / load_rule_data().digest[:16]


def file_name(owner: str, cue: Mapping[str, Any]) -> str:
    """The file of a cue."""
    return f"{owner}-{key_of(cue)}.json"


def examples_of(owner: str, cues: Mapping[str, Mapping[str, Any]], rubric: Rubric) -> dict[str, dict[str, Any] | None]:
    """What each cue {key: cue} of a pattern or element does in the corpus; None while it is being worked out.

    ``rubric`` has exactly these cues for the owner, in this order.
    """
    place = folder()
    told: dict[str, dict[str, Any] | None] = {}
    missing: dict[str, tuple[str, Cue]] = {}
    part = rubric.patterns.get(owner) or rubric.elements[owner]
    for (key, cue), made in zip(cues.items(), part.cues, strict=True):
        path = place / file_name(owner, cue)
        try:
            told[key] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            told[key] = None
            missing[path.name] = (owner, made)
    if missing:
        _begin(place, missing, rubric)
    return told


def _begin(place: Path, missing: dict[str, tuple[str, Cue]], rubric: Rubric) -> None:
    """Work them out in the background; where a shipped cue is missing, all shipped ones at once."""
    if current_app.testing:
        return
    base = load_rubric()
    shipped = shipped_cues(base)
    if any(name in shipped for name in missing):
        missing = {name: one for name, one in shipped.items() if not (place / name).exists()}
        rubric = base
    place.mkdir(parents=True, exist_ok=True)
    if (lock := _taken(place / "busy")) is not None:
        threading.Thread(target=_work, args=(lock, place, missing, rubric), daemon=True).start()


def shipped_cues(base: Rubric) -> dict[str, tuple[str, Cue]]:
    """Every cue of the shipped rules by the name of its file."""
    return {
        file_name(owner, cue): (owner, made)
        for owner, cues in base_cues(load_rule_data()).items()
        for cue, made in zip(cues.values(), (base.patterns.get(owner) or base.elements[owner]).cues, strict=True)
    }


def _taken(path: Path) -> int | None:
    """A lock, if this process may work now; None where another one does. It ends with the process that holds it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _work(lock: int, place: Path, missing: dict[str, tuple[str, Cue]], rubric: Rubric) -> None:
    try:
        write(place, missing, rubric, corpus.read())
        for other in place.parent.iterdir():
            if other != place and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)
    finally:
        os.close(lock)


def write(place: Path, wanted: Mapping[str, tuple[str, Cue]], rubric: Rubric, records: list[dict[str, Any]]) -> None:
    """Work cues {file name: (owner, cue)} out over these records and write their files."""
    place.mkdir(parents=True, exist_ok=True)
    for name, one in instances(wanted, records, rubric).items():
        half = place / f"{name}.{os.getpid()}.new"
        half.write_text(json.dumps(one.as_dict(), ensure_ascii=False), "utf-8")
        half.replace(place / name)
