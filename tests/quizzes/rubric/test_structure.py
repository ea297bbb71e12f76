"""Faults of the whole reply, each with a twin that must stay clean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric.blanks import is_hollow
from quizzes.rubric.structure import explained
from tests.quizzes.rubric.cases import FACTS, GOOD, POST, read, score


def patterns(reply: str, post: str = POST, facts: tuple[str, ...] = FACTS) -> set[str]:
    return set(score(reply, post, facts).patterns)


@pytest.mark.parametrize(
    "reply",
    ["", "已阅。", "您的留言已收悉，感谢关注。", "网友：您好！\n\n青禾县交通警察支队\n2026年11月5日", "2026年1月14日"],
)
def test_hollow(reply: str) -> None:
    assert is_hollow(read(reply).text)


@pytest.mark.parametrize("reply", ["能办，周六上午九点。", "12333，工作日9至17时。", "11月21日修好。"])
def test_short_is_not_hollow(reply: str) -> None:
    assert not is_hollow(read(reply).text)


def test_an_empty_reply_to_a_real_complaint_is_a_template_error_of_grade_one() -> None:
    found = score("您的留言已收悉，感谢关注。")
    assert found.patterns == ("template_error",)
    assert found.grade == 1


@pytest.mark.parametrize(
    "reply",
    [
        "尊敬的【姓名】：您反映的路灯问题已安排维修。",
        "尊敬的XX先生，您反映的路灯问题已安排维修。",
        "您于XX月XX日反映的路灯问题，已安排维修。",
        "您反映的路灯问题，现答复如下：（此处填写事项）。",
        "您反映的路灯问题，我局意见如下：",
        "路灯的有关情况请点击以下链接：\n青禾县城市管理局",
        "您好，路灯我们已安排人员前往，预计于",
        "您好，经核实，该路段路灯因线路老化",
        "路灯由（部门名称）更换。责任人：。",
        "初稿：路灯问题由我们修。",
        "路灯问题请照明科按此口径答复，注意措辞。",
        "以下是根据您的要求生成的回复：路灯会修的。",
        "“”网友：您反映的路灯问题已转照明科，11月21日前修好。",
        "学院路的路灯今年月初更换过一次，11月21日前再修好。",
    ],
)
def test_a_form_left_unfilled_or_unfinished(reply: str) -> None:
    assert "template_error" in patterns(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "学院路路灯由王××负责，已安排维修，11月21日前修好。",
        "路灯已报修（联系电话：0000-88102317），11月21日前修好。",
        "请携带身份证（原件）到窗口登记，路灯11月21日前修好。",
        "5*****7路公交车停靠点的路灯11月21日前修好。",
        "乡镇（街道）的路灯由路灯管理所负责，11月21日前修好。",
        "路灯11月21日前修好\n青禾县城市管理局",
        "您说的“路灯”“电线杆”两处，都在11月21日前修好。",
        "这条路明年月月都会巡查路灯，11月21日前先修好。",
    ],
)
def test_masks_and_ordinary_brackets_are_no_template(reply: str) -> None:
    assert "template_error" not in patterns(reply)


def test_a_title_that_is_never_closed() -> None:
    assert "template_error" in patterns("您好，根据《青禾县城市照明管理办法经核查，柳树巷路灯11月21日前修好。")
    assert "template_error" not in patterns("您好，根据《青禾县城市照明管理办法》，柳树巷路灯11月21日前修好。")


@pytest.mark.parametrize(
    ("reply", "lost"),
    [
        ("路灯11月21日前修好（附：关于学院路路灯的情况说明", True),
        ("路灯11月21日前修好（附：关于学院路路灯的情况说明）", False),
        ("经查，学院路确有“电缆挖断、路灯不亮如有新的意见，请与我们联系。路灯11月21日前修好。", True),
        ("经查，学院路确有“电缆挖断”的情况，路灯11月21日前修好。", False),
        ("路灯11月21日前修好 :( 让您久等了。", False),
        (
            "办法规定：“路灯应当在报修后修复。" + "".join(f"第{n}条要求养护单位在{n}小时以内到场。" for n in range(14)),
            False,
        ),
    ],
)
def test_an_aside_or_a_quotation_that_is_never_closed(reply: str, *, lost: bool) -> None:
    assert ("template_error" in patterns(reply)) == lost


def test_the_same_paragraph_twice() -> None:
    said = "您反映的学院路路灯不亮问题正在核查电缆情况。"
    assert "template_error" in patterns(said + said)
    assert "template_error" not in patterns("感谢您对我们工作的支持与理解。" + GOOD + "感谢您对我们工作的支持与理解。")


def test_a_reply_meant_for_somebody_else() -> None:
    found = patterns("您反映的农田灌溉问题，我站已派人查看。感谢您的监督。")
    assert {"template_error", "non_answer"} <= found


@pytest.mark.parametrize(
    "reply",
    ["考生您好，路灯问题已安排，11月21日前修好。", "您反映的文昌路路灯问题已安排，11月21日前修好。"],
)
def test_a_greeting_or_a_street_of_another_letter(reply: str) -> None:
    assert "template_error" in patterns(reply)


def test_a_greeting_that_fits_and_a_street_that_was_named() -> None:
    assert "template_error" not in patterns("家长您好，您反映的学院路路灯问题已安排，11月21日前修好。")


def test_thanks_for_praise_may_be_short() -> None:
    assert "template_error" not in patterns("谢谢您的肯定！", "谢谢社区小王帮我家修好了灯，点赞！", ())


@pytest.mark.parametrize(
    "reply",
    ["井盖弟弟离家出走啦，咱也不敢问～", "路灯表示它也想下班哦😂", "主打一个陪伴，灯会亮的～"],
)
def test_jokes_about_a_grave_matter(reply: str) -> None:
    post = "路灯黑了半个月，昨晚我妈摔了，缝了五针，什么时候修？"
    assert "flippancy" in patterns(reply, post)


def test_an_emoji_under_thanks_for_praise() -> None:
    assert not patterns("不客气呀，有需要随时找我们～🌹", "谢谢社区小王帮我家修好了灯，点赞！", ())


def test_a_light_touch_beside_a_full_answer_to_a_light_matter() -> None:
    post = "青铜小猪到底在几号厅呀？周末还在不在？"
    facts = ("青铜猪外借参加联展，8月28日回2号厅", "咨询电话0000-88106600")
    assert "flippancy" not in patterns("小猪出差联展啦🐷 8月28日回2号厅，问路打0000-88106600。", post, facts)


@pytest.mark.parametrize(
    "reply", ["保证一周内全区路灯全部修好！", "今后绝不会再有一盏灯不亮。", "您放心，这事包在我身上。"]
)
def test_promises_nobody_can_keep(reply: str) -> None:
    assert "overpromise" in patterns(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "我们不敢保证一次修好，但11月21日前先恢复照明。",
        "保证金3个工作日内退回。",
        "为保证施工质量，11月21日完工。",
        "施工单位承诺11月21日前修好，我们到场监督。",
        "我们绝不会泄露您的信息。",
    ],
)
def test_words_that_only_sound_like_promises(reply: str) -> None:
    assert "overpromise" not in patterns(reply)


@pytest.mark.parametrize(
    "reply",
    ["您反映的情况我局高度重视。学院路路灯11月21日前修好。", "您反映的路灯不亮问题属实，11月21日前修好。"],
)
def test_naming_this_matter_or_none_is_not_misdirected(reply: str) -> None:
    assert "template_error" not in patterns(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "您反映的路灯问题已转县城市管理局处理。",
        "网友：您反映的问题已转有关部门，感谢您的监督。",
        "收到，已反馈物业，请大家等消息。",
    ],
)
def test_a_bare_transfer(reply: str) -> None:
    assert "transfer_only" in patterns(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "您反映的路灯问题已转县城市管理局，5个工作日内答复您。",
        "您反映的路灯问题已转县城市管理局路灯管理所，电话0000-88102317。",
        "户口可以转入，带身份证到派出所户籍窗口办理。",
    ],
)
def test_a_transfer_with_a_way_on_is_none(reply: str) -> None:
    assert "transfer_only" not in patterns(reply)


def test_a_transfer_before_the_answer_itself_is_none() -> None:
    first = "您好，您反映的路灯问题已转交相关部门办理。2024年5月6日"
    assert "transfer_only" in patterns(first, facts=())
    answer = "网友您好：柳树巷的路灯由供电公司管，线路老化，配件已经到货，正在换线。2024年5月20日"
    assert "transfer_only" not in patterns(first + answer, facts=())
    assert "transfer_only" in patterns(first + "网友您好：感谢您的来信。2024年5月20日", facts=())


def test_a_transfer_to_nobody_is_grade_one_and_to_somebody_grade_two() -> None:
    assert score("您反映的问题已转相关部门处理。").grade == 1
    assert score("您反映的路灯问题已转县城市管理局处理。").grade == 2


@pytest.mark.parametrize("reply", ["路灯会尽快修复，请耐心等待。", "路灯将适时维修，届时会有通知。"])
def test_a_hedge_where_the_time_was_asked_for(reply: str) -> None:
    assert "vague_timing" in patterns(reply)


@pytest.mark.parametrize("reply", ["路灯会尽快修复，11月21日18时前亮灯。", "请您尽快带身份证到二楼6号窗口登记。"])
def test_a_hedge_beside_a_date_or_about_the_citizen_is_none(reply: str) -> None:
    assert "vague_timing" not in patterns(reply)


def test_stock_phrases_alone_and_beside_substance() -> None:
    stale = (
        "我局高度重视，将进一步加强监管，压实责任、举一反三，切实提升服务水平，不断增强群众的获得感、幸福感、安全感。"
    )
    assert "boilerplate" in patterns(stale)
    assert "boilerplate" not in patterns("我局高度重视。" + GOOD)


def test_facts_known_and_none_of_them_told() -> None:
    reply = "望舒街道地处城区东部，历史悠久，文化底蕴深厚，近年来先后建成口袋公园三处，欢迎市民朋友前往参观。"
    assert "non_answer" in patterns(reply)
    assert "non_answer" not in patterns(GOOD)


def test_the_question_thrown_back() -> None:
    assert "non_answer" in patterns("请问是哪一段？哪几盏灯？什么时候发现的？")


def test_achievements_instead_of_an_answer_and_one_beside_it() -> None:
    boast = "全县路灯亮灯覆盖率达98%，满意度连续三年居全市前列，累计投入资金860多万元，先后获评市级先进单位。"
    assert patterns(boast) == {"non_answer"}
    assert not patterns(GOOD + "全县亮灯覆盖率达98%。")


def test_a_short_answer_is_no_evasion() -> None:
    assert "non_answer" not in patterns("能办，带身份证到二楼窗口，当场拿证。", "身份证丢了能在你们大厅补办吗")


def test_explained_leaves_out_what_says_nothing() -> None:
    assert not explained(read("我局高度重视，将进一步加强监管。" * 10))
    assert explained(
        read("这几盏灯的电缆在路口施工时被挖断，要换同型号的线，仓库里没有现货，厂家那边排产需要时间。" * 3)
    )


@given(st.text(alphabet="您好路灯已转相关部门尽快处理【】xX*（）？。，：\n 0123456789年月日", max_size=120))
def test_findings_always_lie_inside_the_text(reply: str) -> None:
    for finding in score(reply).findings:
        assert 0 <= finding.start <= finding.end <= len(reply)
        assert finding.text == reply[finding.start : finding.end]


WAGES = "工地拖欠我们十二个木工六到十月的工钱，带班的跑了，过年回家的路费都没有，找谁要？"
WAGES_FACTS = ("总包已拨付班组长，班组长截留38万元", "劳动监察大队11月25日立案，12月5日前责令支付")


def test_a_good_answer_to_another_matter_is_no_answer() -> None:
    """However polite and complete: it names nothing of the post and tells nothing of what is known."""
    found = score(GOOD, WAGES, WAGES_FACTS)
    assert "non_answer" in found.patterns and found.grade <= 2
    assert not patterns(GOOD)


@pytest.mark.parametrize(
    ("reply", "facts"),
    [
        (
            "钱在班组长手里，三十八万，劳动监察大队25日立了案，12月5日前必须付，不付就强制执行，您等我们电话。",
            WAGES_FACTS,
        ),
        ("先别急，工钱的事已经有人在查，十二位师傅的名单我们都核过，路费今天先从应急周转金里垫。", WAGES_FACTS),
        ("路灯已经修好，修的是学院路三号到七号，昨晚亮的，有人值守，请大家放心夜里出门走路。", ()),
        ("路灯已经修好。", WAGES_FACTS),
    ],
)
def test_other_words_for_the_matter_no_facts_or_a_short_reply_are_not_beside_it(
    reply: str, facts: tuple[str, ...]
) -> None:
    assert not read(reply, WAGES, facts).holds("beside_the_matter")
