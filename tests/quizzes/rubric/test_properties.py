"""What holds for every reply, whoever wrote it and however it is spelt."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.rubric import ReplyCase, Verdict, load_rubric, score_reply
from quizzes.rubric.normalise import fold
from quizzes.rubric.spelling import SPELLINGS

POST = "小区工地夜里施工，投诉三次没人管，什么时候能停？"
FACTS = ("夜间施工许可11月8日到期", "城管中队值班电话0000-88102317")
SENTENCES = (
    "您好，您反映的夜间施工问题收悉。",
    "这事不归我们管，你找物业。",
    "你再投诉，后果自负。",
    "请您先删帖，我们再处理。",
    "反映人王某某，家住柳林小区6栋302。",
    "你们外地来的就是事多。",
    "个别人别有用心，恶意炒作。",
    "没办法，你自己想办法吧。",
    "无可奉告，请不要再问。",
    "谁让你自己不看公告。",
    "纯属谣言，绝无此事。",
    "闭嘴，别来烦我们！",
    "我们已于11月10日到现场查看，责令停工，11月12日前书面答复您。",
    "有问题请拨值班电话0000-88102317。",
    "给您添麻烦了，向您道歉。",
)
ODD = st.text(alphabet=st.characters(), max_size=80)
CHINESE = st.lists(
    st.sampled_from((*SENTENCES, "“", "”", "「", "（", "）", "\n", " ", "，", "？", "👨‍👩‍👧", "\u202e")), max_size=8
)
REPLIES = CHINESE.map("".join) | st.builds(lambda parts, odd: odd.join(parts), CHINESE, ODD)
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def score(reply: str) -> Verdict:
    return score_reply(ReplyCase(post=POST, reply=reply, facts=FACTS))


def check(verdict: Verdict, reply: str) -> None:
    """Everything a page relies on."""
    rubric = load_rubric()
    low, high = rubric.grading.bands[verdict.grade]
    assert low <= verdict.score <= high
    assert verdict.arithmetic[-1].running == verdict.score
    assert set(verdict.patterns) <= set(rubric.patterns)
    for finding in verdict.findings:
        assert finding.text == reply[finding.start : finding.end]
        assert finding.text or not fold(reply), "only a reply without a visible sign has nothing to mark"
        assert finding.reason and finding.better
    for element in verdict.elements:
        assert element.text == (reply[element.start : element.end] if element.present else None)
    for span in verdict.unsupported:
        assert span.text == reply[span.start : span.end] and span.text
    assert Verdict.from_dict(verdict.as_dict()) == verdict


@relaxed
@given(REPLIES)
def test_places_are_slices_of_the_learners_own_text(reply: str) -> None:
    check(score(reply), reply)


@relaxed
@given(ODD, ODD, st.lists(ODD, max_size=3))
def test_no_text_whatever_raises(post: str, reply: str, facts: list[str]) -> None:
    check(score_reply(ReplyCase(post=post, reply=reply, facts=facts)), reply)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_another_spelling_gives_the_same_verdict(spelling: str, sentence: str) -> None:
    plain, other = score(sentence), score(SPELLINGS[spelling](sentence))
    assert other.patterns == plain.patterns
    assert other.grade == plain.grade
    assert len(other.findings) == len(plain.findings)


@relaxed
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5).map("".join), st.sampled_from(sorted(SPELLINGS)))
def test_spelling_does_not_matter_in_longer_replies(reply: str, spelling: str) -> None:
    assert score(SPELLINGS[spelling](reply)).patterns == score(reply).patterns


@pytest.mark.parametrize(
    "char", ["啊", "您", "“", "（", "，", "。", "？", "1", " ", "\n", "不", "某", "\u200b", "\ud800", "🤡"]
)
def test_a_hundred_kilobytes_of_one_character(char: str) -> None:
    reply = char * (100_000 // max(1, len(char.encode("utf-8", "surrogatepass"))))
    check(score(reply), reply)


def test_a_hundred_kilobytes_of_everything() -> None:
    reply = "".join(SENTENCES) * 200
    check(score(reply), reply)


def test_the_same_reply_gives_the_same_verdict() -> None:
    reply = "".join(SENTENCES)
    assert score(reply) == score(reply)


def test_adding_a_red_line_never_raises_the_grade() -> None:
    good = SENTENCES[-1] + SENTENCES[12] + SENTENCES[13]
    for sentence in SENTENCES[2:6]:
        assert score(good + sentence).grade == 0
