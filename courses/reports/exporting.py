"""A report as a file: a workbook that explains itself, CSV, or a PDF to print. The big ones are made by a job."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from flask import current_app
from werkzeug.datastructures import MultiDict

from courses.reports import sums
from courses.reports.asking import Asked, asked_of
from courses.reports.frame import Cells, Look, Type
from courses.reports.headers import headers_of
from courses.reports.listed import report_for
from literacy import audit
from literacy.access import Permission, allows
from literacy.dates import today, zone
from literacy.db import db, now, reading
from literacy.errors import Refused
from literacy.export import FORMS, Counted, Table, csv_lines, plain, write_book
from literacy.jobs.running import Progress
from literacy.models import User
from literacy.pdf.paper import Paper, issued
from literacy.pdf.table import Column as PaperColumn
from literacy.pdf.table import table as draw_table

PDF = "application/pdf"
KINDS = {**FORMS, "pdf": PDF}
AT_ONCE = 2000
"""Up to so many rows a file comes with the answer; more are written by a job."""
MOST_ON_PAPER = 10_000
"""Rows of a PDF: 300 pages and more are no longer read on paper."""
JOB = "report_export"


def name_of(asked: Asked, form: str) -> str:
    """The file's name."""
    return f"{asked.report.title}_{today().isoformat()}.{form}"


def check(form: str, total: int) -> None:
    """Raise Refused for more rows than a form holds."""
    if form == "pdf" and total > MOST_ON_PAPER:
        raise Refused(f"PDF 最多 {MOST_ON_PAPER} 行，现在是 {total} 行。请缩小筛选，或者下载 Excel 表格。")


def data(asked: Asked, rows: Iterable[Cells]) -> Table:
    """The rows as a table under the headers that were chosen."""
    headers = headers_of(asked.report)
    percents = frozenset(place for place, column in enumerate(asked.columns) if column.type is Type.PERCENT)
    return Table(
        asked.report.title,
        [headers[key] for key in asked.keys],
        map(asked.cut, rows),
        [column.width for column in asked.columns],
        percents,
    )


def explained(asked: Asked, look: Look, by: User) -> Table:
    """The sheet that says what the file is: what, when, by whom, narrowed how, and what is meant by what."""
    report, headers = asked.report, headers_of(asked.report)
    rows: list[tuple[str, Any]] = [
        ("报表", report.title),
        ("回答的问题", report.answers),
        ("下载时间", now()),
        ("下载人", f"{by.name}（{by.account}）"),
    ]
    if look.as_of:
        rows.append(("数据截至", look.as_of))
    told = asked.form.in_words()
    rows += [(f"筛选：{label}", value) for label, value in told.items()] or [("筛选", "没有筛选，是全部")]
    if asked.sort:
        column = report.column(asked.sort.removeprefix("-"))
        rows.append(("排序", f"{headers[column.key]}，{'倒序' if asked.sort.startswith('-') else '正序'}"))
    rows += [("说明", sentence) for sentence in report.definitions]
    rows += [(f"列：{headers[column.key]}", column.note) for column in asked.columns if column.note]
    if report.named:
        rows.append(("保管", "含个人信息，只用于组织培训，用完删除，不对外公布。"))
    return Table("说明", ("项目", "内容"), rows, (20, 90), filtered=False)


def summed(asked: Asked, look: Look) -> Table:
    """The sheet of totals."""
    shares = [f"{figure:.0%}" if kind is Type.PERCENT else figure for _, figure, kind in look.totals]
    rows: list[tuple[str, Any]] = [
        (label, figure) for (label, _, _), figure in zip(look.totals, shares, strict=True)
    ] or [("行数", look.total)]
    if look.foot:
        titles = headers_of(asked.report)
        pairs = zip(asked.keys, asked.cut(look.foot.cells), strict=True)
        rows = [(titles[key], _shown(cell, asked, key)) for key, cell in pairs]
    return Table("合计", ("项目", "合计"), rows, (30, 20), filtered=False)


def _shown(cell: Any, asked: Asked, key: str) -> Any:
    is_share = asked.report.column(key).type is Type.PERCENT and isinstance(cell, float)
    return f"{cell:.0%}" if is_share else cell


def write(asked: Asked, look: Look, by: User, form: str, target: IO[bytes] | Path, rows: Iterable[Cells]) -> None:
    """Write a report as xlsx, csv or pdf; `rows` are read while it is written. Raises KeyError for another form."""
    writers = {"xlsx": _write_book, "csv": _write_csv, "pdf": _write_pdf}
    writers[form](asked, look, by, target, rows)


def _write_book(asked: Asked, look: Look, by: User, target: IO[bytes] | Path, rows: Iterable[Cells]) -> None:
    sheets = [explained(asked, look, by), data(asked, rows), summed(asked, look)]
    # Beside the file of a job: what a killed process left there goes with the job's other files.
    folder = target.parent if isinstance(target, Path) else current_app.config["DATA_FOLDER"]
    write_book(sheets, target, zone(), folder, open_at=1)


def _write_csv(asked: Asked, _look: Look, _by: User, target: IO[bytes] | Path, rows: Iterable[Cells]) -> None:
    lines = csv_lines(data(asked, rows), zone())
    if isinstance(target, Path):
        with target.open("wb") as file:
            file.writelines(lines)
    else:
        target.writelines(lines)


def _write_pdf(asked: Asked, look: Look, by: User, target: IO[bytes] | Path, rows: Iterable[Cells]) -> None:
    report = asked.report
    paper = Paper(target, report.title, beside=issued(), foot=f"{by.name}下载", wide=len(asked.keys) > 5)
    paper.heading(report.title)
    paper.say(report.answers)
    told = "；".join(f"{label}：{value}" for label, value in asked.form.in_words().items())
    paper.say(f"筛选：{told}。" if told else "没有筛选，是全部。", 9, faint=True)
    if look.as_of:
        paper.say(f"数据截至 {look.as_of.astimezone(zone()):%Y-%m-%d %H:%M}。", 9, faint=True)
    paper.space(8)
    filled = data(asked, rows)
    columns = [
        PaperColumn(header, column.width, column.type.is_number)
        for header, column in zip(filled.headers, asked.columns, strict=True)
    ]
    lines = ([_on_paper(cell, place in filled.percents) for place, cell in enumerate(row)] for row in filled.rows)
    total = None
    if look.foot:
        cells = asked.cut(look.foot.cells)
        total = [_on_paper(cell, place in filled.percents) for place, cell in enumerate(cells)]
    draw_table(paper, columns, lines, total=total)
    paper.space(10)
    for label, figure, kind in look.totals:
        paper.say(f"{label}：{_on_paper(figure, kind is Type.PERCENT)}", 9)
    for sentence in report.definitions:
        paper.say(sentence, 8.5, faint=True)
    paper.close()


def _on_paper(cell: Any, is_share: bool) -> str:
    if is_share and isinstance(cell, (int, float)):
        return f"{cell:.0%}"
    if isinstance(cell, str):
        return cell
    return str(plain(cell, zone()))


def record(by: User, asked: Asked, form: str, count: int) -> None:
    """Note who took what."""
    told = "，".join(f"{label}：{value}" for label, value in asked.form.in_words().items())
    told = f"，筛选：{told}" if told else ""
    audit.record(by, "export.taken", None, f"下载{asked.report.title} {count} 行（{form.upper()}）{told}")


def run(progress: Progress) -> None:
    """The job: a file of a report, from the beginning each time it runs.

    Raises Refused where its owner may no longer see reports, or it has too many rows for its form.
    """
    owner = db.session.get(User, progress.owner_id)
    if owner is None or not owner.active or not allows(owner, Permission.REPORT):
        raise Refused("您现在不能看报表了，没有做文件。")
    form = progress.given["form"]
    asked = asked_of(report_for(progress.given["report"]), MultiDict(progress.given["query"]), owner)
    path = progress.file(name_of(asked, form))
    db.session.commit()
    with reading():
        owner = db.session.get_one(User, progress.owner_id)
        look = asked.report.look(asked.wanted, asked.sort, 0, 1)
        check(form, look.total)
        total = None if look.more else look.total
        rows = Counted(asked.report.rows(asked.wanted, asked.sort), lambda count: progress.tell(count, total))
        write(asked, look, owner, form, path, rows)
        db.session.rollback()
    record(db.session.get_one(User, progress.owner_id), asked, form, rows.count)
    progress.say(f"{asked.report.title}，共 {rows.count} 行。")


def renew(progress: Progress) -> None:
    """The job that works out all sums anew."""
    sums.renew(progress.step)
    progress.say("已经重新汇总，报表里是最新的数字。")
