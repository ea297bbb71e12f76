"""Shapes that no word list can hold: dates, working days, telephone numbers, law articles. All on normalised text."""

import re

_CN = "零〇一二两三四五六七八九十百千万亿"
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|[{_CN}]{{1,6}})"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
DATE = (
    rf"(?:\d{{4}}年)?{_DAY}月(?:{_DAY}[日号]|[上中下]旬|底|末|初|份)?|(?<![\d.]){_DAY}[号日](?!楼|线|窗|柜|院|公|文|群|门|车|店|厅)"
    rf"|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|(?:今|明|本)?年(?:{_DAY}月|[一二三四]季度|底|内)"
)
DAYS = rf"{NUMBER}(?:个|多)?(?:工作日|自然日|小时|分钟|天|日(?!游)|周|星期|月)"
RELATIVE = (
    r"(?:今天|明天|后天|今晚|明早|今早|明晚|当天|当日|次日|本周|这周|下周|本月|下个?月|月底前?|年底前?|周[一二三四五六日天]|"
    r"星期[一二三四五六日天]|[上下]午\d|晚上?\d|\d{1,2}[::]\d{2}|\d{1,2}[点时])"
)
PHONE = (
    r"(?<!\d)(?:0\d{2,3}-?\d{6,9}(?:-\d{1,8})?|1\d{10}|[48]00-?\d{3,4}-?\d{3,4}|0000-0{4,8}|1[12]\d{3}|9[56]\d{3,4}|"
    r"1[12][0-9]|\d{7,8})(?!\d)"
)
ARTICLE = rf"《[^》\n]{{2,40}}》|第[\d{_CN}]{{1,5}}条"
MONEY = rf"{NUMBER}(?:多)?(?:万|亿)?元"
_SURNAME = (
    "王李张刘陈杨黄赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡杜叶苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾"
    "夏韦邹孟熊秦邱尹薛闫侯史陶黎贺顾郝龚邵钱覃戴莫孔汤冼简"
)
_NOT_A_NAME = (
    r"(?!张[贴开数]|周[边期一二三四五六日末围转到年知]|何[时人种为况处地]|许[可多诺久]|曾[经]|谢[谢绝]|林[业地区场权木]|田[间地]|"
    r"钟[点表头]|夏[季天收]|陆[续地路]|顾[客虑及]|黄[金线色]|杨[树]|苏[醒]|叶[子片]|史[无料]|范[围例本]|简[单化称易介]|孔[洞隙]|"
    r"徐[徐]|陈[旧列述]|李[子]|莫[名大非]|钱[款包财]|罗[列]|胡[同]|郑[重]|汪[汪]|贺[信]|丁[字]|王[者])"
)
MASKED_NAME = rf"[{_SURNAME}](?:某[某]?[\u4e00-\u9fff]?|[x×*]{{1,2}})"
FULL_NAME = rf"(?<!\d){_NOT_A_NAME}[{_SURNAME}][\u4e00-\u9fff]{{1,2}}"
_NOT_GIVEN = (
    r"(?![\u4e00-\u9fff]?某|女士|先生|太太|小姐|老师|师傅|同志|同学|大姐|大爷|大妈|阿姨|奶奶|爷爷|叔叔|伯伯|[\u4e00-\u9fff]?[长任员总工]|"
    r"书记|经理|律师|医生|护士|教授|支书|干部)"
)
GIVEN_NAME = rf"(?<!\d){_NOT_A_NAME}[{_SURNAME}]{_NOT_GIVEN}[\u4e00-\u9fff]{{2}}"
MOBILE = r"(?<!\d)1[3-9]\d(?:\d{8}|[*x]{4}\d{4})(?!\d)"
_TITLES = "女士|先生|师傅|老师|大爷|大妈|阿姨|同学|同志|大姐|大叔|老汉|婶|瘸子|寡妇|医生|护士"
STYLED_NAME = rf"[{_SURNAME}][\u4e00-\u9fff]{{0,2}}(?:{_TITLES})"

_NUMBER_BEGINS = rf"(?=[\d{_CN}])"
_NAME_BEGINS = f"(?=[{_SURNAME}])"
SHAPES: dict[str, str] = {
    "数": NUMBER,
    "位数": r"\d{1,6}",
    "日期": rf"(?=[\d一二三四五六七八九十今明本年])(?:{DATE})",
    "年份": r"(?:(?<!\d)20\d\d|[今本明后来])年(?!\s?\d)",
    "时长": _NUMBER_BEGINS + DAYS,
    "时点": RELATIVE,
    "电话": rf"(?=\d){PHONE}",
    "条文": ARTICLE,
    "金额": _NUMBER_BEGINS + MONEY,
    "某名": MASKED_NAME,
    "全名": _NAME_BEGINS + FULL_NAME,
    "称名": STYLED_NAME,
    "三字名": _NAME_BEGINS + GIVEN_NAME,
    "手机号": MOBILE,
}
"""Names under which rule files may use the shapes. What a shape may begin with is said first: most fail there."""

_DIGITS = "0123456789"
CERTAIN: dict[str, frozenset[str]] = {
    SHAPES[name]: frozenset(words)
    for name, words in {
        "日期": "月日号年-/.",
        "年份": "年",
        "时长": ("工作日", "自然日", "小时", "分钟", "天", "日", "周", "星期", "月"),
        "位数": _DIGITS,
        "电话": _DIGITS,
        "条文": "》条",
        "金额": "元",
        "某名": "某x×*",
        "全名": _SURNAME,
        "三字名": _SURNAME,
        "称名": _TITLES.split("|"),
        "手机号": [f"1{digit}" for digit in "3456789"],
    }.items()
}
"""Words of which every match of a shape holds one. The digits stand for those of all scripts."""

COMPILED: dict[str, re.Pattern[str]] = {name: re.compile(pattern) for name, pattern in SHAPES.items()}
