"""The shipped curriculum is whole, and what would make it less is named with its place."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

import quizzes.content
from courses import content, curriculum
from quizzes.models import Kind
from run import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def whole() -> curriculum.Curriculum:
    return curriculum.Curriculum.read()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The shipped content, to be spoilt."""
    for part in ("courses/content", "quizzes/content"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def told(root: Path) -> list[str]:
    return [str(problem) for problem in curriculum.problems(root)]


def test_nothing_is_missing() -> None:
    assert [str(problem) for problem in curriculum.problems()] == []


def test_there_are_twenty_one_modules_in_three_courses_and_three_paths(whole: curriculum.Curriculum) -> None:
    sizes = {slug: len(course["modules"]) for slug, course in whole.taught.courses.items()}
    assert {slug: sizes[slug] for slug in ("wanggan", "wangde", "hudong")} == {"wanggan": 7, "wangde": 7, "hudong": 7}
    assert {"path-front-line", "path-new-media", "path-leaders"} <= sizes.keys()
    assert len(whole.taught.modules) == 21 and len(whole.quizzed.scenarios) == 40
    assert sum(whole.asked.values()) >= 216 and len(whole.quizzed.expressions) >= 50


def test_every_bank_asks_in_several_ways_and_explains_every_option(whole: curriculum.Curriculum) -> None:
    kinds: dict[str, set[str]] = {}
    for slug, item in whole.quizzed.questions.items():
        kinds.setdefault(item["competency"], set()).add(item["kind"])
        body = item["body"]
        rows = [row for key in ("options", "pairs", "items", "accept") for row in body.get(key) or []]
        assert all(row.get("feedback") for row in rows), slug
        if item["kind"] == Kind.TRUE_FALSE:
            assert body["feedback_true"] and body["feedback_false"], slug
    few = {key: sorted(asked) for key, asked in kinds.items() if len(asked) < 6}
    assert not few


def test_the_right_option_does_not_give_itself_away(whole: curriculum.Curriculum) -> None:
    """Neither by its place nor by its length, over the whole bank."""
    longest, places, number = 0, Counter[int](), 0
    for item in whole.quizzed.questions.values():
        if item["kind"] == Kind.SINGLE:
            options = item["body"]["options"]
            right = next(place for place, option in enumerate(options) if option["correct"])
            lengths = [len(option["text"]) for option in options]
            longest += lengths[right] == max(lengths) and lengths.count(max(lengths)) == 1
            places[right] += 1
            number += 1
    assert longest < number * 0.45 and max(places.values()) < number * 0.5, (longest, places, number)


def test_every_competency_keeps_questions_for_later(whole: curriculum.Curriculum) -> None:
    """What is asked neither in a quiz nor after a lesson can be asked again, weeks later, as something new."""
    used = {asked for quiz in whole.quizzed.quizzes.values() for asked, _ in quiz["questions"]}
    used |= {slug for lesson in whole.taught.lessons.values() for slug in lesson["checks"]}
    kept = Counter(item["competency"] for slug, item in whole.quizzed.questions.items() if slug not in used)
    assert all(kept[key] >= 2 for key in whole.asked), kept


def test_the_command_counts_what_there_is() -> None:
    answer = CliRunner().invoke(main, ["content", "check", "--json"])
    found = json.loads(answer.output)
    assert answer.exit_code == 0 and found["problems"] == []
    assert (found["modules"], found["scenarios"]) == (21, 40) and found["lessons"] >= 42
    assert found["questions"] >= 216 and found["expressions"] >= 50
    assert len(found["competencies"]) == 18
    assert all(one["questions"] >= 12 and one["scenarios"] >= 4 for one in found["competencies"].values())


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "quizzes/content/scenarios/s01.yaml",
            "exemplar: |-\n",
            "exemplar: |-\n  再闹就报警抓你。",
            "s01.yaml:{exemplar} exemplar：",
        ),
        ("quizzes/content/scenarios/s01.yaml", "青禾县", "青岛市", "出现了真实的地名或人名“青岛市”"),
        ("courses/content/wanggan/lessons/wg-m1-l1.md", "## ", "李强说。\n\n## ", "出现了真实的地名或人名“李强”"),
        ("courses/content/wanggan/lessons/wg-m1-l1.md", "## ", "字" * 700 + "\n\n## ", "应当在 600 到 1200 之间"),
        ("courses/content/wanggan/lessons/wg-m1-l1.md", "checks:", "# checks:", "练一练"),
        ("quizzes/content/questions/hd1.yaml", "  competency: HD1\n", "", "没有写考查哪项能力"),
        ("courses/content/wanggan/course.yaml", "wg-m7", "wg-m1", "没有单元用到“wg-m7-check”"),
        ("courses/content/cases.yaml", "lesson: hd-m1-l2", "lesson: hd-m1-l1", "没有讲“北京「接诉即办」”的课文"),
        ("courses/content/cases.yaml", "drill: s02", "drill: s99", "“北京「接诉即办」”没有演练"),
    ],
)
def test_what_would_spoil_it_is_named(copy: Path, file: str, old: str, new: str, expected: str) -> None:
    path = copy / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    line = next((number for number, row in enumerate(text.splitlines(), 1) if row.startswith("exemplar:")), 0)
    assert any(expected.replace("{exemplar}", str(line)) in one for one in told(copy)), told(copy)


def test_coverage_is_counted(copy: Path) -> None:
    shutil.rmtree(copy / "quizzes/content/scenarios")
    (copy / "quizzes/content/questions/wg3.yaml").unlink()
    found = told(copy)
    assert any("WG3 识诉只有 0 个情景，至少 4 个" in one for one in found), found[:5]
    assert any("WG3 识诉只有" in one and "道题，至少 12 道" in one for one in found)


def test_an_unsound_file_is_no_reason_to_fall_over(copy: Path) -> None:
    (copy / "quizzes/content/scenarios/s01.yaml").write_text("- [\n")
    (copy / "courses/content/wanggan/lessons/wg-m1-l1.md").write_bytes(b"\xff\xfe")
    assert told(copy)
    linked = content.Quizzed.of(quizzes.content.Files(copy / "quizzes/content"))
    assert content.Files(linked, copy / "courses/content").problems
