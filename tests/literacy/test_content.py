"""Content files: problems are reported with file, line and key, and stop nothing else."""

from pathlib import Path

import pytest

from literacy.content import Entry, Reader, fingerprint, read_yaml, readers, split_front_matter


def read(tmp_path: Path, text: str | bytes):
    path = tmp_path / "a.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    problems: list = []
    return readers(path, tmp_path, problems), problems


def test_missing_and_wrong_keys_are_named_with_their_line(tmp_path):
    (reader,), problems = read(tmp_path, "slug: ok\ntitle: [1]\ncolour: red\nmarks: 900\n")
    reader.slug()
    assert reader.text("title") == ""
    assert reader.text("intro") == ""
    assert reader.number("marks", 1, 0, 100) == 1
    reader.finish()
    assert [(problem.line, problem.key) for problem in problems] == [
        (2, "title"),
        (1, "intro"),
        (4, "marks"),
        (3, "colour"),
    ]
    assert all(problem.file == "a.yaml" for problem in problems)


@pytest.mark.parametrize(
    "text", ["a: [1\n", "a: 1\na: 2\n", "\t- x", b"\xff\xfe", "a: !!python/object/apply:os.system [ls]", "&a [*a]"]
)
def test_unreadable_files_are_reported_not_raised(tmp_path, text):
    found, problems = read(tmp_path, text)
    assert not found and len(problems) == 1


def test_line_of_a_syntax_error(tmp_path):
    _, problems = read(tmp_path, "a: 1\nb: 2\na: 3\n")
    assert problems[0].line == 3 and "写了两次" in problems[0].problem


def test_parts_report_their_place(tmp_path):
    (reader,), problems = read(tmp_path, "questions:\n- question: a\n- marks: 2\n- 3\n")
    for part in reader.parts("questions"):
        part.text("question")
    assert [(problem.line, problem.key) for problem in problems] == [(1, "questions"), (3, "questions[2].question")]


def test_dates_stay_text(tmp_path):
    (reader,), _ = read(tmp_path, "checked_on: 2026-11-24\n")
    assert reader.text("checked_on") == "2026-11-24"


def test_front_matter_keeps_line_numbers(tmp_path):
    head, body, line = split_front_matter("---\nslug: a\ntitle:\n---\n\n正文\n")
    problems: list = []
    path = tmp_path / "l.md"
    entry = read_yaml(path, tmp_path, problems, head, line)
    assert isinstance(entry, Entry) and body == "正文\n"
    Reader("l.md", entry, problems).text("title")
    assert problems[0].line == 3


def test_equal_content_has_an_equal_fingerprint():
    assert fingerprint({"a": 1, "b": [1, 2]}) == fingerprint({"b": [1, 2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
