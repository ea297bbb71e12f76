"""Keeping replies by which a scenario is tested: each act is recorded with the scenario."""

from sqlalchemy import select

from literacy.content import fingerprint
from literacy.db import db
from literacy.errors import Refused, found
from literacy.models import User
from literacy.text import MAX_REPLY
from quizzes.expected import Expected
from quizzes.models import SavedReply, Scenario
from quizzes.service.authoring.life import note

MOST = 50
"""So many replies a scenario may keep: all are judged whenever its page is opened."""


def saved_reply_for(scenario: Scenario, reply_id: int, *, writing: bool = False) -> SavedReply:
    """A saved reply of this scenario; raises NotFound.

    `writing`: as it is now, whatever was read before; the scenario has to be locked until the transaction ends.
    """
    query = select(SavedReply).where(SavedReply.id == reply_id, SavedReply.scenario_id == scenario.id)
    return found(db.session.scalar(query.execution_options(populate_existing=writing)))


def keep(author: User, scenario: Scenario, text: str, expected: Expected, remark: str = "") -> tuple[SavedReply, bool]:
    """Keep a reply with what it has to be judged; gives it and whether it is new: the same text is kept once.

    The scenario has to be locked. Raises Refused where there is nothing to keep or too much is kept already.
    """
    db.session.refresh(scenario, ["saved_replies"])
    for row in scenario.saved_replies:
        if row.text == text:
            return row, False
    _will_do(text, expected)
    if len(scenario.saved_replies) >= MOST:
        raise Refused(f"一个情景最多存 {MOST} 条答复。请先删掉用不着的。")
    row = SavedReply(text=text, expected=expected.as_dict(), note=remark, author=author)
    scenario.saved_replies.append(row)
    note(author, "changed", scenario, saved_reply=["", text])
    db.session.flush()
    return row, True


def change(author: User, row: SavedReply, opened_on: int, text: str, expected: Expected, remark: str) -> None:
    """Change a saved reply, which was loaded for writing.

    Raises Refused if somebody else changed it since it was opened, if nothing is expected of it, or if the text is kept
    already.
    """
    if opened_on != row.revision:
        raise Refused("这一页在您打开之后被别人改过，您的修改还没有保存。请看过对方的修改后再改。")
    _will_do(text, expected)
    db.session.refresh(row.scenario, ["saved_replies"])
    if any(other.text == text for other in row.scenario.saved_replies if other is not row):
        raise Refused("这条答复已经存过了。", field="text")
    before = {"text": row.text, "expected": row.expected, "note": row.note}
    after = {"text": text, "expected": expected.as_dict(), "note": remark}
    if fingerprint(before) == fingerprint(after):
        return
    row.text, row.expected, row.note = text, expected.as_dict(), remark
    row.revision += 1
    note(author, "changed", row.scenario, saved_reply=[before["text"], text])
    db.session.flush()


def remove(author: User, row: SavedReply) -> None:
    """Delete a saved reply; its text stays in the audit log."""
    note(author, "changed", row.scenario, saved_reply=[row.text, ""])
    row.scenario.saved_replies.remove(row)
    db.session.flush()


def _will_do(text: str, expected: Expected) -> None:
    if not text.strip():
        raise Refused("请写一条答复。", field="text")
    if len(text) > MAX_REPLY:
        raise Refused(f"一条答复最多 {MAX_REPLY} 个字，请删减。", field="text")
    if not expected:
        raise Refused("还没有写这条应判什么。至少填一项，或者按“照现在的评议填”。")
