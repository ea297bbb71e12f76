"""One question of each kind that tables and papers carry, as they stand in the templates."""

from typing import Any

from quizzes.bodies import normalised
from quizzes.exchange.item import Item
from quizzes.models import Kind


def _example(kind: Kind, competency: str, **body: Any) -> Item:
    return Item(kind, normalised(kind, body), competency, 2)


EXAMPLES: tuple[Item, ...] = (
    _example(
        Kind.SINGLE,
        "WG1",
        stem="留言里写“蹲一个回复”，是什么意思？",
        options=[
            {"text": "等人回答", "correct": True, "feedback": "对，“蹲”是等着。"},
            {"text": "蹲在地上", "feedback": "字面说不通。"},
            {"text": "请人下架", "feedback": "没有这个意思。"},
        ],
        explanation="先看他在等什么，再看等了多久。",
    ),
    _example(
        Kind.MULTIPLE,
        "WD2",
        stem="公开答复里不能写哪些？",
        options=[
            {"text": "投诉人的电话", "correct": True, "feedback": "属于个人信息。"},
            {"text": "投诉人的病情", "correct": True, "feedback": "属于敏感个人信息。"},
            {"text": "办公电话", "feedback": "应当写，方便群众找人。"},
        ],
    ),
    _example(
        Kind.TRUE_FALSE,
        "HD1",
        stem="不归本单位管的事，可以不回复。",
        answer=False,
        feedback_true="接到手里就有责任，先接住再移交。",
        feedback_false="对，先接住，再移交，还要告诉群众交给了谁。",
    ),
    _example(
        Kind.MATCHING,
        "WG1",
        stem="这些话在说什么？请连线。",
        pairs=[
            {"left": "蹲后续", "right": "在等下一次消息", "feedback": "写明几点更新。"},
            {"left": "+1", "right": "我家也一样", "feedback": "可能是一类事。"},
        ],
        distractors=["在骂人"],
    ),
    _example(
        Kind.ORDERING,
        "HD3",
        stem="接到投诉以后，按先后排好。",
        items=[{"text": text} for text in ("接住", "核实", "办理", "回访")],
    ),
    _example(
        Kind.SHORT,
        "HD2",
        stem="答复群众的期限从哪天算起？",
        accept=[
            {"any": ["受理之日", "受理那天"], "fraction": 1.0, "feedback": "对。"},
            {"any": ["受理"], "fraction": 0.5, "feedback": "说到受理，还要说是哪一天。"},
        ],
        otherwise="想一想工单上的日期。",
    ),
)
