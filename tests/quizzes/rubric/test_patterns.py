"""Red lines and serious patterns as minimal pairs: the left must be found, the right is fine and must not be."""

import pytest

from quizzes.rubric import ReplyCase, load_rubric, score_reply
from tests.quizzes.rubric.cases import RULES_ALONE

POST = "你们到底管不管？小区旁边工地天天夜里施工，投诉好几次了，老人孩子睡不着。"
LEVELS = {id_: pattern.level for id_, pattern in load_rubric().patterns.items()}


def found(reply: str, post: str = POST, facts: tuple[str, ...] = ()) -> set[str]:
    return set(score_reply(ReplyCase(post=post, reply=reply, facts=facts), RULES_ALONE).patterns)


def grave(reply: str, post: str = POST) -> set[str]:
    return {pattern for pattern in found(reply, post) if LEVELS[pattern] != "minor"}


PAIRS = [
    # (pattern, what is wrong, what looks like it and is right)
    ("insult", "你脑子有病吧。", "患者因脑部疾病就医，报销比例是七成，请持病历到医保窗口办理。"),
    ("insult", "滚 . 蛋，别来烦我们。", "大厅屏幕滚动播放收费标准，您也可以在窗口索取一份。"),
    ("insult", "無理取鬧，閉嘴！", "我們理解您的着急，已安排人員處理，明天下午回覆您。"),
    ("insult", "一群垃圾，天天就知道投诉。", "小区垃圾清运每天两次，今天上午已加派一辆垃圾车。"),
    ("insult", "三十岁的人了连个手机都看不住。", "凡满六十岁的老人，办卡时免收工本费。"),
    ("insult", "不说话没人把你当哑巴。", "我院设有聋哑人手语服务窗口，周一至周五都可以办理。"),
    ("insult", "要不给您配双冰鞋？", "要不您把单号发给我们，我们今天就查。"),
    ("insult", "您可真会投诉呢，呵呵。", "您可真细心，这处井盖我们巡查时漏了，今天下午已换好。"),
    ("threat", "你再投诉，后果自负。", "商户逾期不改，后果自负，我们将依法处罚。"),
    ("threat", "如果再发帖，我们将追究你的责任。", "如果再次出现噪音，请您随时告诉我们。"),
    (
        "threat",
        "您在学校工作吧，孩子还要在我们这儿上学，您掂量掂量。",
        "孩子上学的事我们掂量过，实验小学还有学位，可以报名。",
    ),
    ("threat", "谁发的我们清楚得很，一个都跑不了。", "谁负责、多久修好，名单已经贴在楼道里，您可以核对。"),
    ("threat", "再闹就联系您单位领导，影响您的政审。", "申领时请联系您单位人事，开具一份收入证明，不影响资格。"),
    ("threat", "以免影响子女今后的升学政审。", "为不影响子女入学，我们今天先开证明，材料以后再补。"),
    ("suppression", "请您先删帖，我们再处理。", "请您先删除截图中的身份证号，以免泄露。"),
    ("suppression", "不要再在网上发了，对谁都不好。", "请不要转发未成年人的影像，孩子的隐私需要保护。"),
    ("suppression", "撤诉之后我们再谈。", "您可以撤回申请，也可以继续等待结果，两种都不影响退款。"),
    (
        "suppression",
        "再问这事就把你踢出群，本群即日起全员禁言。",
        "公示在街道网站和小区公告栏同时贴出，欢迎大家随时提意见。",
    ),
    ("suppression", "请先给满意评价，我们再安排维修。", "维修已完成，如不满意可以在回访时直接说。"),
    ("privacy_leak", "反映人王某某，手机尾号6093，住柳林小区6栋302。", "您的个人信息已保密，本答复不含身份内容。"),
    ("privacy_leak", "已将您的举报内容当面告知对方。", "不会将您的举报内容告知对方，请放心。"),
    ("privacy_leak", "经查，方某，女，1971年3月5日出生，未参保。", "女性职工、1976年3月5日以前出生的，可以选择档次。"),
    ("privacy_leak", "法定代表人：胡某开，身份证号：****，未办执照。", "请带身份证到窗口，法定代表人不必到场。"),
    ("privacy_leak", "郭某某，家庭人口3人，贫困户，已经建房。", "家庭人口3人以上的，可以申请两居室。"),
    ("privacy_leak", "送气的人名叫邹某某，1953年出生，户籍在高桥村。", "送气的人没有资质，1953年的老气罐已全部收走。"),
    ("privacy_leak", "您为苗岭村十组人，属于建档立卡贫困户。", "您为孩子申请的补助，建档立卡户可以优先。"),
    ("privacy_leak", "水库对面有一居民蒋某某，私自修了一条便道。", "水库对面有一处便道，已责令恢复原状。"),
    ("suppression", "请保持理性，不要再在网上发帖。", "请不要再在网上发帖写出身份证号，我们私信核对。"),
    (
        "privacy_leak",
        "您（周桂兰，身份证尾号4427）申请的是精神分裂症慢特病。",
        "您申请的慢特病待遇已通过，请到窗口领取，电话0000-88102210。",
    ),
    (
        "privacy_leak",
        "金河苑5号楼那位老师反映的情况，已跟厂方沟通。",
        "您反映的气味问题，5号楼前的监测点今晚起连测三天。",
    ),
    ("discrimination", "你们外地来的就是事多。", "外地来的务工人员也可以在这里申领，材料和本地一样。"),
    ("discrimination", "老年人嘛，脑子慢，跟不上时代。", "老年人不方便用手机的，可以到窗口由工作人员代办。"),
    ("discrimination", "女同志嘛，难免带点小情绪。", "女同志较多的车间已加装两间更衣室，本月底启用。"),
    ("discrimination", "农村人素质低，讲不通。", "农村居民的补贴标准是每亩96元，8月底前发到卡里。"),
    (
        "buck_passing",
        "这事不归我们管，你找物业。",
        "此事由区住建局负责（电话0000-88101234），我们已于今日转办，3日内向您反馈。",
    ),
    ("buck_passing", "能推就推吧。", "对此我局绝不推诿，由办公室牵头。"),
    ("buck_passing", "不在我局职责范围内，请您向公安部门反映。", "审批不在我局，我们已联系公安部门，6月3日前答复您。"),
    (
        "buck_passing",
        "物业费的审批属于物价部门管理，请您到物价部门咨询了解。",
        "物业费的审批属于物价部门管理，请您到物价部门咨询，电话0000-88103321。",
    ),
    ("blame", "谁让你自己不看公告。", "公告张贴位置不显眼，是我们考虑不周。"),
    ("blame", "早干嘛去了，现在才来说。", "您早上来电后，我们中午已到现场。"),
    ("blame", "您自己没看清就签字，怪得了谁。", "目前缺少一份收入证明，可在社区一楼窗口补办，当场可取。"),
    ("condescension", "这点小事也要投诉吗？", "请问您方便补充具体地点吗？"),
    ("condescension", "请先把政策弄明白再来问。", "您应当携带身份证到窗口办理，当天可以办完。"),
    ("condescension", "对此不满，建议另谋高就。", "如对答复不满意，建议您30日内申请复查。"),
    ("condescension", "您有没有想过别人的感受？", "您有没有收到短信？没有的话我们今天补发。"),
    ("labeling", "个别人别有用心，恶意炒作。", "我们不认为您的反映是恶意炒作，问题属实，今天已整改。"),
    ("labeling", "又是来带节奏博流量的。", "大桥日均车流量两万，6月1日起早高峰限行货车。"),
    ("labeling", "背后有人指使，大家心里清楚。", "配电箱背后的线路昨天已更换，由供电所负责。"),
    ("coldness", "没办法，你自己想办法吧。", "我们会和您一起想办法：今晚先送两桶水，明早八点抢修。"),
    ("coldness", "爱信不信，就这样吧。", "信件今早已寄出，单号发您手机了。"),
    ("coldness", "停发就是停发，忍一忍吧。", "停发的两个月，补办后一并发放，6月20日前到账。"),
    ("stonewalling", "无可奉告，请不要再问。", "评估报告依《政府信息公开条例》第三十六条不予公开，可申请行政复议。"),
    ("stonewalling", "属于内部管理事项，不便对外说明。", "内部管理办法已在网站公开，第三章写明收费标准。"),
    (
        "non_answer",
        "由于您的留言内容不够具体，我们无法核实，建议您提供详细情况。",
        "您没有提供姓名，我们无法联系您，请拨打0000-88103322，当天核实。",
    ),
    ("dismissive_denial", "纯属谣言，绝无此事。", "经6月3日调取监控并走访两户，未发现您所述情况；如有新线索请提供。"),
    ("dismissive_denial", "您反映的情况不存在。", "不存在的编号已更正，正确编号是8号，请以此为准办理。"),
]


@pytest.mark.parametrize(("pattern", "wrong"), [(pattern, wrong) for pattern, wrong, _ in PAIRS])
def test_what_is_wrong_is_found(pattern: str, wrong: str) -> None:
    assert pattern in found(wrong)


@pytest.mark.parametrize("right", [right for _, _, right in PAIRS])
def test_what_only_looks_like_it_is_not(right: str) -> None:
    assert not grave(right)


INNOCENT = [
    "垃圾清运由环卫所负责，每天早上六点前完成。",
    "电脑故障已排除，草坪本周修剪，操作流程贴在窗口。",
    "责令该店三日内整改，逾期不改，后果自负。",
    "修复前请从南门绕行，修复预计6月10日完成，给您添麻烦了。",
    "您来信说物业答复“没办法”，我们已约谈该公司。",
    "窗口说“爱办不办”，这样的话不该说，我们向您道歉，当事人已停岗。",
    "杜绝答非所问、推诿扯皮，是我们对窗口的要求。",
    "我们不会要求您删帖，也不会打听您是谁。",
    "您说得对，不是您没看清站牌，是我们两边写的不一样。",
    "孩子住院期间的费用可以补报，比例不打折，请带票据到窗口。",
    "请勿在网上公开他人住址，案件由城西派出所办理，电话0000-88105517。",
    "如不服本决定，可在六十日内申请行政复议，也可以向法院起诉。",
    "为保护举报人，具体线索不便公开，结果6月30日前电话告知您。",
    "提醒大家：凡要求转账的都是诈骗，请不要相信，及时拨打110。",
    "多名网友说“没人管”，这句批评我们认。",
]


@pytest.mark.parametrize("reply", INNOCENT)
def test_innocent_uses_of_loaded_words(reply: str) -> None:
    assert not grave(reply)


@pytest.mark.parametrize(
    "variant",
    [
        "你再投诉，後果自負。",
        "你再投诉,后果自负.",
        "你 再 投 诉，后 果 自 负。",
        "你再投诉，后\u200b果\ufeff自负。",
        "您再投诉　后果自负",
    ],
)
def test_spelling_does_not_matter(variant: str) -> None:
    assert "threat" in found(variant)


def test_one_weak_sign_of_sarcasm_is_not_enough() -> None:
    assert "insult" not in found("您可真会挑时候，我们刚好在现场，马上处理。")
    assert "insult" in found("哟，您可真行，就您手慢。")


def test_what_the_citizen_wrote_is_not_held_against_the_reply() -> None:
    post = "窗口的人冲我喊不归我们管你找物业去，什么态度！"
    reply = "您说窗口人员喊不归我们管你找物业去，我们已核实属实，当事人今天向您道歉。"
    assert not grave(reply, post)


def test_an_apology_does_not_excuse_a_leak() -> None:
    reply = "李某芳（城关镇宏达鞋厂缝纫车间，未婚）的事，工作人员当众念读材料，我们致歉。"
    assert "privacy_leak" in found(reply)


def test_the_finding_marks_the_clause_and_explains_itself() -> None:
    reply = "您好。你再投诉，后果自负！请周知。"
    verdict = score_reply(ReplyCase(post=POST, reply=reply), RULES_ALONE)
    finding = next(finding for finding in verdict.findings if finding.pattern == "threat")
    assert finding.text == reply[finding.start : finding.end]
    assert "后果自负" in finding.text and "您好" not in finding.text
    assert finding.reason and finding.better and "《" in finding.norm


def test_red_lines_come_first() -> None:
    verdict = score_reply(ReplyCase(post=POST, reply="这事不归我们管，你找物业。再投诉，后果自负。"), RULES_ALONE)
    assert [finding.level for finding in verdict.findings] == ["redline", "serious"]
    assert verdict.grade == 0 and verdict.score <= 29


def test_every_pattern_of_the_guidelines_is_complete() -> None:
    patterns = load_rubric().patterns
    assert len(patterns) == 19
    for pattern in patterns.values():
        assert pattern.name and pattern.criterion and pattern.reason and pattern.better and pattern.norm
