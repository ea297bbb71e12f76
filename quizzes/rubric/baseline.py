"""What a plain list of words reaches, as inspection systems use them: the measure that the engine has to beat.

No context, no negation, no post, no facts: a label holds if one of its words stands in the reply. The grade follows
from the labels. It is for comparison only; no learner ever meets it.
"""

from quizzes.rubric.corpus import MINOR, REDLINE
from quizzes.rubric.model import ReplyCase

PATTERNS = {
    "insult": ("刁民", "有病", "蠢", "脑子", "废物", "垃圾", "智商", "闭嘴", "滚"),
    "threat": ("后果自负", "追究", "报警", "拘留", "法律责任", "查你", "吃不了兜着走"),
    "suppression": ("删帖", "删除", "撤诉", "不要再发", "别再发", "关闭评论", "禁言"),
    "privacy_leak": ("身份证", "家住", "住址", "手机号", "本名", "真名", "病情"),
    "discrimination": ("外地人", "农村人", "乡下", "女人", "残疾", "低素质", "没文化"),
    "buck_passing": ("不归我们", "不属于我", "找别人", "不是我们", "无权"),
    "blame": ("谁让你", "你自己", "自身原因", "怪你", "不早"),
    "condescension": ("你懂", "凭什么", "感恩", "大局", "要理解", "体谅"),
    "labeling": ("别有用心", "恶意", "炒作", "无理取闹", "水军", "带节奏", "不明真相"),
    "coldness": ("没办法", "就这样", "爱信不信", "自己想办法", "自行克服"),
    "stonewalling": ("无可奉告", "不便透露", "不再答复", "不予回复", "不便公开"),
    "dismissive_denial": ("不存在", "谣言", "不属实", "不实"),
    "boilerplate": ("高度重视", "正在研究", "按规定", "进一步加强", "切实"),
    "non_answer": ("感谢关注", "敬请关注"),
    "transfer_only": ("已转", "转交", "转办"),
    "overpromise": ("保证", "绝不", "一定", "百分之百"),
    "vague_timing": ("尽快", "适时", "近期", "下一步", "逐步"),
    "template_error": ("XX", "××", "已收悉", "已阅", "某某"),
    "flippancy": ("哈哈", "亲", "宝子", "家人们", "yyds", "狗头"),
}
ELEMENTS = {
    "acknowledge": ("感谢", "抱歉", "歉", "理解"),
    "restate": ("反映", "关于", "咨询", "问题"),
    "basis": ("根据", "依据", "规定", "经核", "经查", "条例"),
    "action": ("已", "将", "安排", "组织"),
    "owner": ("局", "委", "办", "镇", "街道", "社区", "科"),
    "deadline": ("月", "日前", "工作日", "今天", "明天"),
    "contact": ("电话", "0000", "窗口", "拨打", "地址"),
    "follow_up": ("反馈", "回访", "公示", "告知"),
}
_USEFUL = 4


def judge(case: ReplyCase) -> tuple[frozenset[str], frozenset[str], int]:
    """Patterns, elements and grade (0–4) by words alone."""
    patterns = _found(PATTERNS, case.reply)
    elements = _found(ELEMENTS, case.reply)
    if patterns & REDLINE:
        return patterns, elements, 0
    if patterns:
        return patterns, elements, 2 if patterns <= MINOR else 1
    if len(elements) < _USEFUL:
        return patterns, elements, 2
    return patterns, elements, 4 if {"deadline", "contact"} <= elements else 3


def _found(words: dict[str, tuple[str, ...]], text: str) -> frozenset[str]:
    return frozenset(label for label, listed in words.items() if any(word in text for word in listed))
