"""Commands of the record: is it whole, and what to note down elsewhere."""

import click

from literacy.audit import checking
from literacy.audit.checking import Finding
from literacy.audit.sealing import head
from literacy.commands import MakeApp, ready
from literacy.dates import moment
from literacy.db import db


@click.group()
def audit() -> None:
    """操作记录：核对是否完整，打印末尾的校验值。"""


@audit.command("head")
@click.pass_obj
def audit_head(make_app: MakeApp) -> None:
    """打印最后一条的编号和校验值，请抄到别处。"""
    with ready(make_app).app_context():
        number, own = head()
    if not number:
        click.echo("还没有操作记录。")
        return
    click.echo(f"{number} {own}")


@audit.command("verify")
@click.option("--head", "heads", multiple=True, metavar="校验值", help="以前抄下来的校验值；可以写多次")
@click.pass_obj
def audit_verify(make_app: MakeApp, heads: tuple[str, ...]) -> None:
    """从头到尾核对操作记录；有缺、有改时说是哪一条，以状态 1 结束。"""
    wanted = [word for given in heads for word in given.split() if not word.isdigit()]
    with ready(make_app).app_context():
        finding = checking.verify(wanted)
        checking.note_check(finding)
        db.session.commit()
        for line in told(finding):
            click.echo(line)
    raise SystemExit(0 if finding.whole else 1)


def told(finding: Finding) -> list[str]:
    """What a verification found, a line each."""
    if not finding.count:
        lines = ["还没有操作记录。"]
    else:
        span = f"从第 {finding.first} 条（{moment(finding.begins)}）到第 {finding.last} 条（{moment(finding.ends)}）"
        lines = [f"核对了 {finding.count} 条，{span}。"]
    if finding.cut:
        lines.append(f"更早的 {finding.cut} 条到了保存期限，已按规定删去，有签名的记录为证。")
    if finding.blanked:
        lines.append(f"其中 {finding.blanked} 条按规定抹去了姓名，有记录为证。")
    if finding.problems:
        return [*lines, *(f"✗ {problem}" for problem in finding.problems), "记录不完整。"]
    return [*lines, f"完整，没有缺，也没有改。末尾的校验值：{finding.head}"]


COMMANDS = (audit,)
