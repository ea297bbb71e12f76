"""Small cases for the tests of the rubric: a post about a dark street lamp, its facts, and replies to it."""

from typing import Any

from quizzes.rubric import Point, ReplyCase, Verdict, score_reply
from quizzes.rubric.conditions import answer
from quizzes.rubric.evidence import Reading
from quizzes.rubric.rules import RULES, read_rubric

RULES_ALONE = read_rubric(RULES, learned=False)
"""What the tests of single rules are about; how models join in is tested in test_learned."""

POST = "望舒街道学院路的路灯坏了半个月，孩子下晚自习一路摸黑，打过两次电话都说报了。到底什么时候修好？"
FACTS = (
    "学院路3号至7号路灯10月20日报修，原因是电缆被施工挖断",
    "配件11月20日到货，11月21日18时前由路灯管理所更换电缆、恢复照明",
    "路灯管理所值班电话0000-88102317",
)
GOOD = (
    "您好，孩子摸黑走夜路，让您担心了，打了两次电话也没人回您，向您道歉。经路灯管理所现场查看，学院路3号至7号路灯是"
    "电缆被施工挖断。配件11月20日到货，11月21日18时前由路灯管理所更换电缆、恢复照明，修好当晚电话回复您。"
    "有问题请拨值班电话0000-88102317。"
)


def read(reply: str, post: str = POST, facts: tuple[str, ...] = FACTS) -> Reading:
    """A reading of one reply."""
    return Reading(ReplyCase(post=post, reply=reply, facts=facts), RULES_ALONE, answer)


def score(reply: str, post: str = POST, facts: tuple[str, ...] = FACTS, **more: Any) -> Verdict:
    """The verdict of the rules on one reply."""
    return score_reply(ReplyCase(post=post, reply=reply, facts=facts, **more), RULES_ALONE)


def point(*groups: tuple[str, ...], id_: str = "p") -> Point:
    """A point met by any of the groups."""
    return Point(id=id_, text="要点", any=groups)


def present(reply: str, post: str = POST, facts: tuple[str, ...] = FACTS) -> set[str]:
    """The ids of the elements found in a reply."""
    return {element.id for element in score(reply, post, facts).elements if element.present}
