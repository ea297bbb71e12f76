"""The second reader: how it reads a text, how its file is kept, how both are heard. A tiny reader, made here."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import ReplyCase, encoder, score_reply
from quizzes.rubric.encoder import (
    BEGIN,
    BESIDE,
    END,
    FARTHEST,
    PAD,
    TOLD,
    UNKNOWN,
    WINDOW,
    Encoder,
)
from quizzes.rubric.hearing import NOTHING, Known
from quizzes.rubric.learned import Opinion
from quizzes.rubric.rules import LEARNED, RULES, SECOND, RuleError, read_rubric
from quizzes.rubric.training import graph
from tests.quizzes.rubric.test_learned import LABELS, model

LETTERS = (PAD, UNKNOWN, BEGIN, END, *"您好笨已修。，")
WIDTH, WIDE, LAYERS = 4 * graph.HEADS, 8 * graph.HEADS, 2


def weights(seed: int = 0) -> dict[str, numpy.ndarray]:
    """Random weights of a small reader."""
    dealt = numpy.random.default_rng(seed)
    shapes = {"attend": (WIDTH, 3 * WIDTH), "out": (WIDTH, WIDTH), "widen": (WIDTH, WIDE), "narrow": (WIDE, WIDTH)}
    shapes |= dict.fromkeys(graph.VERDICTS, (WIDTH, len(LABELS)))
    made = {"table": dealt.normal(0, 1, (len(LETTERS), WIDTH)), "posted": dealt.normal(0, 1, WIDTH)}
    for name in graph.weighted(LAYERS):
        shape = shapes.get(name.split(".")[-1], (WIDTH,))
        made[name], made[f"{name}.bias"] = dealt.normal(0, 0.5, shape), dealt.normal(0, 0.1, shape[-1])
    return {name: value.astype(numpy.float32) for name, value in made.items()}


def written(file: Path, seed: int = 0, *, small: bool = True, **about: object) -> Path:
    """A reader with random weights, two layers deep."""
    made = weights(seed)
    told = {"labels": LABELS, "letters": LETTERS, "layers": LAYERS, "told": TOLD, "heard_second": 0.5, "trusted": []}
    told |= {"nothing": made["part.bias"].tolist()}
    told |= {"shares": dict.fromkeys(LABELS, 1.0), "limits": dict.fromkeys(LABELS, 0.25), **about}
    graph.write(file, made, told, small=small)
    return file


@pytest.fixture
def reader(tmp_path: Path) -> Encoder:
    return Encoder.read(written(tmp_path / "reader.onnx"))[0]


def sentences(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for said in text.split("。"):
        spans.append((start, start + len(said)))
        start += len(said) + 1
    return [span for span in spans if span[1] > span[0]] or [(0, len(text))]


def test_it_says_something_of_the_whole_and_of_every_sentence(reader: Encoder) -> None:
    heard = reader.hear("您好。已修好，您笨。", [(0, 2), (3, 9)])
    assert heard.whole.shape == (len(LABELS),) and heard.parts.shape == (2, len(LABELS))
    assert numpy.isfinite(heard.whole).all() and not numpy.allclose(heard.parts[0], heard.parts[1])
    again = reader.hear("您好。已修好，您笨。", [(0, 2), (3, 9)])
    assert numpy.array_equal(heard.whole, again.whole)


def test_order_counts_and_blanks_do_not(reader: Encoder) -> None:
    said = reader.hear("您好已修", [(0, 4)])
    assert not numpy.allclose(said.whole, reader.hear("修已好您", [(0, 4)]).whole)
    spaced = reader.hear("您 好\n已 修", [(0, 7)])
    assert numpy.allclose(said.whole, spaced.whole) and numpy.allclose(said.parts, spaced.parts)


def test_what_stands_around_a_sentence_is_heard_in_it(reader: Encoder) -> None:
    alone, there = reader.hear("已修", [(0, 2)]), reader.hear("已修。您笨", [(0, 2), (3, 5)])
    assert not numpy.allclose(alone.parts[0], there.parts[0])


def test_the_post_is_heard_beside_the_reply_and_is_not_the_reply(reader: Encoder) -> None:
    spans = [(0, 2), (3, 5)]
    alone, beside = reader.hear("已修。您笨", spans), reader.hear("已修。您笨", spans, Known("您好"))
    assert not numpy.allclose(alone.whole, beside.whole) and not numpy.allclose(alone.parts, beside.parts)
    assert not numpy.allclose(beside.whole, reader.hear("您好", [(0, 2)], Known("已修。您笨")).whole)
    assert numpy.array_equal(alone.whole, reader.hear("已修。您笨", spans, Known(" \n")).whole)
    assert numpy.array_equal(beside.whole, reader.hear("已修。您笨", spans, Known("您 好\n")).whole)


def test_of_a_long_post_beginning_and_end_are_read() -> None:
    letters = {letter: number for number, letter in enumerate(LETTERS)}
    begin, end = BESIDE
    whole = encoder.beside_of(Known("好" * (begin + end)), letters)
    assert whole == [letters["好"]] * (begin + end) + [letters[END]]
    long = encoder.beside_of(Known("好" * begin + "笨" * 500 + "修" * end), letters)
    assert long == [letters["好"]] * begin + [letters["修"]] * end + [letters[END]]
    assert encoder.beside_of(NOTHING, letters) == encoder.beside_of(Known(" \n", (" ",)), letters) == []


def test_the_facts_are_heard_behind_the_post_as_far_as_the_reader_was_taught(reader: Encoder) -> None:
    spans, letters = [(0, 2), (3, 5)], {letter: number for number, letter in enumerate(LETTERS)}
    posted, told = Known("您好"), Known("您好", ("已修", "笨"))
    heard = reader.hear("已修。您笨", spans, told)
    assert not numpy.allclose(heard.whole, reader.hear("已修。您笨", spans, posted).whole)
    assert not numpy.allclose(heard.whole, reader.hear("已修。您笨", spans, Known("您好已修笨")).whole)
    good, also, end = letters["好"], letters["修"], letters[END]
    assert encoder.beside_of(Known("好", ("修",)), letters) == [good, end, also, end]
    assert encoder.beside_of(Known("", ("修 修\n",)), letters) == [also, also, end]
    assert encoder.beside_of(Known("好", ("修" * 500,)), letters) == [good, end, *[also] * TOLD, end]
    deaf = replace(reader, told=0)
    assert numpy.array_equal(deaf.hear("已修。您笨", spans, told).whole, deaf.hear("已修。您笨", spans, posted).whole)


def test_a_reader_that_was_taught_without_facts_is_asked_without_them(tmp_path: Path) -> None:
    assert Encoder.read(written(tmp_path / "reader.onnx", told=7))[0].told == 7


def test_the_longest_reply_fits_beside_the_longest_post_and_all_facts(reader: Encoder) -> None:
    text = "您" * (WINDOW - 1) + "。"
    heard = reader.hear(text, [(0, len(text))], Known("好" * 5_000, ("修" * 5_000,)))
    assert numpy.isfinite(heard.whole).all()


def test_all_groups_of_people_sound_alike(reader: Encoder) -> None:
    def heard(group: str, post: str) -> encoder.Heard:
        text = f"{group}您好。已修"
        return reader.hear(
            text, [(0, len(group) + 2), (len(group) + 3, len(text))], Known(f"我是{post}住户", (f"住户是{post}的",))
        )

    one, other = heard("维吾尔族", "农村户口"), heard("外地", "残疾人")
    assert numpy.array_equal(one.whole, other.whole) and numpy.array_equal(one.parts, other.parts)


def test_the_network_is_the_one_that_was_published(tmp_path: Path) -> None:
    """RoFormer written out plainly: places turned pair by pair, attention, norms behind each half of a layer."""
    made = weights(1)

    def applied(x: numpy.ndarray, name: str) -> numpy.ndarray:
        return x @ made[name] + made[f"{name}.bias"]

    def normed(x: numpy.ndarray, name: str) -> numpy.ndarray:
        x = x - x.mean(-1, keepdims=True)
        return x / numpy.sqrt((x * x).mean(-1, keepdims=True)) * made[name] + made[f"{name}.bias"]

    def turned(x: numpy.ndarray) -> numpy.ndarray:
        each = x.shape[-1]
        angles = numpy.arange(len(x))[:, None] * 10_000 ** (-2 * numpy.arange(each // 2) / each)
        turning = (x[:, ::2] + 1j * x[:, 1::2]) * numpy.exp(1j * angles)
        return numpy.stack([turning.real, turning.imag], -1).reshape(x.shape)

    tokens, own = [2, 4, 5, 6, 3, 7, 8, 3], 5
    x = made["table"][tokens] + made["posted"] * (numpy.arange(len(tokens)) >= own)[:, None]
    x = normed(x, "first")
    for number in range(LAYERS):
        mixed = applied(x, f"{number}.attend").reshape(len(tokens), 3, graph.HEADS, -1)
        seen = []
        for head in range(graph.HEADS):
            queries, keys, values = (mixed[:, part, head] for part in range(3))
            alike = numpy.exp(turned(queries) @ turned(keys).T / keys.shape[-1] ** 0.5)
            seen.append(alike / alike.sum(-1, keepdims=True) @ values)
        x = normed(x + applied(numpy.concatenate(seen, -1), f"{number}.out"), f"{number}.norm")
        wide = applied(x, f"{number}.widen")
        wide = wide / 2 * (1 + numpy.tanh((2 / numpy.pi) ** 0.5 * (wide + 0.044715 * wide**3)))
        x = normed(x + applied(wide, f"{number}.narrow"), f"{number}.last")

    read, _ = Encoder.read(written(tmp_path / "whole.onnx", 1, small=False))
    for name, said in zip(graph.VERDICTS, read._said(tokens[:own], tokens[own:]), strict=True):
        assert numpy.allclose(said, applied(x, name)[:own], atol=1e-3), name
    rounded, _ = Encoder.read(written(tmp_path / "small.onnx", 1))
    for name, said in zip(graph.VERDICTS, rounded._said(tokens[:own], tokens[own:]), strict=True):
        assert numpy.corrcoef(said.ravel(), applied(x, name)[:own].ravel())[0, 1] > 0.99, name


@pytest.mark.parametrize("small", [True, False])
def test_a_reader_is_read_back_to_be_taught_further(tmp_path: Path, *, small: bool) -> None:
    kept, about = graph.read(written(tmp_path / "reader.onnx", 2, small=small))
    made = weights(2)
    assert about["letters"] == list(LETTERS) and about["layers"] == LAYERS and kept.keys() == made.keys()
    for name, value in made.items():
        most = numpy.abs(value).max() / (2 * graph.MOST) if small else 0
        assert numpy.abs(kept[name] - value).max() <= most + 1e-6, name


@given(st.text(alphabet="您好笨已修。， \n〇a", max_size=40))
def test_every_place_of_a_text_stands_among_its_tokens(text: str) -> None:
    letters = {letter: number for number, letter in enumerate(LETTERS)}
    tokens, places = encoder.tokens_of(text, letters)
    assert len(places) == len(text) + 1 and places == sorted(places) and places[-1] == len(tokens) - 1
    for place, letter in enumerate(text):
        if not letter.isspace():
            assert tokens[places[place]] == letters.get(letter, letters[UNKNOWN])
        start, end = encoder.stretch(places, place, place + 1)
        assert 0 <= start < end <= max(len(tokens) - 1, 1)


@given(st.lists(st.integers(1, 700), min_size=1, max_size=30))
def test_windows_cover_the_text_without_a_gap_and_are_not_too_long(lengths: list[int]) -> None:
    spans, start = [], 0
    for length in lengths:
        spans.append((start, start + length))
        start += length + 1
    found = list(encoder.windows(spans, start))
    assert found[0][0] == 0 and [number for _, _, group in found for number in group] == list(
        range(sum(len(group) for _, _, group in found))
    )
    assert all(one[1] == other[0] for one, other in pairwise(found))
    for begin, end, group in found:
        assert len(group) == 1 or spans[group[-1]][1] - begin <= WINDOW
        assert begin <= spans[group[0]][0] and spans[group[-1]][1] <= end
    unread = spans[sum(len(group) for _, _, group in found) :]
    assert all(end > FARTHEST for _, end in unread)


def test_a_text_without_end_is_read_to_a_point_and_no_farther(reader: Encoder) -> None:
    text = "您笨已修好。" * 20_000
    spans = sentences(text)
    heard = reader.hear(text, spans)
    read = sum(end <= FARTHEST for _, end in spans)
    assert numpy.array_equal(heard.parts[read:], numpy.repeat(reader.nothing[None], len(spans) - read, axis=0))
    near = reader.hear(text[:FARTHEST], sentences(text[:FARTHEST]))
    assert numpy.allclose(heard.whole, near.whole, atol=1e-4)


@pytest.mark.parametrize("text", ["", " ", "。", "\x00", "🙂" * 600, "您" * 5_000])
def test_nothing_makes_it_stumble(reader: Encoder, text: str) -> None:
    heard = reader.hear(text, [(0, len(text))])
    assert numpy.isfinite(heard.whole).all() and numpy.isfinite(heard.parts).all()


def test_whole_numbers_are_as_near_as_their_steps() -> None:
    weights = numpy.random.default_rng(2).normal(size=(30, 7))
    weights[:, 3] = 0
    for axis in (0, 1):
        whole, scale = graph.whole_numbers(weights, axis, 63)
        assert whole.dtype == numpy.int8 and numpy.abs(whole).max() == 63
        assert (numpy.abs(whole * scale - weights) <= scale / 2 + 1e-9).all()


def test_the_words_it_names_stand_in_the_sentence_and_say_more_than_the_rest(reader: Encoder) -> None:
    text, spans = "您好。已修好，您笨。", [(0, 2), (3, 9)]
    heard = reader.hear(text, spans, Known("好"))
    for label in LABELS:
        for at, (start, end) in enumerate(spans):
            words = reader.words(text, spans, Known("好"), at, label)
            assert all(word in text[start:end] for word in words) and len(words) == len(set(words))
    [seen] = reader._see(text, tuple(spans), Known("好"))
    said = seen.of(spans[1])
    assert numpy.allclose(said.mean(axis=0), heard.parts[1], atol=1e-4), "shares of characters add up to the verdict"


def test_the_heaviest_runs_are_named_first_and_none_over_another() -> None:
    text = "您好,真笨的人〻请回"
    assert encoder.heaviest(text, [0, 0, 9, 3, 4, 0, 0, 9, 1.5, 2], 3) == ("真笨",)
    assert encoder.heaviest(text, [0, 0, 0, 3, 4, 0, 0, 0, 1.5, 2], 3) == ("真笨", "请回")
    assert encoder.heaviest(text, [0, 0, 0, 3, 4, 0, 0, 0, 1.5, 2], 1) == ("真笨",)
    assert encoder.heaviest("", [], 3) == encoder.heaviest("好", [1.0], 3) == ()
    assert encoder.heaviest("一样重", [1.0, 1.0, 1.0], 3) == ()


def test_a_stretch_that_is_not_read_has_no_words(reader: Encoder) -> None:
    text = "您笨已修好。" * 1_000
    spans = sentences(text)
    assert reader.words(text, spans, NOTHING, len(spans) - 1, "insult") == ()


def test_it_can_be_told_to_forget(reader: Encoder) -> None:
    first = reader.hear("您好", [(0, 2)])
    assert reader.hear("您好", [(0, 2)]) is first
    reader.forget()
    assert reader.hear("您好", [(0, 2)]) is not first


def test_both_readers_are_heard_as_their_file_says(tmp_path: Path) -> None:
    first, text, spans = model(), "您好。真笨。", [(0, 2), (3, 5)]
    alone = first.opinions(text, spans)
    for share in (0.0, 0.3, 1.0):
        file = written(tmp_path / "reader.onnx", heard_second=share, trusted=[["insult", "真笨"]])
        both = first.joined(file)
        heard = Encoder.read(file)[0].hear(text, spans)
        assert both.limits == dict.fromkeys(LABELS, 0.25) and both.trusted == frozenset({("insult", "真笨")})
        found = both.opinions(text, spans)
        second = {  # of a pattern the likeliest sentence and the whole say as much, of an element the whole
            "insult": (heard.whole[0] + heard.parts[:, 0].max()) / 2,
            "action": heard.whole[1],
        }
        for label in LABELS:
            expected = (1 - share) * alone[label].leaning + share * second[label]
            assert found[label].leaning == pytest.approx(expected, abs=1e-4)
        place = spans[int(heard.parts[:, 0].argmax())]
        assert (found["insult"].start, found["insult"].end) == place
        assert (found["action"].start, found["action"].end) == (alone["action"].start, alone["action"].end)


def test_a_rule_stands_where_the_first_reader_believes_it() -> None:
    first = replace(model(), shares=dict.fromkeys(LABELS, 1.0), limits=dict.fromkeys(LABELS, 0.5))
    both = replace(first, alone=first, limits=dict.fromkeys(LABELS, 5.0))
    doubted, believed = Opinion(0.0, 0, 1, first=-1.0), Opinion(0.0, 0, 1, first=0.0)
    assert both.margin("insult", doubted, ruled=True) == pytest.approx(-0.5)
    assert both.margin("insult", believed, ruled=True) == pytest.approx(0.5)
    assert both.margin("insult", believed, ruled=False) == pytest.approx(-5.0), "no rule: both readers decide"
    assert both.margin("action", believed, ruled=True) == pytest.approx(-4.0), "an element is no accusation"


def taught(folder: Path) -> Path:
    """A folder of rules with a first reader and a place for a second one."""
    for file in RULES.rglob("*.yaml"):
        copy = folder / file.relative_to(RULES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    (folder / LEARNED.name).write_bytes(LEARNED.read_bytes())
    second = folder / SECOND.relative_to(RULES)
    second.parent.mkdir(exist_ok=True)
    return second


def test_a_second_reader_beside_the_first_is_read_and_changes_the_hash(tmp_path: Path) -> None:
    second = taught(tmp_path)
    before = read_rubric(tmp_path)
    assert before.learned is not None and before.learned.second is None
    written(second)
    after = read_rubric(tmp_path)
    assert after.learned is not None and after.learned.second is not None
    assert after.content_hash != before.content_hash
    without = read_rubric(tmp_path, second=False)
    assert without.content_hash == before.content_hash and without.learned == replace(without.learned or model())


@pytest.mark.parametrize("content", [b"", b"no reader", b"PK\x03\x04 half of one"])
def test_a_broken_second_reader_is_named(tmp_path: Path, content: bytes) -> None:
    taught(tmp_path).write_bytes(content)
    with pytest.raises(RuleError, match=r"reader\.onnx"):
        read_rubric(tmp_path)


@pytest.mark.parametrize(("value", "expected"), [("on", "True"), ("off", "False"), (" OFF ", "False"), ("", "True")])
def test_it_is_asked_unless_somebody_does_without(value: str, expected: str) -> None:
    asked = "from quizzes.rubric import load_rubric; print(load_rubric().learned.second is not None)"
    ran = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | {"LITERACY_SECOND_READER": value},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == expected


BOTH = read_rubric(RULES)


def test_the_shipped_readers_know_the_same_labels() -> None:
    assert BOTH.learned is not None and BOTH.learned.second is not None
    second = BOTH.learned.second
    assert set(second.labels) == set(BOTH.learned.labels) == set(BOTH.learned.limits) == set(BOTH.learned.shares)
    assert {*"的了是我们您", PAD, UNKNOWN, BEGIN, END} <= set(second.letters)


def test_both_readers_judge_a_reply_together() -> None:
    reply = "请您先把视频删掉，我们再来谈补偿的事。"
    verdict = score_reply(ReplyCase(post="学校伙食费为什么多收了三百块？", reply=reply), BOTH)
    assert "suppression" in verdict.patterns and verdict.rubric_hash == BOTH.content_hash
    assert all(reply[finding.start : finding.end] == finding.text for finding in verdict.findings)


def test_a_fault_that_only_models_heard_names_words_of_that_place() -> None:
    assert BOTH.learned is not None
    reply = "凡事多想想，您孩子还在我们学校念书。伙食费的事学校会研究。"
    silent = {id_: replace(pattern, cues=()) for id_, pattern in BOTH.patterns.items()}
    case = ReplyCase(post="学校伙食费为什么多收了三百块？", reply=reply)
    verdict = score_reply(case, replace(BOTH, patterns=silent))
    [threat] = [finding for finding in verdict.findings if finding.pattern == "threat"]
    named = re.findall("“([^”]+)”", threat.reason.partition("分量最重的是")[2])
    assert named and all(word in threat.text for word in named)


def test_a_measure_that_a_message_board_tells_soberly_is_heard() -> None:
    post = "学校门口早晚高峰太堵，能不能派人疏导。"
    reply = (
        "您好！您提出的建议收悉。经了解，该校门前道路为双向两车道，上下学时段车流集中。交警大队表示，"
        "将在早晚高峰安排警力在路口值守，学校也将实行分年级错峰放学。欢迎继续监督。"
    )
    verdict = score_reply(ReplyCase(channel="留言板", post=post, facts=(), reply=reply), BOTH)
    assert {"action", "basis", "restate"} <= {element.id for element in verdict.elements if element.present}
    assert not verdict.findings and verdict.grade == 3
