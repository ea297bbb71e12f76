"""The eighteen competencies that courses teach and quizzes try."""

COMPETENCIES: dict[str, str] = {
    "WG1": "识语",
    "WG2": "识气",
    "WG3": "识诉",
    "WG4": "识人",
    "WG5": "识势",
    "WG6": "识度",
    "WD1": "依法",
    "WD2": "护私",
    "WD3": "求真",
    "WD4": "容评",
    "WD5": "不操纵",
    "WD6": "慎独",
    "HD1": "接派",
    "HD2": "回复",
    "HD3": "闭环",
    "HD4": "应急",
    "HD5": "修复",
    "HD6": "协同",
}
"""The competencies: 网感 (WG), 网德 (WD), 互动 (HD)."""

MEANINGS: dict[str, str] = {
    "WG1": "看懂网上的说法，不懂的先问",
    "WG2": "听出话里的火气和反话",
    "WG3": "从一堆话里找出要办的事",
    "WG4": "想到说话的是谁，选对渠道",
    "WG5": "看出多少人遇到同样的事",
    "WG6": "话说得自然，又不越线",
    "WD1": "依据说得准，救济途径说得全",
    "WD2": "不露群众的姓名、住处和病情",
    "WD3": "知道的和不知道的分开说",
    "WD4": "听得进批评，不删帖、不贴标签",
    "WD5": "不灌水、不控评、不造假",
    "WD6": "公私账号分清，审了再发",
    "HD1": "险情先办，派对单位",
    "HD2": "一条答复写得全、说得清",
    "HD3": "答应的办到，办完说一声",
    "HD4": "出了急事先救人，先说已知的",
    "HD5": "说错了就认，就改，就补上",
    "HD6": "同类的事一起办，从根上改",
}
"""What each of them is, for who has not heard its name."""


def competency_name(key: str) -> str:
    """A competency as trainers read it: WG2 识气. What is no competency stays as it is."""
    return f"{key} {COMPETENCIES[key]}" if key in COMPETENCIES else key
