"""Rule files: what they may say, and what is answered when they are broken."""

import itertools
import shutil
from pathlib import Path

import pytest
import yaml

from quizzes.rubric import ReplyCase, load_rubric, score_reply
from quizzes.rubric.conditions import answer
from quizzes.rubric.evidence import Reading
from quizzes.rubric.phrases import PhraseError
from quizzes.rubric.rules import LEVELS, RULES, RuleError, read_rubric


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped rules that a test may change."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def with_cue(folder: Path, cue: str, pattern: str = "flippancy") -> Path:
    """The folder with this cue alone for one pattern."""
    (folder / f"cues/{pattern}.yaml").write_text(f"cues:\n  - {cue}\n", encoding="utf-8")
    return folder


def found(folder: Path, reply: str, post: str = "") -> bool:
    return "flippancy" in score_reply(ReplyCase(post=post, reply=reply), read_rubric(folder, learned=False)).patterns


def test_the_shipped_rules_are_whole() -> None:
    rubric = load_rubric()
    assert rubric.version == "1.10" and len(rubric.content_hash) == 64
    assert len(rubric.patterns) == 19 and len(rubric.elements) == 8
    assert rubric.grades == {0: "红线", 1: "不合格", 2: "欠缺", 3: "合格", 4: "优秀"}
    assert rubric.grading.base + sum(element.points for element in rubric.elements.values()) == 100
    bands = [rubric.grading.bands[grade] for grade in range(5)]
    assert bands[0][0] == 0 and bands[-1][1] == 100
    assert all(low[1] + 1 == high[0] for low, high in itertools.pairwise(bands))
    assert rubric.grading.caps == {"redline": bands[0][1], "serious": bands[1][1]}
    assert set(rubric.grading.costs) == set(LEVELS)
    for pattern in rubric.patterns:
        assert pattern in rubric.grading.headlines


def test_every_condition_that_a_rule_asks_for_exists() -> None:
    rubric = load_rubric()
    reading = Reading(ReplyCase(post="路灯坏了", reply="已修好。"), rubric, answer)
    cues = [cue for pattern in rubric.patterns.values() for cue in pattern.cues]
    cues += [cue for element in rubric.elements.values() for cue in element.cues]
    for cue in cues:
        for name in (*cue.when, *cue.unless):
            assert reading.holds(name) in (True, False)


def test_no_set_says_a_word_or_its_name_twice() -> None:
    text = (RULES / "sets.yaml").read_text(encoding="utf-8")
    sets = yaml.safe_load(text)
    names = [line.split(":")[0] for line in text.splitlines() if line and line[0] not in "# -" and ":" in line]
    assert sorted(names) == sorted(sets)
    for name, words in sets.items():
        assert len(words) == len(set(words)), f"{name}: {sorted(word for word in words if words.count(word) > 1)}"


def test_the_hash_changes_with_any_file(folder: Path) -> None:
    before = read_rubric(folder).content_hash
    with (folder / "lists.yaml").open("a", encoding="utf-8") as file:
        file.write("# 一条说明\n")
    assert read_rubric(folder).content_hash != before


@pytest.mark.parametrize(
    ("cue", "error"),
    [
        ("{say: 甲, wenn: 乙}", RuleError),
        ("{weak: true}", RuleError),
        ("(甲", PhraseError),
        ('"{没有这个}"', PhraseError),
        ("[甲", RuleError),
    ],
)
def test_a_broken_cue_is_refused(folder: Path, cue: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_rubric(with_cue(folder, cue))


def test_a_broken_file_is_named(folder: Path) -> None:
    (folder / "lists.yaml").write_text("- 甲\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"lists\.yaml"):
        read_rubric(folder)


def test_an_unknown_level_is_refused(folder: Path) -> None:
    file = folder / "patterns.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("level: minor", "level: tiny", 1), encoding="utf-8")
    with pytest.raises(RuleError, match="tiny"):
        read_rubric(folder)


@pytest.mark.parametrize(
    ("cue", "yes", "no"),
    [
        ("{say: 葡萄, near: 苹果}", "葡萄和苹果。", "葡萄。苹果。"),
        ("{say: 葡萄, not_near: 苹果}", "葡萄。苹果。", "葡萄和苹果。"),
        ("{say: 葡萄, said: 苹果}", "葡萄。苹果。", "葡萄。"),
        ("{say: 葡萄, unsaid: 苹果}", "葡萄。", "葡萄。苹果。"),
        ("{say: 葡萄, when: phone}", "葡萄，请拨0000-88102317。", "葡萄。"),
        ("{say: 葡萄, unless: phone}", "葡萄。", "葡萄，请拨0000-88102317。"),
        ("{say: 葡萄}", "就是葡萄。", "绝不葡萄。"),
        ("{say: 葡萄, denial: false}", "绝不葡萄。", "绝不。"),
        ("{say: 葡萄, quoted: true}", "您说“葡萄”。", "您说。"),
        ("{say: 葡萄}", "葡萄。", "您说“葡萄”。"),
        ("{say: 葡萄, weak: true}", "", "葡萄和葡萄。"),
    ],
)
def test_what_a_cue_may_ask_for(folder: Path, cue: str, yes: str, no: str) -> None:
    with_cue(folder, cue)
    rest = "经现场查看，望舒街道的路灯电缆已经更换。"
    assert not yes or found(folder, yes + rest)
    assert not found(folder, no + rest)


def test_two_different_weak_cues_are_enough(folder: Path) -> None:
    with_cue(folder, "{say: 葡萄, weak: true}\n  - {say: 苹果, weak: true}")
    assert found(folder, "葡萄。路灯已修好。苹果。")
    assert not found(folder, "葡萄。路灯已修好。葡萄。")


def test_fresh_words_are_those_the_post_does_not_use(folder: Path) -> None:
    with_cue(folder, "{say: 葡萄, fresh: true}")
    assert found(folder, "葡萄。路灯已修好。", post="路灯坏了")
    assert not found(folder, "葡萄。路灯已修好。", post="路灯和葡萄坏了")
