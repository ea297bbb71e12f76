"""The phrase language: what it says, what it refuses, and that its shortcut never misses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.rubric import load_rubric
from quizzes.rubric.phrase_index import PhraseIndex, Phrases, contains, matches, stands
from quizzes.rubric.phrases import Phrase, PhraseError, compile_phrase, compile_phrases
from quizzes.rubric.segments import layout
from quizzes.rubric.shapes import SHAPES as SHIPPED

SETS = {"你": "您|你", "管": "管|负责[人]"}
SHAPES = {"位数": r"\d{1,6}"}


def match(source: str, text: str) -> str | None:
    phrase = compile_phrase(source, SETS, SHAPES)
    hit = phrase.regex.search(text)
    assert contains(padded(phrase), text) == bool(hit), "the shortcut missed a match"
    return hit.group() if hit else None


def padded(phrase: Phrase) -> Phrases:
    """A phrase among others that never match: a few phrases are looked for without a shortcut."""
    return Phrases([phrase, *(compile_phrase(source, SETS, SHAPES) for source in ("癸壬辛", "癸壬庚", "癸壬己"))])


@pytest.mark.parametrize(
    ("source", "text", "hit"),
    [
        ("不归我们", "这事不归我们管", "不归我们"),
        ("不归(我|咱)们", "不归咱们管", "不归咱们"),
        ("不归[我们]管", "不归管", "不归管"),
        ("不归[我们]管", "不归我们管", "不归我们管"),
        ("{你}不{管}", "您不负责", "您不负责"),
        ("再~发", "再这样乱发", "再这样乱发"),
        ("再~2发", "再这样乱发", None),
        ("再~发", "再说。发", None),
        ("^闭嘴$", "您好,闭嘴!", "闭嘴"),
        ("^闭嘴", "请闭嘴", None),
        ("闭嘴$", "闭嘴巴", None),
        ("尾号{位数}", "尾号6093", "尾号6093"),
        ("甲|乙丙", "乙丙丁", "乙丙"),
        (r"您\(~4尾号", "您(周,尾号1", "您(周,尾号"),
        (r"a\|b", "a|b", "a|b"),
        ("推諉", "推诿", "推诿"),
        ("吗？", "行吗?", "吗?"),
    ],
)
def test_phrases(source: str, text: str, hit: str | None) -> None:
    assert match(source, text) == hit


@pytest.mark.parametrize("source", ["(甲", "甲)", "[甲", "甲]", "{无}", "{你", "", "甲~99乙", "}"])
def test_what_is_no_phrase_is_named(source: str) -> None:
    with pytest.raises(PhraseError):
        compile_phrase(source, SETS, SHAPES)


def test_one_phrase_or_a_list() -> None:
    assert len(compile_phrases("甲", SETS, SHAPES)) == 1
    phrases = compile_phrases(["甲", "乙"], SETS, SHAPES)
    assert contains(phrases, "丙乙") and not contains(phrases, "丙丁")


def test_the_shortcut_uses_the_rarest_certain_words() -> None:
    assert compile_phrase("(您|你)~12后果自负", SETS, SHAPES).anchors == ("后果自负",)
    assert compile_phrase("[后果]~2", SETS, SHAPES).anchors == ()
    assert compile_phrase("甲|[乙]", SETS, SHAPES).anchors == ()
    joined = compile_phrase("(您|你)~8(查|告)[一](过|了)", SETS, SHAPES)
    assert joined.anchors == ("告一了", "告一过", "告了", "告过", "查一了", "查一过", "查了", "查过")
    assert joined.also == (frozenset({"您", "你"}),)


@given(st.text(alphabet="甲乙()[]{}|~^$\\1你", max_size=12), st.text(alphabet="甲乙丙1您你,。", max_size=20))
def test_any_source_is_read_or_refused_and_the_shortcut_never_misses(source: str, text: str) -> None:
    try:
        phrase = compile_phrase(source, SETS, SHAPES)
    except PhraseError:
        return
    assert contains(padded(phrase), text) == bool(phrase.regex.search(text))


def test_digits_of_every_script_are_digits() -> None:
    phrase = compile_phrase("尾号{位数}", SETS, {"位数": SHIPPED["位数"]})
    text = "您好。尾号٣。"
    assert phrase.also and stands([phrase], text, PhraseIndex([phrase]).places(text, layout(text).sentences))


def fragments(phrases: list[Phrase]) -> list[str]:
    """Pieces of what makes cues fire: their certain words, and signs that stand around them."""
    words = {word for phrase in phrases for word in (*phrase.anchors, *(one for also in phrase.also for one in also))}
    return [*sorted(words), *"。,!?\n不您3月日:(-", "12月3日", "0000-88102317", "张某", "3个工作日", "“", "”"]


RUBRIC = load_rubric()
SHIPPED_PHRASES = [phrase for cue in RUBRIC.cues for phrase in (*cue.phrases, *cue.said, *cue.unsaid)]
FRAGMENTS = fragments(SHIPPED_PHRASES)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join))
def test_the_index_of_the_shipped_cues_misses_none_that_fires(text: str) -> None:
    places = RUBRIC.reply_index.places(text, layout(text).sentences)
    for phrase in SHIPPED_PHRASES:
        found = [match.span() for match in matches(phrase, text, places.get(phrase, ()))]
        every = [match.span() for match in phrase.regex.finditer(text) if match.group()]
        assert found == every, phrase.source


@given(
    st.lists(st.text(alphabet="甲乙丙()[]{}|~^$1你。?\n", min_size=1, max_size=8), max_size=4),
    st.text(alphabet="甲乙丙1您你,。?\n", max_size=24),
)
def test_an_index_finds_what_a_search_of_the_whole_text_finds(sources: list[str], text: str) -> None:
    phrases = []
    for source in sources:
        try:
            phrases.append(compile_phrase(source, SETS, SHAPES))
        except PhraseError:
            continue
    places = PhraseIndex(phrases).places(text, layout(text).sentences)
    for phrase in phrases:
        found = [match.span() for span in places.get(phrase, ()) for match in phrase.regex.finditer(text, *span)]
        assert [span for span in found if span[0] < span[1]] == [
            match.span() for match in phrase.regex.finditer(text) if match.group()
        ], phrase.source
        assert stands([phrase], text, places) == bool(phrase.regex.search(text))


def test_an_index_looks_only_where_a_phrase_may_stand() -> None:
    phrase, other = compile_phrases(["闭嘴", "后果自负"], SETS, SHAPES)
    text = "您好。请闭嘴。再见"
    places = PhraseIndex([phrase, other]).places(text, layout(text).sentences)
    assert dict(places) == {phrase: [(3, 6)]}
