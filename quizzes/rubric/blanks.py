"""Signs that nobody read a reply before it went out: empty, unfilled, unfinished, repeated, meant for somebody else."""

import re
from dataclasses import replace
from itertools import pairwise

from quizzes.rubric import relation
from quizzes.rubric.evidence import Hit, Reading
from quizzes.rubric.phrases import contains

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
_PLACEHOLDER = re.compile(
    "|".join(
        (
            r"(?<![a-z0-9])[x×○〇]{2,}(?![a-z0-9×○])",
            r"(?<![a-z0-9])(?:x|\*{1,2})月(?:x|\*{1,2})?日?",
            r"(?<!\*)\*{1,4}(?=(?:同志|先生|女士|网友|市民|局|路|街|小区|问题|一事))",
            rf"[【\[{{<]{{1,2}}[^\n】\]}}>\d]{{0,10}}(?:{_BLANK_WORDS})[^\n】\]}}>\d]{{0,10}}[】\]}}>]{{1,2}}",
            r"\((?:此处|请填|填写|请输入|待填)[^\n)]{0,16}\)",
            r"\([^\n)\d]{0,12}(?:择一|问候语)[^\n)\d]{0,6}\)",
            r"&nbsp;|</?(?:p|br|div|span)\b|\\n|%s|\bnull\b|undefined|\bnan\b|\ufffd|自动回复|智能回复",
            r"(?:1[3-9]|[2-9]\d)月\d{1,2}日|(?<!\d)2月3[01]日|(?<!\d)(?:[469]|11)月31日",
            r"【\s*】|【(?:标题|模板|范文|草稿|初稿|拟稿|正文)】|\{\{[^{}\n]{0,20}\}\}|\{[^{}\n\d]{1,12}\}",
            r"\d{4}年\s{0,4}月\s{0,4}日|[_—-]{2,}年[_—-]{1,}月|(?<![a-z0-9])n月n日",
            r"(?:^|[\n。])(?:尊敬的)?某某(?:市民|居民|网友|用户|先生|女士|同志)|尊敬的(?:市民|居民|网友|用户)?某某",
            r"\$\{?\w{1,12}\}?|<%=?[^%\n]{1,12}%>",
            r"[:(【](?:待补充|待填写|待完善|略)|此处略|以下省略|todo|占位符|_{2,}",
            _REMARK,
            r"\((?:(?:部门|单位|科室|小区|路段|街道|事项)名称|姓名|地址|日期|时间|事项|电话|具体情况|路名)\)",
            r"(?:^|\n)\s*(?:初稿|草稿|拟稿|底稿|样稿|代拟稿|征求意见稿|模板)[一二三四五六\d]?\s*[:】]|【模板[^\n】]{0,4}】",
            r"(?:联系)?(?:电话|地址|责任人|联系人|时限)[:为](?=[。,;\n]|\s*$)",
            _INSIDE,
            r"先生[/(]女士\)?(?=鈞|钧|您好|[:,])|(?:阿姨|叔叔|爷爷|奶奶)\((?:阿姨|叔叔|爷爷|奶奶)\)",
        )
    )
)
_MASKED_NAME = re.compile(rf"[{_SURNAMES}][x×*某]{{1,2}}|\d[x×*]{{2,}}|[x×*]{{2,}}\d")
_SIGNED_DATE = r"\d{4}[年./-]\d{1,2}[月./-]\d{1,2}日?"
_RECEIPT = (
    r"(?:您|你)?(?:反映|咨询|提出|来信|所提)?的?(?:问题|情况|留言|来信|诉求|意见|建议|内容|帖子|帖文)?"
    r"(?:我[局们委办镇]?)?已?(?:经)?(?:收悉|收到|知悉|获悉|已阅|阅悉|登记|了解)了?"
)
FRAME = re.compile(
    "|".join(
        (
            r"尊敬的[^,:。!\n]{0,16}[:,!。]?|^test\d*$",
            r"(?:网友|市民|用户|群众|先生|女士|同志|贵网友|家长|同学|工友|业主|师傅)[^,:。!\n]{0,14}[:,!。]",
            r"[\"“”]uu\d+[\"“”][:,]?",
            r"您好|你好|好的|收到|嗯嗯?|哦哦?|ok|已阅|已办结|办结|测试|特此(?:回复|答复)|此复|请查收|请知悉|望知悉",
            _RECEIPT,
            r"(?:微博|平台|后台)?(?:私信|短信|电话)已?(?:经)?(?:回复|答复)",
            r"(?:衷心|非常|再次)?(?:感谢|谢谢)[^,。!\n]{0,30}|祝您?[^,。!\n]{0,16}",
            r"(?:现)?(?:将|就)?(?:有关)?情况?(?:回复|答复)如下",
            _SIGNED_DATE,
            r"(?:^|\n|\s)\d{1,2}月\d{1,2}日\s*$",
            r"知道了|了解了|明白了|看到了|关注到了|同上|回复|谢谢反馈|已记录|已受理|在办|请查阅附件",
            rf"[\u4e00-\u9fff]{{2,14}}(?:局|政府|办公室|委员会|支队|大队|中心|公司|街道办事处|委|办)(?=\s*(?:$|\n|{_SIGNED_DATE}))",
        )
    )
)
_UNFINISHED = re.compile(
    r"(?:[,、:]|意见如下?|如下|如|[我他]们已|现已|并将|以及|将于|由于|关于|对于|根据|按照|详见附件|附件\d?:|"
    rf"(?:^|[。;\n])\s*(?:[一二三四五六七八九十]|\d)[、.]|链接[^:\n]{{0,6}}:|以下链接[^:\n]{{0,8}}:)\s*(?:{_SIGNED_DATE})?\s*$|"
    r"(?:链接|以下链接)[^:\n。]{0,8}:\s*\n"
)
_OPEN_END = re.compile(
    r"(?:预计|将|已|由|在|于|从|向|对|和|与|及|为|是|因|并|或|按|把|被|但|而|以|其中|意见如|经|尚|正|拟|可|应|需|不|未|请|要求|如果|同时|目前)$"
)
_FORMAL_END = re.compile(
    r"(?:局|府|办|会|队|心|司|处|科|所|站|院|厅|委|部|室|公交|交警|社区|镇|街道|复|祝|谢|愉快|快乐|健康|顺利|安康)[^,]?$|感谢|谢谢|祝"
)
_LAST_WORDS = re.compile(r"(?:^|[。!?;\n])\s*([\u4e00-\u9fff,、]{4,})\s*$")
_DOUBLED = re.compile(r"([^\n]{10,400}?)\s*\1$")
_NAMED_MATTER = re.compile(
    r"(?:反映|咨询|提出|投诉|关心|询问|留言|来信|来电|所述|所问|想了解|提的|说的)的?(?:关于)?([^,。:;!?\n“”、()]{3,28}?)"
    r"(?:的?问题|的?诉求|一事|事宜|的?收悉|,?已收|,?已转)|"
    r"关于[您你](?:反映|咨询|提出|投诉|询问|所问)的([^,。:;!?\n“”、()]{3,28}?)(?:,|:|。)|"
    r"关于(?![您你])([^,。:;!?\n“”、()]{3,28}?)的(?:答复|回复|说明)|"
    r"您[^,。:;!?\n]{0,10}(?:申请|办理|预约)的?([^,。:;!?\n“”、]{3,20}?)(?:业务|手续|事项)|"
    r"(?:对|给)([^,。:;!?\n]{6,36}?)(?:造成|带来)的?(?:诸多|多次)?不便"
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
_OPENING = 80
_LONG_ENOUGH = 8
_LONG_SENTENCE = 14
_REPEATED_SHARE = 0.2
_STRAY_WORDS = 2
_STRAY_SHARE = 0.25
_SHARED_CHARS = 0.5


def is_hollow(text: str) -> bool:
    """Whether next to nothing is left of a reply without greetings, receipts, thanks, dates and signatures."""
    left = FRAME.sub("", text)
    return len(re.findall(r"[\u4e00-\u9fffa-z0-9]", left)) < 6


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
        for match in list(_PLACEHOLDER.finditer(text))[:4]
        if not _is_mask(reading, match)
    ]
    hits += _repeated(reading) + _unfinished(reading) + misnamed(reading)
    return [replace(hit, certain=True) for hit in hits]


def _unfinished(reading: Reading) -> list[Hit]:
    """The last words, when something has to follow them: 「预计于」, or a sentence without an end among whole ones."""
    text = reading.text
    found = _UNFINISHED.search(text) or _cut_off(reading)
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


def _cut_off(reading: Reading) -> re.Match[str] | None:
    last = _LAST_WORDS.search(reading.text)
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
    doubled = _DOUBLED.match(reading.text.strip())
    if doubled:
        start = reading.text.index(doubled.group(1)) + len(doubled.group(1))
        return [_repetition(start, start + len(doubled.group(1)))]
    seen: set[str] = set()
    again: list[tuple[int, int]] = []
    for start, end in reading.page.sentences:
        said = reading.text[start:end].strip()
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
    """Where the reply names a matter of which neither the post nor the facts say a word."""
    known = reading.post + "".join(reading.facts)
    if not known.strip():
        return None
    known_words = relation.words(known)
    for match in _NAMED_MATTER.finditer(reading.text):
        named = next(filter(None, match.groups()))
        words = relation.words(named)
        if not match.group(5) and len(reading.topic) > _STRAY_WORDS:
            continue
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
    named, writer = _GREETED_NAME.match(reading.text), _WRITER.search(known)
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
