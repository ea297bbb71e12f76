"""The labelled corpus: what a sound record is, copies, and agreement between raters."""

import json
from pathlib import Path
from typing import Any

import pytest

from quizzes.rubric import corpus, load_rubric

SOUND: dict[str, Any] = {
    "id": "x-1",
    "channel": "留言板",
    "post": "井盖坏了一周了",
    "facts": ["市政所11月24日更换"],
    "reply": "这事不归我们管，您找别人。",
    "patterns": ["buck_passing"],
    "spans": [{"pattern": "buck_passing", "text": "这事不归我们管"}],
    "elements": [],
    "grade": 1,
}


def test_a_sound_record_has_no_problems() -> None:
    assert corpus.problems(SOUND) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reply": ""}, "reply"),
        ({"reply": 5}, "reply"),
        ({"facts": None}, "facts"),
        ({"channel": "电报"}, "channel"),
        ({"patterns": ["rudeness"], "spans": []}, "unknown"),
        ({"patterns": ["buck_passing", "buck_passing"]}, "twice"),
        ({"elements": ["kindness"]}, "unknown"),
        ({"spans": []}, "none for"),
        ({"spans": [{"pattern": "buck_passing", "text": "这事不归您管"}]}, "does not stand"),
        ({"spans": [*SOUND["spans"], {"pattern": "insult", "text": "您找别人"}]}, "not among"),
        ({"grade": 2}, "at most 1"),
        ({"grade": 5}, "0 to 4"),
        ({"grade": True}, "0 to 4"),
        ({"patterns": ["threat"], "spans": [{"pattern": "threat", "text": "您找别人"}]}, "red line"),
        ({"patterns": ["flippancy"], "spans": [{"pattern": "flippancy", "text": "您找别人"}], "grade": 3}, "at most 2"),
    ],
)
def test_each_problem_is_named(change: dict[str, Any], said: str) -> None:
    assert any(said in problem for problem in corpus.problems({**SOUND, **change}))


def test_the_labels_are_those_of_the_rubric() -> None:
    standard = load_rubric()
    levels = {id_: pattern.level for id_, pattern in standard.patterns.items()}
    assert {id_ for id_, level in levels.items() if level == "redline"} == corpus.REDLINE
    assert {id_ for id_, level in levels.items() if level == "serious"} == corpus.SERIOUS
    assert {id_ for id_, level in levels.items() if level == "minor"} == corpus.MINOR
    assert set(standard.elements) == corpus.ELEMENTS


def test_copies_across_posts_are_found_and_minimal_pairs_are_not() -> None:
    long = "您反映的井盖破损一事，市政所已于11月24日更换，值班电话在井盖旁的公示牌上。"
    records = [
        {"id": "a", "post": "井盖坏了", "reply": long},
        {"id": "b", "post": "井盖坏了", "reply": long.replace("已于", "将于")},
        {"id": "c", "post": "路上有坑", "reply": long},
        {"id": "d", "post": "路上有坑", "reply": "坑已经填平，谢谢提醒。"},
    ]
    assert {frozenset(pair[:2]) for pair in corpus.near_doubles(records)} == {frozenset("ac"), frozenset("bc")}


def test_traditional_script_does_not_hide_a_copy() -> None:
    records = [
        {"id": "a", "post": "甲", "reply": "您反映的噪音問題，我們昨晚已經到現場測過，超過了標準。"},
        {"id": "b", "post": "乙", "reply": "您反映的噪音问题，我们昨晚已经到现场测过，超过了标准。"},
    ]
    assert len(corpus.near_doubles(records)) == 1


def test_a_date_that_stands_in_another_reply_is_no_copy_of_it() -> None:
    records = [
        {"id": "a", "post": "甲", "reply": "9月30日前退。"},
        {"id": "b", "post": "乙", "reply": "多扣的两个月，9月30日前退。您带着单子来就行，不用再跑第二趟。"},
    ]
    assert corpus.near_doubles(records) == []


def test_kappa_of_a_published_example() -> None:
    """Fifty grant applications, two readers: 20 both yes, 15 both no, 5 and 10 split; kappa is 0.40."""
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert corpus.cohens_kappa(pairs) == pytest.approx(0.4)


def test_kappa_at_its_ends() -> None:
    assert corpus.cohens_kappa([]) == 1
    assert corpus.cohens_kappa([(False, False)] * 9) == 1
    assert corpus.cohens_kappa([(True, False), (False, True)]) == pytest.approx(-1)


def test_agreement_counts_what_both_rated() -> None:
    other = {**SOUND, "patterns": [], "spans": []}
    table = corpus.agreement([SOUND, {**SOUND, "id": "x-2"}, {**SOUND, "id": "x-3"}], [other, {**SOUND, "id": "x-2"}])
    assert table["buck_passing"] == (pytest.approx(0.0), 2, 1)
    assert table["insult"] == (1.0, 0, 0)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "part.jsonl"
    path.write_text(json.dumps(SOUND, ensure_ascii=False) + "\n\n[1]\n", "utf-8")
    with pytest.raises(ValueError, match=r"part\.jsonl:3"):
        corpus.read_file(path)


def test_sentences_are_read_with_what_they_show(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("insult,threat\t您这智商，等着瞧吧\n\n-insult\t那句“智商堪忧”不该说\n", "utf-8")
    first, second = corpus.read_sentences(tmp_path)
    assert (first.patterns, first.near) == ({"insult", "threat"}, "")
    assert (second.patterns, second.near, second.text) == (set(), "insult", "那句“智商堪忧”不该说")
    assert corpus.fingerprint([], [first]) != corpus.fingerprint([], [second]) != corpus.fingerprint([])


@pytest.mark.parametrize("line", ["insult", "rude\t您好", "insult\t ", "-insult,threat\t您好", "\t您好"])
def test_a_line_that_is_no_sentence_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(f"insult\t您这智商\n{line}\n", "utf-8")
    with pytest.raises(ValueError, match=r"a\.tsv:2"):
        corpus.read_sentences(tmp_path)


@pytest.fixture(scope="module")
def shipped() -> list[dict[str, Any]]:
    return corpus.read()


@pytest.fixture(scope="module")
def unseen() -> list[dict[str, Any]]:
    """Replies that teach nothing and only measure."""
    return corpus.read(corpus.FOLDER / "unseen")


def test_the_shipped_corpus_is_sound(shipped: list[dict[str, Any]], unseen: list[dict[str, Any]]) -> None:
    every = [*shipped, *unseen]
    assert [f"{record['id']}: {problem}" for record in every for problem in corpus.problems(record)] == []
    ids = [record["id"] for record in every]
    assert len(ids) == len(set(ids)) and len(shipped) >= 2500 and len(unseen) >= 1500
    texts = [sentence.text for sentence in corpus.read_sentences()]
    assert len(texts) == len(set(texts))


def test_the_shipped_corpus_holds_enough_of_everything(shipped: list[dict[str, Any]]) -> None:
    counts = corpus.census(shipped)
    assert min(counts["patterns"].get(pattern, 0) for pattern in corpus.PATTERNS) >= 60
    assert min(counts["grade"].values()) >= 300
    assert set(counts["channel"]) == corpus.CHANNELS
    innocent = sum(not record["patterns"] for record in shipped)
    assert innocent >= 0.4 * len(shipped), "near-misses and innocent uses teach as much as faults"


def test_replies_to_different_posts_are_no_copies(shipped: list[dict[str, Any]], unseen: list[dict[str, Any]]) -> None:
    copies = [pair for pair in corpus.near_doubles([*shipped, *unseen]) if pair[2] >= 0.6]
    assert copies == []


def test_the_shipped_models_know_this_very_corpus(shipped: list[dict[str, Any]]) -> None:
    learned = load_rubric().learned
    assert learned is not None
    assert learned.corpus_hash == corpus.fingerprint(shipped, corpus.read_sentences()), (
        "train again: python -m quizzes.rubric.training"
    )


def test_the_fingerprint_does_not_depend_on_the_order() -> None:
    other = {**SOUND, "id": "x-2"}
    assert corpus.fingerprint([SOUND, other]) == corpus.fingerprint([other, SOUND]) != corpus.fingerprint([SOUND])
