"""A sentence set into a reply stands where it is said to stand, and the reply's own sentences are still themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric.learned import spoken
from quizzes.rubric.normalise import fold
from quizzes.rubric.segments import layout
from quizzes.rubric.training.weaving import set_in

REPLY = fold("您好，路灯是电缆断了。11月21日18时前修好！\n电话0000-88102317")


def sentences(text: str) -> list[tuple[int, int]]:
    return spoken(text, layout(text).sentences)


@pytest.mark.parametrize("at", range(4))
def test_it_stands_where_it_is_said_to_stand(at: int) -> None:
    spans = sentences(REPLY)
    text, places = set_in(REPLY, spans, "早看公告也不会白跑。", at)
    said = [text[slice(*span)].strip() for span in places]
    assert said[at] == "早看公告也不会白跑"
    assert [one for number, one in enumerate(said) if number != at] == [REPLY[slice(*span)].strip() for span in spans]
    assert [one.rstrip("。") for one in (text[slice(*span)].strip() for span in sentences(text))] == said, (
        "and it is a sentence of its own"
    )


def test_there_is_no_place_beyond_the_end() -> None:
    with pytest.raises(ValueError, match="no sentence 9"):
        set_in(REPLY, sentences(REPLY), "好。", 9)


@given(
    st.text(alphabet="甲乙，。！？；\n ", min_size=1, max_size=40),
    st.text(alphabet="丙丁，", min_size=1, max_size=12),
    st.data(),
)
def test_nothing_of_either_is_lost(reply: str, sentence: str, data: st.DataObject) -> None:
    text, said = fold(reply), fold(sentence)
    spans = sentences(text)
    woven, places = set_in(text, spans, said, data.draw(st.integers(0, len(spans))))
    assert len(places) == len(spans) + 1 and places == sorted(places)
    own = "".join(text.replace("。", "").split())
    assert "".join(woven.replace("。", "").split()).replace(said.strip(), "", 1) == own
