"""The commands `score` and `rubric evaluate` as their users meet them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from quizzes.rubric import load_rubric
from quizzes.rubric.learned import Learned
from run import main

ROOT = Path(__file__).resolve().parents[3]
BAD = {
    "id": "a",
    "post": "路灯坏了，什么时候修？",
    "facts": [],
    "reply": "这事不归我们管，你找物业。再投诉，后果自负。",
}
GOOD = {
    "id": "b",
    "post": "路灯坏了，什么时候修？",
    "facts": ["配件11月20日到货"],
    "reply": "您好，向您道歉。经现场查看是电缆断了，11月21日18时前由路灯管理所更换，电话0000-88102317。",
}


def written(folder: Path, *lines: Any) -> str:
    """A file with one line each: a record, or bytes as they are."""
    file = folder / "in.jsonl"
    file.write_bytes(
        b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    )
    return str(file)


def run(*arguments: str, stdin: bytes = b"") -> Any:
    return CliRunner().invoke(main, list(arguments), input=stdin)


def results(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.stdout_bytes.decode().splitlines()]


def test_every_record_gives_one_line(tmp_path: Path) -> None:
    answer = run("score", "--jsonl", written(tmp_path, BAD, GOOD))
    assert answer.exit_code == 0, answer.output
    first, second = results(answer)
    assert list(first) == ["id", "grade", "score", "patterns", "spans", "elements", "rubric_version"]
    assert (first["id"], first["grade"], first["patterns"]) == ("a", 0, ["threat", "buck_passing"])
    for span in first["spans"]:
        assert span["text"] == BAD["reply"][span["start"] : span["end"]]
    assert second["grade"] >= 3 and second["patterns"] == [] and "deadline" in second["elements"]


def test_a_dash_reads_standard_input() -> None:
    answer = run("score", "--jsonl", "-", stdin=json.dumps(GOOD).encode())
    assert [result["id"] for result in results(answer)] == ["b"]


def test_a_bad_line_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    answer = run("score", "--jsonl", written(tmp_path, b"{broken", BAD, {"id": "c"}, b"\xff\xfe", GOOD))
    assert answer.exit_code == 1
    found = results(answer)
    assert [result.get("id") for result in found] == [None, "a", "c", None, "b"]
    assert [result.get("line") for result in found] == [1, None, 3, 4, None]
    assert ["error" in result for result in found] == [True, False, True, True, False]


def test_an_empty_file_is_no_failure(tmp_path: Path) -> None:
    answer = run("score", "--jsonl", written(tmp_path, b"", b"  "))
    assert (answer.exit_code, answer.stdout_bytes) == (0, b"")


@pytest.mark.parametrize("command", [("score", "--jsonl"), ("rubric", "evaluate")])
def test_a_missing_file_is_named_in_chinese(command: tuple[str, ...], tmp_path: Path) -> None:
    answer = run(*command, "nowhere.jsonl")
    assert answer.exit_code != 0 and "没有找到文件 nowhere.jsonl" in answer.output
    answer = run(*command, str(tmp_path))
    assert answer.exit_code != 0 and "是一个文件夹" in answer.output
    answer = run(*command, "a\0b")
    assert answer.exit_code != 0 and "打不开文件" in answer.output


def test_the_file_must_be_named() -> None:
    assert run("score").exit_code != 0
    assert run("rubric", "evaluate").exit_code != 0


def test_results_come_at_once_and_a_closed_pipe_is_no_crash(tmp_path: Path) -> None:
    environment = {**os.environ, "LITERACY_DATA": str(tmp_path / "data")}
    process = subprocess.Popen(
        [sys.executable, "run.py", "score", "--jsonl", "-"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin and process.stdout and process.stderr
    line = json.dumps(GOOD).encode() + b"\n"
    process.stdin.write(line)
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == "b"
    process.stdout.close()
    process.stdin.write(line * 20)
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()
    assert not (tmp_path / "data/literacy.db").exists()


LABELLED = [
    BAD | {"patterns": ["buck_passing", "coldness"], "elements": [], "grade": 1, "spans": []},
    GOOD | {"patterns": [], "elements": ["deadline"], "grade": 4, "spans": []},
]


def test_evaluate_prints_a_line_per_pattern(tmp_path: Path) -> None:
    answer = run("rubric", "evaluate", written(tmp_path, *LABELLED))
    assert answer.exit_code == 0, answer.output
    table = answer.output.split("最常认错的")[0]
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines() if line.strip()}
    assert rows["推诿扯皮"] == ["1.00", "1.00", "1.00", "1", "0", "0", "1.00"]
    assert rows["威胁恐吓"][3:6] == rows["其中红线"][3:6] == ["0", "1", "0"]
    assert rows["冷漠生硬"][3:6] == ["1", "0", "1"]
    assert "冷漠生硬 → 威胁恐吓  1" in answer.output
    assert rows["换种写法结论不变"] == ["100.0%"]
    assert "记录 2 条" in answer.output and "误判 威胁" not in answer.output


def test_evaluate_can_ask_the_rules_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The models' file is not even opened."""
    monkeypatch.setattr(Learned, "read", lambda file: pytest.fail("the models were read"))
    load_rubric.cache_clear()
    answer = run("rubric", "evaluate", "--rules-only", written(tmp_path, *LABELLED))
    assert answer.exit_code == 0, answer.output
    assert "记录 2 条" in answer.output


def test_evaluate_lists_the_errors(tmp_path: Path) -> None:
    answer = run("rubric", "evaluate", "--errors", written(tmp_path, *LABELLED))
    assert "误判 威胁恐吓 a（标注等级 1）：" in answer.output
    assert "漏判 冷漠生硬 a（标注等级 1）：" in answer.output


def test_evaluate_speaks_json(tmp_path: Path) -> None:
    answer = run("rubric", "evaluate", "--json", "--errors", written(tmp_path, *LABELLED))
    report = json.loads(answer.output)
    assert report["records"] == 2 and report["patterns"]["buck_passing"]["f1"] == 1.0
    assert report["baseline"]["patterns"]["threat"]["precision"] == 0.0
    assert report["spelling_agreement"] == 1.0
    assert {(miss["pattern"], miss["kind"]) for miss in report["errors"]} == {
        ("threat", "false"),
        ("coldness", "missed"),
    }


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"{", "第 1 行不是有效的 JSON"),
        (b"[]", "第 1 行不是标注好的记录"),
        (b'{"id": 1}', "第 1 行不是标注好的记录"),
        (b'{"reply": "x", "patterns": [1], "elements": [], "grade": 1}', "第 1 行不是标注好的记录"),
        (b'{"reply": "x", "patterns": [], "elements": [], "grade": 9}', "第 1 行不是标注好的记录"),
        (b'{"reply": "x", "patterns": [], "elements": [], "grade": 1, "spans": [{}]}', "第 1 行不是标注好的记录"),
        (b"", "没有记录"),
    ],
)
def test_evaluate_names_the_line_that_is_no_labelled_record(line: bytes, sentence: str, tmp_path: Path) -> None:
    answer = run("rubric", "evaluate", written(tmp_path, line))
    assert answer.exit_code != 0 and sentence in answer.output


def rating(id_: str, *patterns: str, grade: int = 1) -> dict[str, Any]:
    return {"id": id_, "patterns": list(patterns), "elements": ["owner"], "grade": grade}


def test_two_ratings_are_compared_label_by_label(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = written(tmp_path / "one", rating("a", "blame"), rating("b"), rating("c"), rating("only here"))
    second = written(tmp_path / "two", rating("a", "blame"), rating("b", "blame"), rating("c"))
    answer = run("rubric", "agree", first, second)
    assert answer.exit_code == 0, answer.output
    assert "两次都标了的 3 条" in answer.output
    blame = next(line for line in answer.output.splitlines() if line.startswith("归咎群众"))
    assert blame.split() == ["归咎群众", "0.40", "1", "2"]
    assert "问题合计 F1            0.667" in answer.output, "one label both gave, one only the second"


@pytest.mark.parametrize("line", [b"[1]", {"id": "a"}, {"id": "z", "patterns": [], "elements": [], "grade": 1}])
def test_what_cannot_be_compared_is_said_in_a_sentence(tmp_path: Path, line: Any) -> None:
    (tmp_path / "one").mkdir()
    first = written(tmp_path / "one", rating("a"))
    answer = run("rubric", "agree", first, written(tmp_path, line))
    assert answer.exit_code == 1 and "没有办成" in answer.output and "Traceback" not in answer.output


def test_labels_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    labels = written(tmp_path / "one", {**rating("a", "threat", "buck_passing", grade=0), "elements": []})
    answer = run("rubric", "evaluate", "--labels", labels, written(tmp_path, BAD, GOOD))
    assert answer.exit_code == 0, answer.output
    assert "记录 1 条" in answer.output


def test_benchmark_tells_speed_and_curve(tmp_path: Path) -> None:
    answer = run(
        "rubric", "benchmark", written(tmp_path, GOOD, GOOD | {"post": None}, b"", b"no json", {"id": "no reply"})
    )
    assert answer.exit_code == 0, answer.output
    assert "规则和两位读者：2 条答复" in answer.output and "每秒" in answer.output and "嵌套引号" in answer.output


def test_benchmark_needs_a_reply(tmp_path: Path) -> None:
    answer = run("rubric", "benchmark", written(tmp_path, b"{}"))
    assert answer.exit_code != 0 and "没有带 reply 的记录" in answer.output
