"""One thing, one name: words that the interface does not use, and what it says instead."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
INSTEAD = {
    "评分标准": "评分准则",
    "反面答复": "反例",
    "不好的写法": "反例",
    "一种好的写法": "示范答复",
    "导出": "下载",
    "看一看": "预览",
    "复核": "批阅（做这件事）或改分（改分数）",
    "未到及格线": "未及格",
    "以上为通过": "及格线",
    "百分制）": "满分 100",
    "「": "“",
    "」": "”",
}
EXCEPTED = {"literacy/text.py"}
"""Where the marks themselves are meant: titles that are quotations already."""


def sentences(path: Path) -> Iterator[str]:
    """What a reader may see of a file: of Python its strings, without docstrings; of other files all of it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    tree = ast.parse(text)
    told = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in told:
            yield node.value


def read_by_users() -> list[Path]:
    """Templates, scripts, documents and modules; not the rubric, which reads what others wrote."""
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "literacy/static/js").glob("*.js")]
    files += [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "run.py"]
    for package in ("literacy", "courses", "quizzes"):
        files += [path for path in (ROOT / package).rglob("*.py") if "rubric" not in path.parts]
    return [path for path in files if path.relative_to(ROOT).as_posix() not in EXCEPTED]


@pytest.mark.parametrize("word", INSTEAD)
def test_the_interface_calls_each_thing_by_one_name(word: str) -> None:
    found = [
        path.relative_to(ROOT).as_posix() for path in read_by_users() if any(word in part for part in sentences(path))
    ]
    assert not found, f"写“{INSTEAD[word]}”，不写“{word}”：{found}"
