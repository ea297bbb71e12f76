"""What the columns of exported files are called: our words, those of a mapping, or the administrator's own.

A mapping is a YAML file of {report: {field: header}}. The fields are ours; the headers may be those of GB/T 38865—2020
or of the platform that the file is handed to.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import delete, select

from courses.reports.frame import Report
from courses.reports.listed import REPORTS
from courses.reports.models import ColumnHeader
from literacy import audit
from literacy.db import alone, db
from literacy.errors import Refused
from literacy.models import User
from literacy.text import clean_line

FOLDER = Path(__file__).parent / "mappings"
LONGEST = 60
ACTIONS = {"report.headers": "修改报表的列名"}
Mapped = dict[str, dict[str, str]]


def ours() -> Mapped:
    """Our own words."""
    return {report.key: {column.key: column.title for column in report.columns} for report in REPORTS}


def stored() -> Mapped:
    """What administrators chose, where it differs from ours."""
    found: Mapped = {}
    for report, field, header in db.session.execute(
        select(ColumnHeader.report, ColumnHeader.field, ColumnHeader.header)
    ):
        found.setdefault(report, {})[field] = header
    return found


def headers_of(report: Report) -> dict[str, str]:
    """The header of each column of a report, by key."""
    chosen = dict(
        db.session.execute(
            select(ColumnHeader.field, ColumnHeader.header).where(ColumnHeader.report == report.key)
        ).all()
    )
    return {column.key: chosen.get(column.key) or column.title for column in report.columns}


def shipped() -> dict[str, str]:
    """The mappings that come with the product, as {name: what it is}."""
    return {path.stem: read((path).read_text(encoding="utf-8"))[1] for path in sorted(FOLDER.glob("*.yaml"))}


def shipped_mapping(name: str) -> Mapped:
    """One of them. Raises Refused for a name that there is not."""
    if name not in shipped():
        raise Refused("没有这个对照表。")
    return read((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))[0]


def field_name(report: str, field: str) -> str:
    """The name of the field of a form that holds the header of a column."""
    return f"{report}__{field}"


def checked(mapping: Mapping[str, Mapping[Any, Any]]) -> Mapped:
    """A mapping with its headers cleaned.

    Raises Refused, beside the field named by ``field_name``, for a report or field that there is not, a header that is
    no text or too long, and two columns of a report with the same header.
    """
    known = ours()
    for report, fields in mapping.items():
        if report not in known or not isinstance(fields, dict):
            raise Refused(f"没有“{report}”这张报表，或者它下面不是“字段：列名”。")
    return {report: _checked(report, fields, known[report]) for report, fields in mapping.items()}


def read(text: str) -> tuple[Mapped, str]:
    """A mapping from YAML, with its title.

    Raises Refused, saying where, for what is no YAML and for what ``checked`` refuses.
    """
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else ""
        raise Refused(f"对照表{where}不是有效的 YAML。", field="text") from None
    if not isinstance(given, dict):
        raise Refused("对照表应当是“报表：字段：列名”的形状。", field="text")
    title = clean_line(str(given.pop("title", "")))
    try:
        return checked(given), title
    except Refused as refused:
        raise Refused(refused.sentence, field="text") from None


def _checked(report: str, fields: Mapping[Any, Any], known: Mapping[str, str]) -> dict[str, str]:
    chosen = {}
    for field, header in fields.items():
        if field not in known:
            raise Refused(f"报表“{report}”没有“{field}”这个字段。")
        if not isinstance(header, str) or not clean_line(header) or len(clean_line(header)) > LONGEST:
            sentence = f"“{report}”的“{field}”：列名要写成文字，最多 {LONGEST} 个字。"
            raise Refused(sentence, field=field_name(report, field))
        chosen[str(field)] = clean_line(header)
    seen: dict[str, str] = {}
    for field, header in {**known, **chosen}.items():
        if header in seen:
            changed = field if field in chosen else seen[header]
            other = {field, seen[header]} - {changed}
            sentence = f"“{known[changed]}”和“{known[other.pop()]}”两列都叫“{header}”，请换一个。"
            raise Refused(sentence, field=field_name(report, changed))
        seen[header] = field
    return chosen


def written(mapping: Mapped) -> str:
    """A mapping as YAML, every field with its header."""
    full = {report: {**fields, **mapping.get(report, {})} for report, fields in ours().items()}
    return yaml.safe_dump(full, allow_unicode=True, sort_keys=False)


def keep(actor: User | None, mapping: Mapped) -> None:
    """Use these headers from now on; where a mapping says nothing, our own words."""
    known = ours()
    alone("report_headers")
    db.session.execute(delete(ColumnHeader))
    count = 0
    for report, fields in mapping.items():
        for field, header in fields.items():
            if header != known[report][field]:
                db.session.add(ColumnHeader(report=report, field=field, header=header))
                count += 1
    db.session.flush()
    audit.record(actor, "report.headers", None, f"下载的报表有 {count} 列改用别的列名" if count else "报表列名恢复原样")
