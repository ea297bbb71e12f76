"""What is written as YAML is read back the same, whatever signs it holds; paths lead nowhere else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.exchange import entries, layout
from courses.exchange.columns import canonical
from literacy.content import Entry, Problem, read_yaml, split_front_matter
from quizzes.bodies import normalised
from quizzes.content import plain
from quizzes.exchange.item import Item
from quizzes.models import Question
from tests.quizzes.exchange.bodies import items, texts, words


def read_back(text: str) -> Entry:
    problems: list[Problem] = []
    data = read_yaml(Path("/x/y.yaml"), Path("/x"), problems, text)
    assert not problems, problems
    return data


@given(items(source=True))
def test_a_question_is_read_back_as_it_was(item: Item) -> None:
    columns = canonical(
        Question, {"kind": item.kind.value, "competency": "WG1", "difficulty": 2, "body": item.body, "title": ""}
    )
    data = layout.dumped([entries.question("q1", columns)])
    assert layout.dumped([entries.question("q1", columns)]) == data
    entry = read_back(data.decode())[0]
    assert (entry["slug"], entry["kind"]) == ("q1", item.kind)
    body = plain(entry, without=("slug", "kind", "competency", "difficulty"))
    assert normalised(item.kind, body) == item.body


@given(words, texts, words)
def test_a_lesson_is_read_back_as_it_was(title: str, summary: str, body: str) -> None:
    head, text, line = split_front_matter(
        layout.lesson_file({"slug": "l1", "title": title, "summary": summary}, body).decode()
    )
    entry = read_back("\n" * (line - 1) + head)
    assert (entry["title"].strip(), entry["summary"].strip(), text.strip()) == (title, summary, body)


@pytest.mark.parametrize(
    "word", ["yes", "1.0", "null", "2026-11-24", "- a", "a: b", "#x", "&a", "*a", "!x", "'", '"', "%"]
)
def test_words_that_mean_something_in_yaml_stay_words(word: str) -> None:
    assert read_back(layout.dumped({"a": word, "b": [word]}).decode()) == {"a": word, "b": [word]}


@pytest.mark.parametrize(
    ("path", "belongs"),
    [
        ("courses/content/kc/course.yaml", True),
        ("courses/content/kc/modules/m.1.yaml", True),
        ("courses/content/kc/media/图/a.svg", True),
        ("quizzes/content/questions/a/b.yml", True),
        ("courses/content/KC/course.yaml", False),
        ("courses/content/kc/lessons/a/b.md", False),
        ("courses/content/kc/media/a.html", False),
        ("courses/content/kc/media/a.py", False),
        ("quizzes/content/secrets/a.yaml", False),
        ("quizzes/web.py", False),
    ],
)
def test_only_content_belongs(path: str, belongs: bool) -> None:
    assert layout.belongs(path) is belongs


@given(st.lists(st.sampled_from(["..", ".", "a", "课", "", "\\", "a.svg"]), max_size=5).map("/".join))
def test_no_path_that_belongs_leads_upwards(path: str) -> None:
    top = Path("/top")
    for start, ending in (("courses/content/kc/media/", ".svg"), ("quizzes/content/questions/", ".yaml")):
        if layout.belongs(start + path + ending):
            assert (top / (start + path + ending)).resolve().is_relative_to(top / start)
