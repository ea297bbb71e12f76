"""What the second reader learns from is what the raters said, wherever a sentence is set."""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import corpus
from quizzes.rubric.encoder import BEGIN, END, PAD, UNKNOWN
from quizzes.rubric.rules import RULES, read_rubric
from quizzes.rubric.training import pieces
from quizzes.rubric.training.pieces import Piece
from quizzes.rubric.training.samples import LABELS, Sample, sample

RULED = read_rubric(RULES, learned=False)
GOOD = (
    "您好，路灯不亮是电缆断了。11月21日18时前修好！"
    "哪天还不亮，请打电话0000-88102317，值班的人当晚就来，修好以后我们给您回话。"
)
BAD = "您好，路灯不亮是电缆断了。早看公告也不会白跑！11月21日前修好。"
SAID = "早看公告也不会白跑"
LETTERS = {
    letter: number
    for number, letter in enumerate((PAD, UNKNOWN, BEGIN, END, *sorted(set(GOOD + BAD + "坏了，修吗灯"))))
}


def record(
    reply: str = GOOD, patterns: tuple[str, ...] = (), grade: int = 4, post: str = "灯坏了，修吗"
) -> dict[str, Any]:
    spans = [{"pattern": pattern, "text": SAID} for pattern in patterns]
    return {
        "id": "x-1", "channel": "留言板", "post": post, "facts": [], "reply": reply, "patterns": list(patterns),
        "spans": spans, "elements": ["restate", "basis"], "grade": grade,
    }  # fmt: skip


def read(**given: Any) -> Sample:
    return sample(record(**given), RULED)


def said(flags: Any) -> set[str]:
    return {label for label, flag in zip(LABELS, flags, strict=True) if flag}


def spelled(piece: Piece, number: int) -> str:
    """The characters of one of its stretches."""
    names = {number: letter for letter, number in LETTERS.items()}
    return "".join(names[token] for token in piece.tokens[slice(*piece.stretches[number])])


def test_a_pattern_stands_in_the_sentence_that_was_pointed_at() -> None:
    [piece] = pieces.pieces_of([read(reply=BAD, patterns=("blame",), grade=1)], LETTERS)
    assert said(piece.shown) == {"blame", "restate", "basis"} and not piece.alone
    there = ["blame" in said(flags) for flags in piece.shown_there]
    assert [spelled(piece, number) for number, flag in enumerate(there) if flag] == [SAID]
    assert piece.beside and piece.length == len(piece.tokens) + len(piece.beside)


def test_a_single_sentence_is_one_stretch_and_stands_alone() -> None:
    [bad, innocent] = pieces.alone_of(
        [corpus.Sentence(SAID, frozenset({"blame"})), corpus.Sentence("灯坏了", frozenset(), "blame")], LETTERS
    )
    assert bad.alone and said(bad.shown) == said(bad.shown_there[0]) == {"blame"} and spelled(bad, 0) == SAID
    assert innocent.alone and not said(innocent.shown) and innocent.beside == []


@pytest.mark.parametrize("seed", range(6))
def test_a_sentence_is_woven_into_a_reply_without_fault_and_flagged_there_alone(seed: int) -> None:
    bad, innocent = corpus.Sentence(SAID, frozenset({"blame"})), corpus.Sentence("灯坏了", frozenset(), "blame")
    samples = [read(), read(reply=BAD, patterns=("blame",), grade=1)]
    with_fault, without = pieces.woven(samples, [bad, innocent], LETTERS, random.Random(seed))
    assert said(with_fault.shown) == {"blame", "restate", "basis"}
    flagged = [number for number, flags in enumerate(with_fault.shown_there) if said(flags)]
    assert [spelled(with_fault, number) for number in flagged] == [SAID] and flagged != [0]
    assert said(without.shown) == {"restate", "basis"}
    assert not any(said(flags) for flags in without.shown_there)
    assert len(with_fault.stretches) == len(pieces.pieces_of(samples[:1], LETTERS)[0].stretches) + 1


def test_a_reply_beside_another_matter_answers_nothing() -> None:
    samples = [read(post=post) for post in ["灯坏了，修吗"] * 40 + ["学校伙食费为什么多收三百"] * 10]
    found = pieces.misdirected(samples, LETTERS, random.Random(0))
    assert found
    for piece in found:
        assert said(piece.shown) == {"non_answer", "template_error"}
        assert all(said(flags) == {"non_answer", "template_error"} for flags in piece.shown_there)


def test_named_writers_are_heard_twice_and_half_of_the_others_once() -> None:
    samples = {"a": [read() for _ in range(3)], "b": [read() for _ in range(8)]}
    counted = Counter(map(id, pieces.again(samples, ["a"], 0)))
    assert [counted[id(one)] for one in samples["a"]] == [2, 2, 2]
    assert sorted(counted[id(one)] for one in samples["b"]) == [0] * 4 + [1] * 4
    with pytest.raises(KeyError):
        pieces.again(samples, ["c"], 0)


@given(st.lists(st.integers(1, 900), min_size=1, max_size=60), st.integers(0, 9))
def test_every_piece_is_learned_from_once_and_no_portion_is_too_long(sizes: list[int], seed: int) -> None:
    made = [Piece([2] * size, [], [(0, 1)], [], [[]]) for size in sizes]
    found = list(pieces.portions(made, random.Random(seed)))
    assert Counter(id(piece) for portion in found for piece in portion) == Counter(map(id, made))
    for portion in found:
        assert portion and (len(portion) == 1 or len(portion) * max(piece.length for piece in portion) <= 2048)
