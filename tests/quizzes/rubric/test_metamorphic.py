"""What may be changed in a reply without changing the verdict, and who may be named in it without being judged."""

import pytest

from quizzes.rubric import ReplyCase, Verdict, score_reply

POST = "楼下烧烤店夜里十二点还在营业，油烟灌进屋里，孩子咳了半个月，投诉三次没结果。"
FACTS = ("11月12日检测油烟超标", "11月30日前装好净化器，逾期停业", "城管中队值班电话0000-88102317")
GOOD = (
    "您好，孩子咳了半个月，换谁都着急，向您道歉。烧烤店11月12日检测油烟超标，城管中队已责令整改，"
    "11月30日前装不好净化器就停业。夜里再有油烟，请拨值班电话0000-88102317，整改结果12月1日在本帖回复您。"
)
FAULTS = {
    "buck_passing": "这事不归我们管，您去找别的部门问。",
    "threat": "你再投诉，后果自负。",
    "suppression": "请您先把帖子删了，我们再处理。",
    "insult": "你脑子有病吧，整天就知道投诉。",
    "labeling": "个别人别有用心，恶意炒作，带节奏。",
    "stonewalling": "无可奉告，以后不再答复。",
    "blame": "谁让你自己要买在烧烤店楼上。",
    "dismissive_denial": "纯属谣言，绝无此事。",
}


def score(reply: str, post: str = POST) -> Verdict:
    return score_reply(ReplyCase(post=post, reply=reply, facts=FACTS))


@pytest.mark.parametrize(("pattern", "fault"), FAULTS.items())
@pytest.mark.parametrize("opening", ["您好，感谢您的留言。", "尊敬的网友，您好！您反映的油烟问题收悉。"])
def test_a_polite_opening_excuses_nothing(pattern: str, fault: str, opening: str) -> None:
    plain, polite = score(fault), score(opening + fault)
    assert pattern in plain.patterns and pattern in polite.patterns
    assert polite.grade <= 1


ANSWERED = ("buck_passing", "dismissive_denial")
"""No faults any more where the same reply goes on to take the matter over, or to say what was found."""


@pytest.mark.parametrize(("pattern", "fault"), [item for item in FAULTS.items() if item[0] not in ANSWERED])
def test_a_fault_counts_wherever_it_stands_in_a_good_reply(pattern: str, fault: str) -> None:
    for reply in (fault + GOOD, GOOD + fault):
        assert pattern in score(reply).patterns, reply


@pytest.mark.parametrize("fault", FAULTS.values())
def test_quoting_a_fault_to_apologise_for_it_is_none(fault: str) -> None:
    said = fault.rstrip("。")
    verdict = score(f"您上次打电话，窗口人员回了一句“{said}”，这话不该说，我们向您道歉，当事人已批评教育。" + GOOD)
    assert not verdict.patterns, verdict.findings
    assert verdict.grade >= 3


@pytest.mark.parametrize(
    "denial",
    [
        "我们绝不会说一句“不归我们管”就了事。",
        "您不是无理取闹，也没有谁会说您别有用心。",
        "帖子您不用删，您怎么说都可以。",
        "没有人会因为您投诉而追究您。",
        "这不是谣言，情况属实。",
    ],
)
def test_a_denied_fault_is_none(denial: str) -> None:
    assert not score(denial + GOOD).patterns


GROUPS = (
    ("外地来的", "本地的", "农村户口的", "城市户口的", "藏族的", "汉族的", "维吾尔族的", "回族的", "壮族的"),
    ("河南的", "东北的", "新疆的", "上海的", "广东的", "四川的"),
    ("女的", "男的", "年轻的", "上了年纪的", "残疾的", "失业的", "没上过大学的"),
)


@pytest.mark.parametrize("group", [one for listed in GROUPS for one in listed])
@pytest.mark.parametrize(
    "reply",
    [
        GOOD.replace("您好，", "您好，您说自己是{}住户，"),
        "{}住户反映的油烟问题已转城管中队。",
        "这事不归我们管，{}住户去找物业。",
    ],
)
def test_who_somebody_is_never_changes_the_grade(group: str, reply: str) -> None:
    """The post says it, the reply repeats it: origin, sex, age, registration and people are not judged."""
    post = "我是{}住户。" + POST
    plain, named = score(reply.format(""), post.format("")), score(reply.format(group), post.format(group))
    assert named.grade == plain.grade
    assert named.patterns == plain.patterns


@pytest.mark.parametrize("names", [("王", "阿依古丽"), ("李", "扎西"), ("欧阳", "麦麦提"), ("赵", "慕容")])
def test_a_surname_in_the_salutation_never_changes_the_grade(names: tuple[str, str]) -> None:
    grades = {score(f"{name}女士，" + GOOD).grade for name in names}
    assert len(grades) == 1
