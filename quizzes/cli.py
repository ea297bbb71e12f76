"""Commands of quizzes: score replies and measure the rubric, without a database; test scenarios, finish re-markings."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import click

from literacy.commands import MakeApp, Stopped, ready
from quizzes.remarking.cli import remark
from quizzes.rubric import Rubric, corpus, load_rubric
from quizzes.rubric.evaluate import (
    Miss,
    Rates,
    Rating,
    Report,
    baseline,
    compared,
    is_labelled,
    judged,
    misses,
    report_on,
    spelling_agreement,
)
from quizzes.rubric.jsonl import cases, score_lines, serialise
from quizzes.rubric.rules import RULES, read_rubric
from quizzes.rubric.speed import LENGTHS, SLOW, curve, loading, measure
from quizzes.service import bench

FIRST_ONLY = "用规则和第一位读者，不问第二位（小语言模型），快得多"


@click.command()
@click.option("--jsonl", "source", required=True, metavar="FILE", help="每行一条记录的 JSON 文件；写 - 从标准输入读")
@click.option("--first-only", is_flag=True, help=FIRST_ONLY)
def score(source: str, first_only: bool) -> None:
    """给答复评分：读 JSON Lines，每条记录输出一行 JSON。"""
    failures = 0
    standard = read_rubric(RULES, second=False) if first_only else load_rubric()
    with _opened(source) as lines, _reader_may_leave():
        for result, scored in score_lines(lines, standard):
            failures += not scored
            sys.stdout.buffer.write(serialise(result) + b"\n")
            sys.stdout.buffer.flush()
    sys.exit(1 if failures else 0)


@click.group()
def rubric() -> None:
    """评分准则：用标注数据衡量。"""


@rubric.command("evaluate")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供别的程序读")
@click.option("--errors", is_flag=True, help="再列出每一处误判和漏判")
@click.option("--labels", metavar="FILE", help="标签另在一个文件里，按 id 对上；没有标签的记录不计")
@click.option("--rules-only", is_flag=True, help="只用规则，不听统计模型")
@click.option("--first-only", is_flag=True, help=FIRST_ONLY)
def rubric_evaluate(
    files: tuple[str, ...], as_json: bool, errors: bool, labels: str | None, rules_only: bool, first_only: bool
) -> None:
    """用标注好的答复衡量评分准则，逐类列出精确率和召回率，旁边是只查关键词的结果。"""
    known = {rating["id"]: rating for rating in _ratings(labels)} if labels else None
    records = [record for file in files for record in _labelled(file, known)]
    if not records:
        raise Stopped("这些文件里没有记录。")
    chosen = rules_only or first_only
    standard = read_rubric(RULES, learned=not rules_only, second=False) if chosen else load_rubric()
    verdicts = judged(records, standard)
    found = _Evaluation(
        compared(verdicts, standard),
        baseline(records, standard),
        spelling_agreement(verdicts, standard),
        misses(verdicts, standard) if errors else None,
    )
    with _reader_may_leave():
        if as_json:
            _say(json.dumps(_for_programs(found), ensure_ascii=False, indent=2))
            return
        for line in (*_table(found, standard), *(_miss_line(miss, standard) for miss in found.wrong or ())):
            _say(line)


@rubric.command("benchmark")
@click.argument("source", metavar="FILE")
def rubric_benchmark(source: str) -> None:
    """量评分的快慢：每秒多少条、一条要多久、越长的文字慢多少。FILE 每行一条有 reply 的 JSON。"""
    with _opened(source) as lines:
        known = list(cases(lines))
    if not known:
        raise Stopped(f"{source} 里没有带 reply 的记录。")
    standard = read_rubric(RULES, second=False)
    fewer = known[:: -(-len(known) // SLOW)]
    speeds = {"规则和第一位读者": measure(known, standard), "规则和两位读者": measure(fewer, read_rubric(RULES), 1)}
    with _reader_may_leave():
        _say("一个核")
        for name, speed in speeds.items():
            _say(
                f"{name}：{speed.replies} 条答复，每秒 {speed.per_second:.0f} 条，一条（中位 / 最慢 1%） "
                f"{speed.median * 1e3:.1f} / {speed.slowest_percent * 1e3:.1f} 毫秒"
            )
        _say(f"导入加载入 {loading():.2f} 秒")
        _say("")
        _say(_row("故意刁难", *(f"{length} 字" for length in LENGTHS), "毫秒"))
        for name, times in curve(standard).items():
            _say(_row(name, *(f"{seconds * 1e3:.0f}" for seconds in times)))


@rubric.command("agree")
@click.argument("first", metavar="FILE")
@click.argument("second", metavar="FILE")
def rubric_agree(first: str, second: str) -> None:
    """比较同一批答复的两次标注：每个标签的 Cohen κ 和次数。"""
    one, other = _ratings(first), _ratings(second)
    both = corpus.matched(one, other)
    if not both:
        raise Stopped("两个文件里没有同一个 id。")
    standard = load_rubric()
    report = report_on([(left, Rating.by_person(right)) for left, right in both], standard)
    names = _names(standard)
    with _reader_may_leave():
        _say(f"两次都标了的 {report.records} 条")
        _say(_row("标签", "κ", "第一次", "第二次"))
        for label, (kappa, left, right) in corpus.agreement(one, other).items():
            _say(_row(names[label], f"{kappa:.2f}", str(left), str(right)))
        _say(f"问题合计 F1            {report.micro.f1:.3f}")
        _say(f"要素合计 F1            {report.elements_micro.f1:.3f}")
        _say(f"等级一致（加权 kappa） {report.kappa:.3f}")


@click.group()
def scenario() -> None:
    """情景：用检验答复检查。"""


@scenario.command("check")
@click.argument("slug", required=False)
@click.pass_obj
def scenario_check(make_app: MakeApp, slug: str | None) -> None:
    """用示范答复、反例和存下的检验答复检查情景，说出哪一条评得和期望不合；不写编号就查全部。"""
    checked = failing = 0
    with ready(make_app).app_context():
        for row, failed in bench.failures_everywhere(slug=slug or ""):
            checked += 1
            failing += bool(failed)
            for case, differs in failed:
                _say(f"{row.slug} {row.title} {case.label}：{'；'.join(differs)}")
    if slug and not checked:
        raise Stopped(f"没有情景 {slug}，或者已经停用。")
    _say(f"情景 {checked} 个，{checked - failing} 个全部符合。")
    raise SystemExit(1 if failing else 0)


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    """The lines of a file, or of standard input for ``-``; raises ``Stopped`` where there is nothing to read."""
    if source == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115  closed below; only opening may be answered this way
    except (OSError, ValueError) as problem:
        raise Stopped(_unreadable(source, problem)) from None
    with file:
        yield file


def _unreadable(source: str, problem: Exception) -> str:
    if isinstance(problem, FileNotFoundError):
        return f"没有找到文件 {source}，请检查路径。"
    if isinstance(problem, IsADirectoryError):
        return f"{source} 是一个文件夹，请写明里面的文件。"
    return f"打不开文件 {source}，请检查读取权限。"


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """A reader that closes the pipe early (``… | head``) ends the command quietly."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes standard output once more when it ends; that must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(line: str) -> None:
    """Print a line; what the terminal cannot show is escaped."""
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")


def _labelled(file: str, known: Mapping[Any, dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """The labelled records of a file; raises ``Stopped`` naming the line that is none.

    ``known`` holds the labels by id where they stand in another file; records without any are left out.
    """
    records = []
    with _opened(file) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError):
                raise Stopped(f"{file} 第 {number} 行不是有效的 JSON。") from None
            if known is not None and isinstance(record, dict):
                if record.get("id") not in known:
                    continue
                record = {"facts": [], **record, **known[record["id"]]}
            if not is_labelled(record):
                raise Stopped(
                    f"{file} 第 {number} 行不是标注好的记录：要有 reply、patterns、elements 和 0–4 的 grade。"
                )
            records.append(record)
    return records


def _ratings(file: str) -> list[dict[str, Any]]:
    """The ratings of a file, with or without the texts; raises ``Stopped`` where one lacks a label."""
    with _opened(file):
        pass  # only to say in words what is wrong with the file itself
    try:
        records = corpus.read_file(Path(file))
    except ValueError as problem:
        raise Stopped(f"{problem}") from None
    for number, record in enumerate(records, start=1):
        if not {"id", "patterns", "elements", "grade"} <= set(record):
            raise Stopped(f"{file} 第 {number} 条缺少 id、patterns、elements 或 grade。")
    return records


@dataclass(frozen=True)
class _Evaluation:
    """All that ``rubric evaluate`` prints; ``wrong`` is None where the errors were not asked for."""

    report: Report
    baseline: Report
    spellings: float
    wrong: Sequence[Miss] | None


def _for_programs(found: _Evaluation) -> dict[str, Any]:
    told = found.report.as_dict() | {
        "spelling_agreement": round(found.spellings, 3),
        "baseline": found.baseline.as_dict(),
    }
    return told if found.wrong is None else told | {"errors": [miss.as_dict() for miss in found.wrong]}


def _table(found: _Evaluation, standard: Rubric) -> Iterator[str]:
    report, plain, names = found.report, found.baseline, _names(standard)
    head = ("精确率", "召回率", "F1", "应有", "误判", "漏判", "关键词F1")
    yield f"记录 {report.records} 条，评分准则 {standard.version}"
    yield ""
    yield _row("问题", *head)
    for id_, rates in report.patterns.items():
        yield _rates_row(names[id_], rates, plain.patterns[id_])
    yield _rates_row("合计", report.micro, plain.micro)
    yield _rates_row("其中红线", report.redline, plain.redline)
    yield ""
    yield _row("要素", *head)
    for id_, rates in report.elements.items():
        yield _rates_row(names[id_], rates, plain.elements[id_])
    yield _rates_row("合计", report.elements_micro, plain.elements_micro)
    yield ""
    yield _row("", "评分器", "关键词表", width=_SAID)
    for said, shown, value in _FIGURES:
        yield _row(said, shown(value(report)), shown(value(plain)), width=_SAID)
    yield _row("位置与标注相交", _percent(report.span_overlap), width=_SAID)
    yield _row("换种写法结论不变", _percent(found.spellings), width=_SAID)
    if report.confusions:
        yield ""
        yield "最常认错的（标注 → 判成，次数）"
        for missed, given, times in report.confusions:
            yield f"  {names[missed]} → {names[given]}  {times}"


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _decimal(value: float) -> str:
    return f"{value:.3f}"


_SAID = 26
"""Columns for a figure said in words."""
_FIGURES: tuple[tuple[str, Callable[[float], str], Callable[[Report], float]], ...] = (
    ("问题的宏平均 F1", _decimal, lambda report: report.macro_f1),
    ("等级一致（加权 kappa）", _decimal, lambda report: report.kappa),
    ("等级完全相同", _percent, lambda report: report.grade_exact),
    ("等级相差不超过一级", _percent, lambda report: report.grade_within_one),
    ("好答复被误判严重或红线", _percent, lambda report: report.false_serious),
    ("多判了严重或红线的答复", _percent, lambda report: report.false_grave),
)


def _names(standard: Rubric) -> dict[str, str]:
    """The Chinese name of every pattern and element."""
    names = {id_: pattern.name for id_, pattern in standard.patterns.items()}
    return names | {id_: element.name for id_, element in standard.elements.items()}


def _rates_row(name: str, rates: Rates, plain: Rates) -> str:
    figures = (f"{rates.precision:.2f}", f"{rates.recall:.2f}", f"{rates.f1:.2f}")
    counts = (rates.right + rates.missed, rates.false, rates.missed)
    return _row(name, *figures, *map(str, counts), f"{plain.f1:.2f}")


def _row(name: str, *cells: str, width: int = 12) -> str:
    return _padded(name, width, left=True) + "".join(_padded(cell, 10) for cell in cells)


def _padded(text: str, width: int, *, left: bool = False) -> str:
    """``text`` filled up to ``width`` columns of a terminal, where a Chinese character takes two."""
    space = " " * (width - sum(1 if char.isascii() else 2 for char in text))
    return text + space if left else space + text


def _miss_line(miss: Miss, standard: Rubric) -> str:
    said = " / ".join(" ".join(text.split())[:60] for text in miss.texts)
    what = "误判" if miss.false else "漏判"
    return f"{what} {standard.patterns[miss.pattern].name} {miss.id}（标注等级 {miss.grade}）：{said}"


COMMANDS = (score, rubric, scenario, remark)
