"""The learned models: packing, summing up, and how they are weighed with rules. Small models, made here."""

import math
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.rubric import ReplyCase, corpus, load_rubric, score_reply
from quizzes.rubric.conditions import answer
from quizzes.rubric.evidence import Reading, believed
from quizzes.rubric.judge import plain_words
from quizzes.rubric.leaning import Scales
from quizzes.rubric.learned import Learned, Opinion, Weights, grams
from quizzes.rubric.rules import RULES, Rubric, RuleError, read_rubric
from quizzes.rubric.runs import Runs

LABELS = ("insult", "action")
RUNS = {"您": (1.0, {}), "笨": (2.0, {0: 4.0}), "已修": (2.0, {1: 3.0}), "真笨": (3.0, {0: 2.0, 1: -1.5})}


def weights() -> Weights:
    return Weights.made((-1.0, -0.5), RUNS)


def model(**changes: object) -> Learned:
    given = {
        "labels": LABELS,
        "located": frozenset({"insult"}),
        "whole": weights(),
        "parts": weights(),
        "shares": {"insult": 2.0, "action": 3.0},
        "limits": {"insult": 1.0, "action": 0.0},
        "trusted": frozenset({("insult", "真笨")}),
        "corpus_hash": "0",
    }
    return Learned(**{**given, **changes})  # type: ignore[arg-type]


def naive(weights: Weights, text: str) -> list[float]:
    """What ``Scales`` has to find, run by run."""
    counts = {run: grams(text).count(run) for run in set(grams(text)) & set(weights.runs)}
    values = {run: (1 + math.log(count)) * weights.rarity[weights.runs[run]] for run, count in counts.items()}
    norm = math.sqrt(sum(value * value for value in values.values())) or 1
    spoken = [value * weights.table[weights.runs[run]] / norm for run, value in values.items()]
    return [bias + sum(one[label] for one in spoken) for label, bias in enumerate(weights.bias)]


def leanings(*texts: str) -> numpy.ndarray:
    """What the small model says of each text, as a whole."""
    scales = Scales.made(weights(), weights())
    return numpy.array([scales.leanings(text, [(0, len(text))])[0] for text in texts])


SENTENCES = st.lists(st.text(alphabet="您真笨已修好外地农村3某uu 市a", max_size=9), min_size=1, max_size=5)
SOME_RUNS = st.dictionaries(
    st.text(alphabet="您真笨已修好〇〆0 a", min_size=1, max_size=4),
    st.tuples(st.floats(0.5, 9), st.dictionaries(st.integers(0, 1), st.floats(-9, 9))),
    max_size=12,
)


@given(SENTENCES, SOME_RUNS, SOME_RUNS)
def test_both_models_sum_up_what_each_would_alone(sentences: list[str], one: dict, other: dict) -> None:
    whole, parts = Weights.made((0.5, -1.0), one), Weights.made((-0.25, 2.0), other)
    text = "。".join(sentences)
    ends = list(accumulate(len(said) + 1 for said in sentences))
    spans = [(end - 1 - len(said), end - 1) for end, said in zip(ends, sentences, strict=True)]
    found, by_sentence = Scales.made(whole, parts).leanings(text, spans)
    assert found.tolist() == pytest.approx(naive(whole, text), abs=1e-4)
    for said, sums in zip(sentences, by_sentence, strict=True):
        assert sums.tolist() == pytest.approx(naive(parts, said), abs=1e-4)


@given(SOME_RUNS, st.text(alphabet="您真笨已修好〇〆0 a", max_size=30))
def test_every_known_run_is_found_where_it_stands(runs: dict, text: str) -> None:
    tree, numbers = Runs.made(list(runs))
    found = {(number, text[start : end + 1]) for number, start, end in zip(*map(list, tree.find(text)), strict=True)}
    for run, number in zip(runs, numbers.tolist(), strict=True):
        assert ((number, run) in found) == (run in text)
    assert sum(text[at:].startswith(run) for run in runs for at in range(len(text))) <= len(tree.find(text)[0])


@pytest.mark.parametrize("run", ["", "12345", "a\nb"])
def test_what_is_no_run_is_refused(run: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        Runs.made(["您", run])


def test_grams_are_all_short_runs_with_blanks_folded() -> None:
    assert sorted(grams("ab \n c")) == sorted(["a", "b", " ", "c", "ab", "b ", " c", "ab ", "b c", "ab c"])


def test_a_leaning_is_the_sum_of_weighted_runs_of_a_text_of_length_one() -> None:
    """Worked by hand: 您, 笨 and 真笨 are known; their squares are 1, 4 and 9."""
    norm = math.sqrt(1 + 4 + 9)
    assert leanings("您真笨")[0, 0] == pytest.approx(-1.0 + (2.0 * 4.0 + 3.0 * 2.0) / norm)


def test_more_of_the_same_counts_less_and_less() -> None:
    once, often = leanings("笨，您", "笨，笨，笨，您")[:, 0]
    assert once < often < -1.0 + 4.0


def test_text_of_nothing_known_has_the_bias_alone() -> None:
    """Wherever it stands among others."""
    known = leanings("您真笨")[0, 0]
    spans = [(0, 0), (1, 4), (5, 6), (7, 10), (11, 11)]
    found = Scales.made(weights(), weights()).leanings("。您真笨。好。您真笨。", spans)[1][:, 0]
    assert found == pytest.approx([-1.0, known, -1.0, known, -1.0])


def test_the_heaviest_words_come_first_and_none_inside_another() -> None:
    assert weights().heaviest("您真笨，已修", 0) == ("真笨",)
    assert weights().heaviest("您真笨，已修", 1) == ("已修",)


@given(st.dictionaries(st.text(min_size=1, max_size=4).filter(lambda run: "\n" not in run),
       st.tuples(st.floats(0.5, 9), st.dictionaries(st.integers(0, 1), st.floats(-9, 9)))))  # fmt: skip
def test_packing_loses_nothing_but_the_fourth_decimal(runs: dict) -> None:
    made = Weights.made((0.25, -0.5), runs)
    again = Weights.unpack(made.pack())
    assert again.runs == made.runs
    for name in ("bias", "rarity", "table"):
        assert numpy.array_equal(getattr(again, name), getattr(made, name)), name
    for run, (_rarity, expected) in runs.items():
        row = again.table[again.runs[run]]
        assert row.tolist() == pytest.approx([expected.get(label, 0) for label in (0, 1)], abs=6e-4)


def test_a_file_gives_back_what_was_written_and_the_same_bytes_twice(tmp_path: Path) -> None:
    model().write(tmp_path / "a.json.gz")
    model().write(tmp_path / "b.json.gz")
    assert (tmp_path / "a.json.gz").read_bytes() == (tmp_path / "b.json.gz").read_bytes()
    again = Learned.read(tmp_path / "a.json.gz")
    assert replace(again, whole=None, parts=None) == model(whole=None, parts=None)
    assert again.parts.pack() == model().parts.pack() and again.whole.pack() == model().whole.pack()


def test_an_opinion_points_at_the_sentence_that_speaks_most() -> None:
    said = model().opinions("已修好。您真笨。再见", [(0, 3), (4, 7), (8, 10)])
    assert (said["insult"].start, said["insult"].end) == (4, 7)
    assert (said["action"].start, said["action"].end) == (0, 3)


def test_a_rule_adds_its_share() -> None:
    opinion = Opinion(0.0, 0, 1)
    assert not believed(model().margin("insult", opinion, ruled=False), ruled=False)
    assert believed(model().margin("insult", opinion, ruled=True), ruled=True)


def test_a_model_finds_what_no_rule_names_and_says_so() -> None:
    taught = replace(read_rubric(RULES, learned=False), learned=everywhere(insult=1.0))
    verdict = score_reply(ReplyCase(post="路灯坏了", reply="您真笨。灯已修好。"), taught)
    finding = next(one for one in verdict.findings if one.pattern == "insult")
    assert finding.text == "您真笨"
    assert "真笨" in finding.reason and finding.reason.startswith(taught.patterns["insult"].reason)


def test_a_model_overrules_a_rule_that_it_finds_unlikely() -> None:
    rules = read_rubric(RULES, learned=False)
    reply = (
        "你脑子有病吧，灯已修好。路灯管理所昨晚换了电缆，学院路三号到七号都亮了，以后不亮请打值班电话，一个小时内到。"
    )
    case = ReplyCase(post="路灯坏了", reply=reply)
    assert "insult" in score_reply(case, rules).patterns
    taught = replace(rules, learned=everywhere(insult=0.0))
    assert "insult" not in score_reply(case, taught).patterns
    short = replace(case, reply=reply[:12])
    assert "insult" in score_reply(short, taught).patterns, "too little to hear: the rule counts"
    phrase = next(one for one in plain_words(Reading(case, rules, answer)) if one[0] == "insult")
    never_wrong = replace(rules, learned=replace(everywhere(insult=0.0), trusted=frozenset({phrase})))
    assert "insult" in score_reply(case, never_wrong).patterns


def test_in_a_few_plain_words_a_model_adds_nothing() -> None:
    taught = replace(read_rubric(RULES, learned=False), learned=everywhere(insult=1.0))
    found = score_reply(ReplyCase(post="路灯坏了", reply="无可奉告，别再问。"), taught).patterns
    assert "stonewalling" in found and "insult" not in found


def test_a_model_says_nothing_where_a_condition_forbids_it() -> None:
    taught = replace(read_rubric(RULES, learned=False), learned=everywhere(transfer_only=1.0))
    reply = "经路灯管理所查看，学院路三号至七号的电缆被施工挖断，已和施工方约定由他们出钱、我们出人，" * 3
    assert "transfer_only" not in score_reply(ReplyCase(post="路灯坏了", reply=reply), taught).patterns


@pytest.mark.parametrize(("above", "found"), [(1.0, False), (3.0, True)])
def test_in_a_reply_by_the_form_a_model_has_to_be_surer(above: float, found: bool) -> None:
    """Message boards answer politely; where no rule names an offence, a little more than the limit is not enough."""
    learned = everywhere(insult=0.0)
    taught = replace(read_rubric(RULES, learned=False), learned=learned)
    told = "路灯管理所昨晚换了电缆，学院路三号到七号都亮了。"
    sure = {"insult": Opinion(learned.limits["insult"] + above, 0, 8)}
    plain = ReplyCase(post="路灯坏了", reply=told)
    formal = ReplyCase(post="路灯坏了", reply=f"{told}特此回复。")
    assert "insult" in score_reply(plain, taught, opinions_of(taught, plain, sure)).patterns
    assert ("insult" in score_reply(formal, taught, opinions_of(taught, formal, sure)).patterns) is found


def test_a_grave_word_counts_where_its_sentence_alone_speaks_for_it() -> None:
    """A good answer around it, which makes the whole reply sound harmless, excuses nothing."""
    rules = read_rubric(RULES, learned=False)
    rest = "路灯管理所昨晚换了电缆，学院路三号到七号都亮了，以后不亮请打值班电话，一个小时内到。"
    case = ReplyCase(post="路灯坏了", reply="你脑子有病吧。" + rest)
    places = {"insult": Opinion(-5.0, 0, 7, 1.0)}
    taught = replace(rules, learned=everywhere(insult=0.0))
    assert "insult" in score_reply(case, taught, opinions_of(taught, case, places)).patterns
    elsewhere = {"insult": Opinion(-5.0, 8, 20, 1.0)}
    assert "insult" not in score_reply(case, taught, opinions_of(taught, case, elsewhere)).patterns


def opinions_of(rubric: Rubric, case: ReplyCase, changes: dict[str, Opinion]) -> dict[str, Opinion]:
    """What the models of a rubric say of a reply, but for some labels."""
    reading = Reading(case, rubric, answer)
    return {**reading.opinions, **changes}


def test_an_empty_reply_is_judged_by_structure_alone() -> None:
    taught = replace(read_rubric(RULES, learned=False), learned=everywhere(insult=1.0, action=1.0))
    for reply in ("", "您好，已收悉。"):
        verdict = score_reply(ReplyCase(post="路灯坏了", reply=reply), taught)
        assert verdict.patterns == ("template_error",)
        assert not any(element.present for element in verdict.elements)


def everywhere(**chances: float) -> Learned:
    """Models of every label that are sure of the same answer for any text; unnamed labels follow the rules."""
    labels = (*sorted(corpus.PATTERNS), *sorted(corpus.ELEMENTS))
    bias = [30.0 if chances.get(label, 0) else -30.0 for label in labels]
    runs = {"真笨": (1.0, {labels.index("insult"): 1.0})}
    made = Weights.made(bias, runs)
    shares = {label: 0.0 if label in chances else 100.0 for label in labels}
    return Learned(labels, frozenset(corpus.PATTERNS), made, made, shares, dict.fromkeys(labels, 0.0), frozenset(), "0")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    for path in RULES.rglob("*.yaml"):
        copy = tmp_path / path.relative_to(RULES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (tmp_path / "learned.json.gz").write_bytes(b"no gzip")
    with pytest.raises(RuleError, match=r"learned\.json\.gz"):
        read_rubric(tmp_path)


def test_the_hash_of_the_rubric_covers_the_models(tmp_path: Path) -> None:
    if load_rubric().learned is None:
        pytest.skip("no models are shipped")
    assert read_rubric(RULES).content_hash != read_rubric(RULES, learned=False).content_hash
