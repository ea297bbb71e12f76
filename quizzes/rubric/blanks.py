"""Signs that nobody read a reply before it went out: empty, unfilled, unfinished, repeated, meant for somebody else."""

import re
from itertools import islice, pairwise

from quizzes.rubric import relation
from quizzes.rubric.dates import Days
from quizzes.rubric.evidence import Hit, Reading
from quizzes.rubric.phrase_index import contains
from quizzes.rubric.scanning import AnyOf

_BLANK_WORDS = (
    r"姓名|名称|来信人|游客|插入|政策|依据|称呼|单位|地址|日期|时间|年/月/日|年/月|事项|"
    r"具体|联系|问候语|择一|填写|卷名|诉求|问题"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_REMARK = (
    r"[(【](?:此段|本段|领导|审核|审批|核稿|签发|批注|内部)[^\n)】]{0,16}"
    r"(?:审|可发|同意|修改|删|待核|稿)[^\n)】]{0,8}[)】]"
)
_INSIDE = (
    r"妥否,请(?:批示|示)|当否,请批示|请(?:领导|局长|主任|分管)[^\n。]{0,6}(?:审阅|审定|审示|过目|批示)|按(?:此|该)口径(?:答复|回复)|"
    r"注意措辞|此件(?:请|转)[^\n。]{0,8}(?:科|股|办)(?:阅|办)|请[^\n。,]{1,6}(?:科|股|办公室)(?:拟稿|代拟|润色)|"
    r"以下是(?:根据|为您|为你|我为|按照)[^\n。]{0,14}(?:回复|答复|范文|版本|草稿)|"
    r"(?:作为|我是)(?:一个|一款|一名)?(?:人工智能|ai)(?:语言模型|助手|模型)|希望(?:这份|这个|以上)(?:答复|回复|草稿)(?:对您|能|可以)|"
    r"(?:重复件|重复工单|重复来件),?(?:见|同|参照|参考)|(?:^|\n)尊敬的(?:领导|局长|书记)[^\n]{0,4}:[^\n]{0,8}现将"
)
_LABELS = "|".join(f"{name}{sign}" for name in ("电话", "地址", "责任人", "联系人", "时限") for sign in ":为")
_PLACEHOLDER = AnyOf(
    ("x|×|○|〇", r"(?<![a-z0-9])[x×○〇]{2,}(?![a-z0-9×○])"),
    ("x月|*月", r"(?<![a-z0-9])(?:x|\*{1,2})月(?:x|\*{1,2})?日?"),
    ("*", r"(?<!\*)\*{1,4}(?=(?:同志|先生|女士|网友|市民|局|路|街|小区|问题|一事))"),
    ("【|[|{|<", rf"[【\[{{<]{{1,2}}[^\n】\]}}>\d]{{0,10}}(?:{_BLANK_WORDS})[^\n】\]}}>\d]{{0,10}}[】\]}}>]{{1,2}}"),
    ("(此处|(请填|(填写|(请输入|(待填", r"\((?:此处|请填|填写|请输入|待填)[^\n)]{0,16}\)"),
    ("择一|问候语", r"\([^\n)\d]{0,12}(?:择一|问候语)[^\n)\d]{0,6}\)"),
    (
        "&nbsp;|<|\\n|%s|null|undefined|nan|\ufffd|自动回复|智能回复",
        r"&nbsp;|</?(?:p|br|div|span)\b|\\n|%s|\bnull\b|undefined|\bnan\b|\ufffd|自动回复|智能回复",
    ),
    (
        "月",
        r"[1-9](?:(?:(?<=1)[3-9]|(?<=[2-9])\d)月\d{1,2}日|(?<!\d.)(?:(?<=2)月3[01]日|(?:(?<=[469])|(?<=1)1)月31日))",
    ),
    ("【|{", r"【\s*】|【(?:标题|模板|范文|草稿|初稿|拟稿|正文)】|\{\{[^{}\n]{0,20}\}\}|\{[^{}\n\d]{1,12}\}"),
    (
        "年月|年 |年\n|-年|_年|—年|n月n日",
        r"\d{4}年\s{0,4}月\s{0,4}日|[_—-]{2,}年[_—-]{1,}月|(?<![a-z0-9])n月n日",
    ),
    ("年月", r"[今去]年月(?=[,。底初份末前])"),
    ('“”|""', r"“”|\"\"(?=网友|市民|用户)"),
    (
        "某某",
        r"(?:^|[\n。])(?:尊敬的)?某某(?:市民|居民|网友|用户|先生|女士|同志)|尊敬的(?:市民|居民|网友|用户)?某某",
    ),
    ("$|<%", r"\$\{?\w{1,12}\}?|<%=?[^%\n]{1,12}%>"),
    (
        "待补充|待填写|待完善|略|以下省略|todo|占位符|__",
        r"[:(【](?:待补充|待填写|待完善|略)|此处略|以下省略|todo|占位符|_{2,}",
    ),
    ("审|可发|同意|修改|删|待核|稿", _REMARK),
    ("(", r"\((?:(?:部门|单位|科室|小区|路段|街道|事项)名称|姓名|地址|日期|时间|事项|电话|具体情况|路名)\)"),
    (
        "稿|模板",
        r"(?:^|\n)\s*(?:初稿|草稿|拟稿|底稿|样稿|代拟稿|征求意见稿|模板)[一二三四五六\d]?\s*[:】]|【模板[^\n】]{0,4}】",
    ),
    (_LABELS, r"(?:联系)?(?:电话|地址|责任人|联系人|时限)[:为](?=[。,;\n]|\s*$)"),
    (
        "妥否|当否|请领导|请局长|请主任|请分管|口径|措辞|此件|拟稿|代拟|润色|以下是|智能|ai|希望这|希望以上|重复|尊敬的",
        _INSIDE,
    ),
    (
        "先生/|先生(|阿姨(|叔叔(|爷爷(|奶奶(",
        r"先生[/(]女士\)?(?=鈞|钧|您好|[:,])|(?:阿姨|叔叔|爷爷|奶奶)\((?:阿姨|叔叔|爷爷|奶奶)\)",
    ),
)
_MASKED_NAME = re.compile(rf"[{_SURNAMES}][x×*某]{{1,2}}|\d[x×*]{{2,}}|[x×*]{{2,}}\d")
_SIGNED_DATE = r"\d{4}[年./-]\d{1,2}[月./-]\d{1,2}日?"
_RECEIPT = (
    r"(?:您|你)?(?:反映|咨询|提出|来信|所提)?的?(?:问题|情况|留言|来信|诉求|意见|建议|内容|帖子|帖文)?"
    r"(?:我[局们委办镇]?)?已?(?:经)?(?:收悉|收到|知悉|获悉|已阅|阅悉|登记|了解)了?"
)
_GREETED = "网友|市民|用户|群众|先生|女士|同志|贵网友|家长|同学|工友|业主|师傅"
_KNOWN = "收悉|收到|知悉|获悉|已阅|阅悉|登记|了解"
_SAID = (
    "您好|你好|好的|收到|嗯嗯?|哦哦?|ok|已阅|已办结|办结|测试|特此(?:回复|答复)|此复|请查收|请知悉|望知悉",
    "知道了|了解了|明白了|看到了|关注到了|同上|回复|谢谢反馈|已记录|已受理|在办|请查阅附件",
)
_UNITS = "局|政府|办公室|委员会|支队|大队|中心|公司|街道办事处|委|办"
_UNIT = rf"[\u4e00-\u9fff]{{2,14}}(?:{_UNITS})(?=\s*(?:$|\n|{_SIGNED_DATE}))"
_FRAME = (
    ("尊敬的|test", r"尊敬的[^,:。!\n]{0,16}[:,!。]?|^test\d*$"),
    (_GREETED, rf"(?:{_GREETED})[^,:。!\n]{{0,14}}[:,!。]"),
    ("uu", r"[\"“”]uu\d+[\"“”][:,]?"),
    ("您好|你好|好的|收到|嗯|哦|ok|已阅|办结|测试|特此|此复|请查收|请知悉|望知悉", _SAID[0]),
    (_KNOWN, _RECEIPT),
    ("回复|答复", r"(?:微博|平台|后台)?(?:私信|短信|电话)已?(?:经)?(?:回复|答复)"),
    ("感谢|谢谢|祝", r"(?:衷心|非常|再次)?(?:感谢|谢谢)[^,。!\n]{0,30}|祝您?[^,。!\n]{0,16}"),
    ("如下", r"(?:现)?(?:将|就)?(?:有关)?情况?(?:回复|答复)如下"),
    ("年|.|/|-", _SIGNED_DATE),
    ("月", r"(?:^|\n|\s)\d{1,2}月\d{1,2}日\s*$"),
    (_SAID[1], _SAID[1]),
)
_BODY = AnyOf(*_FRAME)
_SIGNED = AnyOf(*_FRAME, (_UNITS, _UNIT))
_FRAME_HERE = re.compile("|".join((*(pattern for _, pattern in _FRAME), _UNIT)))
_UNIT_AT_END = re.compile(rf"[局府室会队心司处委办]\s*(?:$|\n|{_SIGNED_DATE})")


def frame_of(text: str) -> AnyOf:
    """What finds greetings, receipts, thanks, dates and signatures in a text; most texts bear no signature."""
    return _SIGNED if _UNIT_AT_END.search(text) else _BODY


_LETTER = re.compile(
    r"(?:尊敬的|亲爱的|网友|市民|网民|[\"“”]uu\d+[\"“”])[^,。;!?\n]{0,14}[您你]好|[您你]好,?[您你](?:反映|所反映|提)"
)
"""How a letter begins, also in the middle of a text."""


def letters_of(text: str, days: Days) -> list[str]:
    """A normalised text cut before each salutation and behind each date of signing: replies run together."""
    borders = {0, len(text)}
    borders.update(match.start() for match in _LETTER.finditer(text))
    borders.update(day.end for day in days.signed)
    return [said for left, right in pairwise(sorted(borders)) if (said := text[left:right]).strip()]


_UNFINISHED = re.compile(
    r"(?:[,、:]|意见如下?|如下|如|[我他]们已|现已|并将|以及|将于|由于|关于|对于|根据|按照|详见附件|附件\d?:|"
    rf"(?:^|[。;\n])\s*(?:[一二三四五六七八九十]|\d)[、.]|链接[^:\n]{{0,6}}:|以下链接[^:\n]{{0,8}}:)\s*(?:{_SIGNED_DATE})?\s*$|"
    r"(?:链接|以下链接)[^:\n。]{0,8}:\s*\n"
)
_MAY_BE_UNFINISHED = re.compile(
    rf"[,、:下如们已现将及于据照件\d.]\s*(?:{_SIGNED_DATE})?\s*$|(?:链接|以下链接)[^:\n。]{{0,8}}:\s*\n"
)
_OPEN_END = re.compile(
    r"(?:预计|将|已|由|在|于|从|向|对|和|与|及|为|是|因|并|或|按|把|被|但|而|以|其中|意见如|经|尚|正|拟|可|应|需|不|未|请|要求|如果|同时|目前)$"
)
_FORMAL_END = re.compile(
    r"(?:局|府|办|会|队|心|司|处|科|所|站|院|厅|委|部|室|公交|交警|社区|镇|街道|复|祝|谢|愉快|快乐|健康|顺利|安康)[^,]?$|感谢|谢谢|祝"
)
_ENDS_IN_WORDS = re.compile(r"[\u4e00-\u9fff,、](?=\s*$)")
_LAST_WORDS = re.compile(r"(?:^|[。!?;\n])\s*([\u4e00-\u9fff,、]{4,})\s*$")
_SHORTEST_DOUBLE = 10
_DOUBLED = re.compile(rf"([^\n]{{{_SHORTEST_DOUBLE},400}}?)\s*\1$")
_HARM = "不便"
_MATTER = r"(?P<matter>[^,。:;!?\n“”、()]{3,28}?)"
_RAISED = r"(?:反映|咨询|提出|投诉|关心|询问|留言|来信|来电|所述|所问|想了解|提的|说的)的?(?:关于)?"
_NAMED_MATTER = AnyOf(
    ("问题|诉求|一事|事宜|收悉|已收|已转", _RAISED + _MATTER + r"(?:的?问题|的?诉求|一事|事宜|的?收悉|,?已收|,?已转)"),
    (
        "关于您|关于你",
        r"关于[您你](?:反映|咨询|提出|投诉|询问|所问)的" + _MATTER + r"(?:,|:|。)",
    ),
    ("的答复|的回复|的说明", r"关于(?![您你])" + _MATTER + r"的(?:答复|回复|说明)"),
    (
        "业务|手续|事项",
        r"您[^,。:;!?\n]{0,10}(?:申请|办理|预约)的?(?P<matter>[^,。:;!?\n“”、]{3,20}?)(?:业务|手续|事项)",
    ),
    (_HARM, r"(?:对|给)(?P<harm>[^,。:;!?\n]{6,36}?)(?:造成|带来)的?(?:诸多|多次)?不便"),
)
_PLACE = re.compile(
    r"(?:反映|咨询|投诉|提出|关于)的?(?:关于)?((?:(?![的您我贵本该与经同和在上县市区部])[\u4e00-\u9fff]){2,4}?)(大道|路|街|巷|小区|花园|公园|广场)"
)
_NO_PLACE = re.compile(r"(?:断头|马|道|公|铁|修|主干?|机耕|水泥|一条|这条|那条|大|小|门口的?|的)$")
_GREETED_NAME = re.compile(rf"^(?:尊敬的)?([{_SURNAMES}])(?:先生|女士|老师|师傅|同学|阿姨|大爷|大妈|小姐|太太|老板)")
_WRITER = re.compile(
    rf"(?:我姓|我叫|本人姓?名?|反映人|来信人|投诉人|发帖人|留言人|署名|联系人)(?:是|为|:)?([{_SURNAMES}])(?=某|[\u4e00-\u9fff]|,|。|$)"
)
_SALUTATION = re.compile(
    r"^(?:尊敬的|亲爱的|各位)?(家长|考生|游客|乘客|患者|业主|参保人|退役军人|同学|司机)(?:朋友)?(?:们)?[,:]?(?:您|你|大家)?好?[,:!。]"
)
_RECIPIENTS = {
    "家长": "孩|娃|儿子|女儿|闺女|学校|幼儿园|小学|中学|班主任|老师|上学|入学|转学|校",
    "考生": "考|报名|成绩|面试|笔试|录取|分数|准考证",
    "游客": "景区|景点|门票|旅游|游客|公园|古城|古镇|博物馆|导游|旅行|山|湖|漂流|缆车",
    "乘客": "公交|地铁|车|航班|高铁|火车|站|票",
    "患者": "医|病|药|挂号|手术|门诊|急诊|护士|检查",
    "业主": "小区|物业|业主|房|楼|电梯|车位|维修基金|停车|供暖|单元",
    "参保人": "医保|社保|养老|参保|报销|缴费|退休|生育|工伤|失业",
    "退役军人": "退役|退伍|当兵|军|兵|优待证|战友|复员|转业",
    "同学": "学|校|宿舍|毕业|考研|食堂|图书馆|实习|考",
    "司机": "车|驾|司机|路|停|罚",
}
_NO_NAME = re.compile(
    r"(?:的?)(?:宝贵|上述|以上|相关|有关|该|此|网上|帖|信访|情况|问题|意见|建议|诉求|内容|事项|您|你|大家|居民|生活|出行)"
)
_SPOKEN = re.compile(r"[\u4e00-\u9fffa-z0-9]")
_NEXT_TO_NOTHING = 6
"""Fewer letters and characters than these say nothing."""
_OPENING = 80
_LONG_ENOUGH = 8
_EYES = ":;="
"""What stands before a bracket that is the mouth of a face."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_PAIRS = (("《", "》", "书名号", 100_000), ("(", ")", "括号", 100_000), ("“", "”", "引号", 200))
"""Signs that must be closed, and how long the rest may be: in a long letter a quotation may end unseen."""
_TITLE_SHOWN = 24
_LONG_SENTENCE = 14
_REPEATED_SHARE = 0.2
_STRAY_WORDS = 2
_STRAY_SHARE = 0.25
_SHARED_CHARS = 0.5


def is_hollow(text: str) -> bool:
    """Whether next to nothing is left of a reply without greetings, receipts, thanks, dates and signatures."""
    left = place = 0
    while place < len(text):
        if match := _FRAME_HERE.match(text, place):
            place = match.end()
            continue
        left += _SPOKEN.match(text, place) is not None
        if left >= _NEXT_TO_NOTHING:
            return False
        place += 1
    return True


def hollow(reading: Reading) -> bool:
    """Whether a post that wants something gets next to nothing back."""
    if not is_hollow(reading.text):
        return False
    thanked = reading.posts("praise")
    wanted = any(reading.posts(name) for name in ("questions", "grievances", "overdue"))
    return not reading.text.strip() or not thanked or wanted


def template_faults(reading: Reading) -> list[Hit]:
    """Where a reply shows that nobody read it before it went out."""
    text = reading.text
    if reading.holds("hollow"):
        return [
            Hit(
                0,
                len(text),
                reason="除了称呼、收悉和致谢，答复里没有任何内容，等于没有答复。",
                better="写明这件事由谁办、查到什么、怎么办、什么时候给结果，再发出。",
            )
        ]
    hits = [
        Hit(
            *match.span(),
            reason=f"「{match.group().strip()}」{_fault(match.group())}。",
            better="换成这件事的真实称呼、事项和日期，发出前通读一遍。",
        )
        for match in islice(_PLACEHOLDER.finditer(text), 4)
        if not _is_mask(reading, match)
    ]
    hits += _repeated(reading) + _unfinished(reading) + _unclosed(reading) + misnamed(reading)
    return [hit._replace(certain=True) for hit in hits]


def _unfinished(reading: Reading) -> list[Hit]:
    """The last words, when something has to follow them: 「预计于」, or a sentence without an end among whole ones."""
    text = reading.text
    found = (_MAY_BE_UNFINISHED.search(text) and _UNFINISHED.search(text)) or _cut_off(reading)
    if not found or len(text) < _LONG_ENOUGH:
        return []
    start, _ = reading.page.clause(max(0, found.start() - 1))
    return [
        Hit(
            start,
            len(text.rstrip()),
            reason="答复在这里中断，没有写完。",
            better="把后面的意见、做法和时限补全再发。",
        )
    ]


def _unclosed(reading: Reading) -> list[Hit]:
    """A title, an aside or a quotation that is never closed: what stood between it and the next words fell out."""
    for left, right, name, most in _PAIRS:
        start = reading.text.rfind(left)
        drawn = start > 0 and reading.text[start - 1] in _EYES
        after = reading.text[start:] if start >= 0 and not drawn else ""
        if after and right not in after and len(after) <= most and _CHINESE.search(after):
            end = min(start + _TITLE_SHOWN, len(reading.text))
            reason = f"{name}没有收住，中间的话掉了。"
            return [Hit(start, end, reason=reason, better="对照原稿补全掉了的字句，发出前通读一遍。")]
    return []


def _cut_off(reading: Reading) -> re.Match[str] | None:
    last = _ENDS_IN_WORDS.search(reading.text) and _LAST_WORDS.search(reading.text)
    if not last or _OPEN_END.search(last[1]):
        return last
    courteous = _FORMAL_END.search(last[1]) or contains(reading.lists("courtesies"), last[1].rpartition(",")[2])
    running = "因" in last[1] or ("," in last[1] and "。" in reading.text)
    return last if running and not courteous else None


def _fault(words: str) -> str:
    if re.fullmatch(r"\d{1,2}月\d{1,2}日", words):
        return "是历书上没有的日子"
    return "是内部的话，不该发给来信人" if re.fullmatch(_INSIDE, words) else "是没有填写的模板内容"


def _is_mask(reading: Reading, match: re.Match[str]) -> bool:
    """Names masked on purpose (「王××」「138****」) and titles quoted are protection, not a template left empty."""
    if match.group()[0] not in "x×*○〇" or "月" in match.group():
        return False
    around = reading.text[max(0, match.start() - 1) : match.end() + 1]
    return bool(_MASKED_NAME.search(around)) or reading.page.quoted(*match.span()) is not None


def _repeated(reading: Reading) -> list[Hit]:
    """The same words twice, if they are a good part of the reply and more than a courtesy."""
    text = reading.text.strip()
    if doubled := text.find(text[:_SHORTEST_DOUBLE], 1) > 0 and _DOUBLED.match(text):
        start = reading.text.index(doubled.group(1)) + len(doubled.group(1))
        return [_repetition(start, start + len(doubled.group(1)))]
    all_said = [reading.text[start:end].strip() for start, end in reading.page.sentences]
    if len({*all_said}) == len(all_said):
        return []
    seen: set[str] = set()
    again: list[tuple[int, int]] = []
    for (start, end), said in zip(reading.page.sentences, all_said, strict=True):
        if said in seen:
            again.append((start, end))
        elif len(said) >= _LONG_SENTENCE and not contains(reading.lists("courtesies"), said):
            seen.add(said)
    if not again or sum(end - start for start, end in again) < len(reading.text) * _REPEATED_SHARE:
        return []
    return [_repetition(*again[0])]


def _repetition(start: int, end: int) -> Hit:
    return Hit(start, end, reason="同一段话整段重复了一遍。", better="删去重复的一段，用省下的篇幅写清办法和时限。")


def wrong_matter(reading: Reading) -> Hit | None:
    """Where the reply names a matter of which neither the post nor the facts say a word; worked out once."""
    if "wrong matter" not in reading.memory:
        reading.memory["wrong matter"] = _wrong_matter(reading)
    return reading.memory["wrong matter"]


def _wrong_matter(reading: Reading) -> Hit | None:
    known = reading.post + "".join(reading.facts)
    on_topic = len(reading.topic) > _STRAY_WORDS
    if not known.strip() or (on_topic and _HARM not in reading.text):
        return None
    known_words = relation.words(known)
    for match in _NAMED_MATTER.finditer(reading.text):
        harmed = match.re.groupindex.get("harm")
        if not harmed and on_topic:
            continue
        named = match["harm" if harmed else "matter"]
        words = relation.words(named)
        if _NO_NAME.match(named) or len(words) < 2 or len(words & known_words) > len(words) * _STRAY_SHARE:
            continue
        chars = [char for char in named if "\u4e00" <= char <= "\u9fff"]
        if sum(char in known for char in chars) < len(chars) * _SHARED_CHARS:
            return Hit(*reading.page.sentence(match.start()))
    return None


def _wrong_address(reading: Reading) -> Hit | None:
    """A salutation or a place that belongs to another letter."""
    known = reading.post + "".join(reading.facts)
    greeted = _SALUTATION.match(reading.text)
    if greeted and known.strip() and not re.search(greeted[1] + "|" + _RECIPIENTS[greeted[1]], known):
        return Hit(*greeted.span())
    named = _GREETED_NAME.match(reading.text)
    writer = _WRITER.search(known) if named else None
    if named and writer and named[1] != writer[1]:
        return Hit(*named.span())
    for match in _PLACE.finditer(reading.text[:_OPENING]):
        name, kind = match.groups()
        others = [other for other in re.findall(rf"([\u4e00-\u9fff]{{2}}){kind}", known) if not _NO_PLACE.search(other)]
        known_parts = any(left + right in known for left, right in pairwise(name))
        if others and not known_parts and not _NO_PLACE.search(name):
            return Hit(*match.span())
    return None


def misnamed(reading: Reading) -> list[Hit]:
    """The place that shows that the reply belongs to another letter, if there is one."""
    hit = wrong_matter(reading) or _wrong_address(reading)
    if hit is None:
        return []
    return [
        Hit(
            hit.start,
            hit.end,
            reason="答复里说的事与帖文对不上，像是发给别人的答复。",
            better="核对来信人、地名和事项，针对这一件事重写。",
        )
    ]
