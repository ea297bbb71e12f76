"""The stored shape of questions and scenarios, and what is wrong with one; pure.

A body is the JSON of one version, in the shape of the content files (docs/content.md). A problem is a pair
(key, sentence): the key says where, such as `options[2].text` with rows counted from 1; the sentence is read
by authors, beside the field of a form or behind the line of a file.
"""

import re
from collections.abc import Callable
from typing import Any

from quizzes.competencies import COMPETENCIES
from quizzes.shape import Check, Problem, count_of, list_of, mapping_of, number_of, text_of, texts_of
from quizzes.traps import TRAPS

CHANNELS = ("留言板", "微博", "抖音评论", "12345", "社区群", "政务号私信", "工作群")
"""Where citizens write; in 工作群 the order of a superior is answered."""

POST_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "留言板": (("title", "留言标题"), ("status", "办理状态")),
    "微博": (("reposts", "转发数"), ("comments", "评论数"), ("likes", "点赞数")),
    "抖音评论": (("video_caption", "视频说明"), ("likes", "点赞数"), ("comments", "评论数"), ("reposts", "转发数")),
    "12345": (
        ("order_no", "工单编号"),
        ("category", "事项分类"),
        ("deadline", "答复期限"),
        ("phone_masked", "来电号码（已打码）"),
    ),
    "社区群": (("group", "群名"), ("members", "群人数")),
    "政务号私信": (),
    "工作群": (("group", "群名"), ("members", "群人数")),
}
"""What a post shows beside its author and text, by channel: (key, label)."""

ELEMENT_IDS: dict[str, str] = {
    "acknowledge": "致意共情",
    "restate": "回应诉求",
    "basis": "事实依据",
    "action": "具体措施",
    "owner": "责任主体",
    "deadline": "明确时限",
    "contact": "联系渠道",
    "follow_up": "后续反馈",
}
"""The elements of a good reply, in reading order."""

PATTERN_IDS: dict[str, str] = {
    "insult": "辱骂讥讽",
    "threat": "威胁恐吓",
    "suppression": "压制发声",
    "privacy_leak": "泄露隐私",
    "discrimination": "歧视贬损",
    "buck_passing": "推诿扯皮",
    "blame": "归咎群众",
    "condescension": "傲慢说教",
    "labeling": "扣帽子",
    "coldness": "冷漠生硬",
    "stonewalling": "拒绝回应",
    "dismissive_denial": "武断否认",
    "boilerplate": "官话套话",
    "non_answer": "答非所问",
    "transfer_only": "一转了之",
    "overpromise": "过度承诺",
    "vague_timing": "时限含糊",
    "template_error": "模板差错",
    "flippancy": "玩梗失当",
}
"""The problematic patterns that an anti-exemplar may show."""

KINDS = ("single", "multiple", "truefalse", "matching", "ordering", "short", "reply")
MAX_FACTS = 10
MAX_THREAD = 12
_POINT_ID = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_POST_KEYS = tuple(dict.fromkeys(key for fields in POST_FIELDS.values() for key, _ in fields))
_COMMON = ("stem", "trap", "source", "explanation")
_OWN: dict[str, tuple[str, ...]] = {
    "single": ("options",),
    "multiple": ("options",),
    "truefalse": ("answer", "feedback_true", "feedback_false"),
    "matching": ("pairs", "distractors"),
    "ordering": ("items",),
    "short": ("accept", "otherwise"),
    "reply": ("scenario",),
}
_SCENARIO = (
    "channel", "difficulty", "competencies", "role", "task", "post", "thread", "facts", "required_elements", "points",
    "expressions", "traps", "exemplar", "exemplar_notes", "anti_exemplars", "discussion",
)  # fmt: skip


# Questions


def _check_options(check: Check, kind: str) -> None:
    rows = check.rows("options", 2, "至少写两个选项")
    for row in rows:
        row.only(("text", "correct", "feedback"))
        row.text("text", "选项没有文字")
        row.text("feedback", "写一句为什么对，或者为什么不对")
        if not isinstance(row.body.get("correct", False), bool):
            row.add("correct", "应当是 true 或 false")
    check.no_doubles(rows, "text", "选项")
    right = sum(row.body.get("correct") is True for row in rows)
    if kind == "single" and rows and right != 1:
        check.add("options", f"单选题要恰好一个正确选项，现在是 {right} 个")
    if kind == "multiple" and rows and not right:
        check.add("options", "至少标出一个正确选项")


def _check_truefalse(check: Check) -> None:
    if not isinstance(check.body.get("answer"), bool):
        check.add("answer", "选定这句话是对还是错")
    check.text("feedback_true")
    check.text("feedback_false")


def _check_matching(check: Check) -> None:
    rows = check.rows("pairs", 2, "至少写两对")
    for row in rows:
        row.only(("left", "right", "feedback"))
        row.text("left", "左边没有文字")
        row.text("right", "右边没有文字")
        row.text("feedback")
    check.no_doubles(rows, "left", "左边")
    check.no_doubles(rows, "right", "右边")
    rights = {text_of(row.body.get("right")) for row in rows}
    seen: set[str] = set()
    for number, text in enumerate(check.texts("distractors"), start=1):
        if text and (text in rights or text in seen):
            check.add(f"distractors[{number}]", "和别的右边选项一样")
        seen.add(text)


def _check_ordering(check: Check) -> None:
    rows = check.rows("items", 2, "至少写两项")
    for row in rows:
        row.only(("text", "feedback"))
        row.text("text", "这一项没有文字")
        row.text("feedback")
    check.no_doubles(rows, "text", "某一项")


def _check_short(check: Check) -> None:
    for row in check.rows("accept", 1, "至少写一种算对的答案"):
        row.only(("any", "fraction", "feedback"))
        if not any(row.texts("any")):
            row.add("any", "至少写一种写法")
        fraction = row.body.get("fraction", 1.0)
        if isinstance(fraction, bool) or not isinstance(fraction, (int, float)) or not 0 < fraction <= 1:
            row.add("fraction", "得分比例要大于 0、不超过 1")
        row.text("feedback")
    check.text("otherwise")


def _check_reply(check: Check) -> None:
    check.text("scenario", "选定要答复的情景")


_CHECKS: dict[str, Callable[[Check], None]] = {
    "single": lambda check: _check_options(check, "single"),
    "multiple": lambda check: _check_options(check, "multiple"),
    "truefalse": _check_truefalse,
    "matching": _check_matching,
    "ordering": _check_ordering,
    "short": _check_short,
    "reply": _check_reply,
}


def question_problems(kind: str, body: Any) -> list[Problem]:
    """What is wrong with a question's body, in the order of its fields; an empty list if it can be asked.

    `kind` is one of KINDS; raises KeyError for another.
    """
    problems: list[Problem] = []
    kind = str(kind)
    check = Check(body, problems)
    check.only((*_COMMON, *_OWN[kind]))
    check.text("stem", None if kind == "reply" else "还没有写题干")
    for key in _COMMON[1:]:
        check.text(key)
    if (trap := text_of(check.body.get("trap"))) and trap not in TRAPS:
        check.add("trap", f"没有陷阱“{trap}”，应当是 T01 到 T15")
    _CHECKS[kind](check)
    return problems


def _option(row: Any) -> dict[str, Any]:
    row = mapping_of(row)
    return {**_item(row), "correct": row.get("correct") is True}


def _pair(row: Any) -> dict[str, Any]:
    row = mapping_of(row)
    return {key: text_of(row.get(key)) for key in ("left", "right", "feedback")}


def _item(row: Any) -> dict[str, Any]:
    row = mapping_of(row)
    return {"text": text_of(row.get("text")), "feedback": text_of(row.get("feedback"))}


def _accepted(row: Any) -> dict[str, Any]:
    row = mapping_of(row)
    return {
        "any": texts_of(row.get("any")),
        "fraction": float(number_of(row.get("fraction"), 1.0, 0, 1)),
        "feedback": text_of(row.get("feedback")),
    }


_ROWS: dict[str, Callable[[Any], Any]] = {"options": _option, "pairs": _pair, "items": _item, "accept": _accepted}


def normalised(kind: str, body: Any) -> dict[str, Any]:
    """A question's body in its one canonical form: every key of the kind, texts trimmed, nothing else.

    Takes anything, also what has problems (an author's unfinished draft). Raises KeyError for an unknown kind.
    """
    given = mapping_of(body)
    done: dict[str, Any] = {key: text_of(given.get(key)) for key in _COMMON}
    for key in _OWN[str(kind)]:
        value = given.get(key)
        if key in _ROWS:
            done[key] = [_ROWS[key](row) for row in list_of(value)]
        elif key == "distractors":
            done[key] = texts_of(value)
        elif key == "answer":
            done[key] = value if isinstance(value, bool) else None
        else:
            done[key] = text_of(value)
    return done


# Scenarios


def _check_post(check: Check) -> None:
    if not isinstance(check.body.get("post"), dict):
        check.add("post.text", "还没有写群众的原帖")
        return
    post = Check(check.body["post"], check.problems, "post.")
    post.only(("author", "location", "time", "text", *_POST_KEYS))
    post.text("author", "发帖人要有一个网名（虚构）")
    post.text("text", "还没有写群众的原帖")
    for key in ("location", "time", *_POST_KEYS):
        post.text(key)


def _check_thread(check: Check) -> None:
    rows = check.rows("thread", 0, "")
    if len(rows) > MAX_THREAD:
        check.add("thread", f"最多 {MAX_THREAD} 条")
    for row in rows:
        row.only(("author", "time", "text", "role"))
        row.text("author", "跟帖人要有一个网名（虚构）")
        row.text("text", "跟帖没有内容")
        row.text("time")
        if row.body.get("role", "citizen") not in ("citizen", "official"):
            row.add("role", "应当是 citizen 或 official")


def _check_facts(check: Check) -> None:
    facts = check.texts("facts")
    if not any(facts):
        check.add("facts", "至少写一条事实，否则答复的人不知道能说什么")
    if len(facts) > MAX_FACTS:
        check.add("facts", f"最多 {MAX_FACTS} 条，太多读不完")


def _check_points(check: Check) -> None:
    rows = check.rows("points", 1, "至少写一个必须说到的要点")
    for row in rows:
        row.only(("id", "text", "any"))
        if not _POINT_ID.fullmatch(row.text("id", "要点没有标识")) and text_of(row.body.get("id")):
            row.add("id", "标识只能用小写字母、数字和连字符")
        row.text("text", "要点没有说明")
        alternatives = row.body.get("any")
        if not isinstance(alternatives, list) or not alternatives:
            row.add("any", "至少写一种说法")
            continue
        for number, words in enumerate(alternatives, start=1):
            if not isinstance(words, list) or not words or not all(text_of(word) for word in words):
                row.add("any", f"第 {number} 种说法应当是几个词，不能空着")
    check.no_doubles(rows, "id", "标识")


def _check_anti_exemplars(check: Check) -> None:
    for row in check.rows("anti_exemplars", 0, ""):
        row.only(("reply", "patterns", "why"))
        row.text("reply", "反例没有内容")
        row.text("why", "说明它错在哪里")
        if not row.among("patterns", PATTERN_IDS, "问题类型"):
            row.add("patterns", "至少选一种问题类型")


def scenario_problems(body: Any) -> list[Problem]:
    """What is wrong with a scenario's body, in the order of its fields; an empty list if it can be practised on."""
    problems: list[Problem] = []
    check = Check(body, problems)
    check.only(_SCENARIO)
    channel = check.text("channel", "选定渠道")
    if channel and channel not in CHANNELS:
        check.add("channel", f"“{channel}”不在可选范围：{'、'.join(CHANNELS)}")
    difficulty = check.body.get("difficulty", 2)
    if isinstance(difficulty, bool) or not isinstance(difficulty, int) or not 1 <= difficulty <= 5:
        check.add("difficulty", "应当是 1 到 5 的整数")
    check.among("competencies", COMPETENCIES, "能力")
    check.text("role", "写明答复的人是谁")
    check.text("task", "写明要写什么、发在哪里")
    _check_post(check)
    _check_thread(check)
    _check_facts(check)
    if not check.among("required_elements", ELEMENT_IDS, "要素"):
        check.add("required_elements", "至少选一个必备要素")
    _check_points(check)
    check.among("traps", TRAPS, "陷阱")
    check.texts("expressions")
    check.text("exemplar", "还没有写示范答复")
    check.text("exemplar_notes")
    _check_anti_exemplars(check)
    check.text("discussion")
    return problems


def _post(value: Any) -> dict[str, Any]:
    given = mapping_of(value)
    post: dict[str, Any] = {key: text_of(given.get(key)) for key in ("author", "location", "time", "text")}
    for key in _POST_KEYS:
        if text := text_of(given.get(key)):
            post[key] = count_of(text) if key in ("reposts", "comments", "likes", "members") else text
    return post


def _voice(row: Any) -> dict[str, Any]:
    row = mapping_of(row)
    voice: dict[str, Any] = {key: text_of(row.get(key)) for key in ("author", "time", "text")}
    voice["role"] = "official" if row.get("role") == "official" else "citizen"
    return voice


def _point(row: Any) -> dict[str, Any]:
    row = mapping_of(row)
    alternatives = [words for words in map(texts_of, list_of(row.get("any"))) if words]
    return {"id": text_of(row.get("id")), "text": text_of(row.get("text")), "any": alternatives}


def _anti_exemplar(row: Any) -> dict[str, Any]:
    row = mapping_of(row)
    patterns = texts_of(row.get("patterns"))
    return {"reply": text_of(row.get("reply")), "patterns": patterns, "why": text_of(row.get("why"))}


def normalised_scenario(body: Any) -> dict[str, Any]:
    """A scenario's body in its one canonical form: every key, texts trimmed, nothing else.

    Of the post, fields that belong to no channel are dropped and empty ones of a channel left out.
    """
    given = mapping_of(body)
    texts = ("channel", "role", "task", "exemplar", "exemplar_notes", "discussion")
    lists = ("competencies", "facts", "required_elements", "traps", "expressions")
    return {
        **{key: text_of(given.get(key)) for key in texts},
        **{key: texts_of(given.get(key)) for key in lists},
        "difficulty": int(number_of(given.get("difficulty"), 2, 1, 5)),
        "post": _post(given.get("post")),
        "thread": [_voice(row) for row in list_of(given.get("thread"))],
        "points": [_point(row) for row in list_of(given.get("points"))],
        "anti_exemplars": [_anti_exemplar(row) for row in list_of(given.get("anti_exemplars"))],
    }
