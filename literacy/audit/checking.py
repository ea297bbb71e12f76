"""Verifying the chain from its beginning to its end, and saying in plain words what was found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from literacy.audit import signing
from literacy.audit.chain import START, Link, digest_of, hash_of
from literacy.audit.models import AuditCheck, AuditOpening
from literacy.audit.recording import UNTOLD
from literacy.audit.sealing import ENTRIES, LINK
from literacy.dates import moment
from literacy.db import db, now
from literacy.operations.backup import one_moment

BLANKED = "audit.blanked"
CUT = "audit.cut"
_AT_ONCE = 2_000
MOST = 20
"""Problems after which nothing more is listed."""


@dataclass
class Finding:
    """What a verification found. Whole where there are no problems."""

    count: int = 0
    first: int = 0
    last: int = 0
    head: str = START
    begins: datetime | None = None
    ends: datetime | None = None
    blanked: int = 0
    """How many entries had words blanked, by an entry that says so."""
    cut: int = 0
    """How many were cut off at the beginning when their time was over."""
    problems: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def wrong(self, sentence: str) -> None:
        """Note a problem; of very many, the first will do."""
        if len(self.problems) < MOST:
            self.problems.append(sentence)


class _Reader:
    """Goes along the chain once and keeps what only a later entry can answer."""

    def __init__(self, finding: Finding, wanted: Iterable[str]) -> None:
        self.finding = finding
        self.missing = set(wanted)
        self.blanked: dict[int, tuple[int, str]] = {}
        """Of each blanked entry: which entry blanked it, and the digest of its words now."""
        self.cuts: dict[str, tuple[int, bool]] = {}
        """Of each cut, by the hash of the last entry that went: that entry's number, and whether the cut is signed."""
        self.before = ""
        """The hash that stands before the first entry that is left."""
        self.number, self.previous = 0, START

    def read(self, link: Link) -> None:
        """The next entry."""
        found, number = self.finding, link.number or 0
        if not found.count:
            self.before = self.previous = link.previous
            self.number, found.first, found.begins = number - 1, number, link.at
        if number != self.number + 1:
            gap = (
                f"第 {self.number + 1} 条"
                if number == self.number + 2
                else f"第 {self.number + 1} 到第 {number - 1} 条"
            )
            found.wrong(f"少了{gap}：被删掉了。")
        elif link.previous != self.previous:
            found.wrong(f"第 {number} 条和它前一条接不上：第 {self.number} 条被整条换过，或者第 {number} 条被改过。")
        self._entry(link, number)
        found.count += 1
        found.last, found.head, found.ends = number, link.hash, link.at
        self.number, self.previous = number, link.hash
        self.missing.discard(link.hash)

    def _entry(self, link: Link, number: int) -> None:
        told = f"第 {number} 条（{moment(link.at)}，{link.summary[:40] or link.action}）"
        if hash_of(link, number, link.digest, link.previous) != link.hash:
            self.finding.wrong(f"{told}被改过：时间、操作人、操作或对象和当初记下的不一样。")
        if link.blanked_by is not None:
            self.blanked[number] = (link.blanked_by, digest_of(link))
        elif digest_of(link) != link.digest:
            self.finding.wrong(f"{told}被改过：内容和当初记下的不一样。")
        if link.action == BLANKED:
            self._blanking(link)
        elif link.action == CUT:
            about = link.changes.get(UNTOLD) or {}
            through, last = about.get("through", 0), about.get("hash", "")
            self.cuts[last] = (through, signing.fits(about.get("signature", ""), through, last))

    def _blanking(self, link: Link) -> None:
        for name, digest in ((link.changes.get(UNTOLD) or {}).get("entries") or {}).items():
            number = int(name)
            if self.blanked.get(number) == (link.id, digest):
                del self.blanked[number]
                self.finding.blanked += 1

    def end(self) -> None:
        """What is known only when everything was read."""
        found = self.finding
        for number in list(self.blanked)[:MOST]:
            found.wrong(f"第 {number} 条的文字被抹去或改过，却没有一条记录说明。")
        if found.count and found.first == 1 and self.before != START:
            found.wrong("第 1 条前面不该有别的记录：开头被换过。")
        if found.first > 1:
            self._beginning()
        for wanted in sorted(self.missing):
            found.wrong(f"您记下的校验值 {wanted[:12]}… 不在记录里：末尾被删过，或者整份记录被重写过。")

    def _beginning(self) -> None:
        found = self.finding
        through, signed = self.cuts.get(self.before, (0, False))
        if through != found.first - 1:
            found.wrong(f"开头的 {found.first - 1} 条不见了，没有一条记录说明是到期删去的。")
        elif not signed:
            found.wrong(f"开头的 {through} 条说是到期删去的，但签名不对：不是本平台删的，或者会话密钥换过。")
        else:
            found.cut = through


def links(connection: Connection) -> Iterator[Link]:
    """The chain, a few thousand entries at a time."""
    query = select(*LINK).where(ENTRIES.c.number.is_not(None)).order_by(ENTRIES.c.number)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        yield Link(*row)


def verify(wanted: Iterable[str] = ()) -> Finding:
    """Read the whole chain as of one moment. `wanted` are hashes that were noted elsewhere and have to be in it."""
    with one_moment() as connection:
        finding = Finding()
        reader = _Reader(finding, wanted)
        for link in links(connection):
            reader.read(link)
        reader.end()
        _beside(connection, finding)
    return finding


def _beside(connection: Connection, finding: Finding) -> None:
    """What stands beside the chain: entries outside of it, an open door, and earlier verifications."""
    outside = select(ENTRIES.c.id).where(ENTRIES.c.number.is_(None)).order_by(ENTRIES.c.id)
    loose = connection.scalars(outside.limit(MOST)).all()
    if loose:
        finding.wrong(f"有不在链里的记录，不是本平台写的：内部编号 {'、'.join(map(str, loose))}。")
    if connection.scalar(select(AuditOpening.why).limit(1)):
        finding.wrong("数据库里“只能加、不能改”的保护开着口子：audit_openings 应当是空的。")
    checks = db.metadata.tables[AuditCheck.__tablename__]
    for check in connection.execute(select(checks).order_by(checks.c.id)):
        if not signing.fits(check.signature, check.at.isoformat(), check.first, check.last, check.head, check.problem):
            finding.wrong(f"{moment(check.at)}那次核对的结果签名不对：被改过，或者会话密钥换过。")
        elif (
            not check.problem and check.last >= max(finding.first, 1) and not _there(connection, check.last, check.head)
        ):
            finding.wrong(
                f"{moment(check.at)}核对时的第 {check.last} 条已经不是原来那条：被删掉，或者整份记录被重写过。"
            )


def _there(connection: Connection, number: int, own: str) -> bool:
    return connection.scalar(select(ENTRIES.c.hash).where(ENTRIES.c.number == number)) == own


def note_check(finding: Finding) -> AuditCheck:
    """Remember the result, for the page and for later verifications. Old ones go; the caller commits."""
    check = AuditCheck(
        at=now(), first=finding.first, last=finding.last, head=finding.head, problem=" ".join(finding.problems)[:2000]
    )
    check.signature = signing.sign(check.at.isoformat(), check.first, check.last, check.head, check.problem)
    db.session.add(check)
    return check


def last_check() -> AuditCheck | None:
    """The last verification whose result was kept."""
    return db.session.scalar(select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1))
