"""A course leaves as a zip and comes back the same, wherever it is brought."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

import courses.content
import quizzes.content
from courses.exchange import layout
from courses.exchange.collecting import files_of
from courses.exchange.importing import imported
from courses.exchange.package import checked, opened
from courses.exchange.plan import Fate, planned
from courses.models import Course, Lesson
from literacy.db import db
from literacy.errors import Refused
from literacy.models import AuditEntry
from literacy.pictures import service as pictures
from literacy.pictures.models import Picture
from literacy.zips import packed, unpacked
from quizzes.models import Question, Quiz
from tests.conftest import empty_database
from tests.courses.factories import make_course, make_lesson
from tests.literacy.pictures.making import picture
from tests.quizzes.factories import make_expression, make_quiz, make_source

BODY = "## 小标题\n\n按《个人信息保护法》第四条，[破防](word:l03)。\n\n![工单](media/a.svg)\n"


@pytest.fixture
def data_folder(app, tmp_path, monkeypatch) -> Path:
    """A data folder of its own, and no shipped course folders."""
    monkeypatch.setitem(app.config, "DATA_FOLDER", tmp_path / "data")
    monkeypatch.setattr(courses.content, "FOLDER", tmp_path / "shipped")
    (tmp_path / "data").mkdir()
    (tmp_path / "shipped/tu/media").mkdir(parents=True)
    (tmp_path / "shipped/tu/media/a.svg").write_text("<svg/>")
    return tmp_path / "data"


def everything() -> Course:
    """A course with one of everything, two images folders, and a module that is still empty."""
    make_source("个人信息保护法", "第四条", open_clauses=("第四条",))
    make_expression("l03", "破防", "绷不住", tone="强", misreading="矫情")
    kinds = ("single", "multiple", "truefalse", "matching", "ordering", "short")
    quiz = make_quiz(*kinds, slug="z1", time_limit_minutes=15)
    quiz.slots[0].marks = 2.5
    drill = make_quiz("reply", slug="d1", drill=True)
    check = db.session.scalars(select(Question).where(Question.slug == "z1-0-single")).one()
    lesson = make_lesson("l1", body=BODY, media="tu", checks=[check.slug], sources=["《个人信息保护法》第四条"],
                         competencies=["WG1"], title="yes", summary="一行\n另一行: {a} # b")  # fmt: skip
    plain = make_lesson("l2", body="没有图")
    course = make_course([lesson, quiz, drill], [plain], [], slug="kc")
    course.summary, course.position = "2026-11-24", 3
    course.modules[0].objectives = ["能看出“推诿”", "- 会答复"]
    course.modules[1].hours = 1.5
    db.session.flush()
    return course


def zip_of(slug: str = "kc") -> bytes:
    db.session.expire_all()
    return packed(files_of(db.session.scalars(select(Course).where(Course.slug == slug)).one()))


def bring(author, data: bytes, *overwritten: str):
    package = opened(data)
    assert [str(problem) for problem in package.problems] == []
    plan = imported(author, package, planned(package).digest, overwritten)
    db.session.commit()
    return plan


def fates(data: bytes) -> dict[str, Fate]:
    return {change.name: change.fate for change in planned(opened(data)).changes if change.fate is not Fate.SAME}


def test_a_course_comes_back_the_same_in_an_empty_database(app, data_folder, person, monkeypatch, tmp_path):
    everything()
    db.session.commit()
    data = zip_of()
    db.session.rollback()
    db.session.remove()
    empty_database()
    monkeypatch.setattr(courses.content, "FOLDER", tmp_path / "elsewhere")
    plan = bring(person("trainer"), data)
    assert {change.fate for change in plan.changes} == {Fate.NEW}
    assert (data_folder / "media/tu/a.svg").read_text() == "<svg/>"
    assert zip_of() == data
    course = db.session.scalars(select(Course)).one()
    assert course.state == "published" and [len(module.activities) for module in course.modules] == [3, 1, 0]
    assert course.activities[0].target.checks == ["z1-0-single"]
    assert fates(data) == {}
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert actions.count("content.created") == 15 and "package.imported" in actions


def test_importing_twice_changes_nothing(app, data_folder, person):
    everything()
    db.session.commit()
    trainer, data = person("trainer"), zip_of()
    before = {row.slug: row.revision for row in db.session.scalars(select(Lesson))}
    assert bring(trainer, data).does_nothing and bring(trainer, data).does_nothing
    assert {row.slug: row.revision for row in db.session.scalars(select(Lesson))} == before
    assert all(len(row.versions) == 1 for row in db.session.scalars(select(Question)))


def test_the_shipped_courses_leave_and_come_back_as_they_are(app, person):
    quizzes.content.sync()
    courses.content.sync()
    db.session.commit()
    for slug in ("wanggan", "path-front-line"):
        data = zip_of(slug)
        package = opened(data)
        assert [str(problem) for problem in package.problems] == []
        assert planned(package).does_nothing


def test_what_was_changed_here_since_is_a_conflict_and_stays_unless_it_is_chosen(app, data_folder, person):
    course = everything()
    db.session.commit()
    trainer, old = person("trainer"), zip_of()
    lesson = course.activities[0].target
    lesson.body = BODY + "\n新的一段\n"
    lesson.change()
    quiz = db.session.scalars(select(Quiz).where(Quiz.slug == "z1")).one()
    quiz.title = "改了名"  # changed by a file, not by a trainer
    db.session.commit()
    assert fates(old) == {"lessons-l1": Fate.CONFLICT, "quizzes-z1": Fate.CHANGED}
    bring(trainer, old)
    assert (lesson.body[-5:], quiz.title) == ("新的一段\n", "小测")
    assert bring(trainer, old, "lessons-l1").conflicts
    assert lesson.body == BODY and fates(old) == {}


def test_what_came_in_a_package_is_replaced_by_the_next_one(app, data_folder, person):
    """Nobody wrote to it here in between, so that there is nothing to ask about."""
    everything()
    db.session.commit()
    trainer = person("trainer")
    first = files_of(db.session.scalars(select(Course)).one())
    path = "courses/content/tu/lessons/l1.md"
    second = {**first, path: first[path].replace("小标题".encode(), "大标题".encode())}
    third = {**first, path: first[path].replace("小标题".encode(), "中标题".encode())}
    bring(trainer, packed(second))
    assert fates(packed(third)) == {"lessons-l1": Fate.CHANGED}
    # The files that are shipped leave alone what was imported.
    assert db.session.scalars(select(Lesson).where(Lesson.slug == "l1")).one().edited


def test_a_changed_question_keeps_its_old_version(app, data_folder, person):
    everything()
    db.session.commit()
    files = files_of(db.session.scalars(select(Course)).one())
    path = "quizzes/content/questions/kc.yaml"
    rows = yaml.safe_load(files[path])
    rows[0]["stem"] = "新的题干"
    bring(person("trainer"), packed({**files, path: layout.dumped(rows)}))
    question = db.session.scalars(select(Question).where(Question.slug == rows[0]["slug"])).one()
    assert [version.number for version in question.versions] == [1, 2] and question.body["stem"] == "新的题干"


def test_a_question_cannot_turn_into_another_kind(app, data_folder, person):
    everything()
    db.session.commit()
    files = files_of(db.session.scalars(select(Course)).one())
    path = "quizzes/content/questions/kc.yaml"
    rows = [{**row, "kind": "multiple"} if row["kind"] == "single" else row for row in yaml.safe_load(files[path])]
    package = opened(packed({**files, path: layout.dumped(rows)}))
    plan = planned(package)
    assert "题型不能改" in plan.refusals[0]
    with pytest.raises(Refused, match="题型不能改"):
        imported(person("trainer"), package, plan.digest, ())


def test_nothing_is_imported_when_somebody_wrote_since_the_preview(app, data_folder, person):
    course = everything()
    db.session.commit()
    files = files_of(course)
    path = "courses/content/tu/lessons/l1.md"
    package = opened(packed({**files, path: files[path].replace("小标题".encode(), "大标题".encode())}))
    seen = planned(package).digest
    lesson = course.activities[0].target
    lesson.summary = "别人改的"
    lesson.change()
    db.session.commit()
    with pytest.raises(Refused, match="有人改过"):
        imported(person("trainer"), package, seen, ())
    db.session.rollback()
    assert lesson.summary == "别人改的"


def test_a_published_course_does_not_become_incomplete(app, data_folder, person):
    """The package changes the course; a lesson in it was retired here, so that learners would meet a hole."""
    course = everything()
    lesson = course.activities[0].target
    db.session.commit()
    files = files_of(course)
    course.modules[0].activities.pop(0)
    db.session.flush()
    lesson.retire()
    course.change()
    db.session.commit()
    package = opened(packed(files))
    plan = planned(package)
    assert [change.name for change in plan.conflicts] == ["courses-kc"]
    with pytest.raises(Refused, match="不能改成不完整的"):
        imported(person("trainer"), package, plan.digest, {"courses-kc"})
    db.session.rollback()
    assert lesson not in [activity.target for activity in course.activities]
    assert not list((data_folder / "media").rglob("*.svg"))


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("courses/content/kc/course.yaml", "modules:", "modulos:", "course.yaml:5 modulos：不认识这个键"),
        ("courses/content/kc/modules/m0.yaml", "quiz: z1", "quiz: z9", "没有“z9”"),
        ("courses/content/tu/lessons/l1.md", "media/a.svg", "media/b.svg", "l1.md:18 找不到图片 media/b.svg"),
        ("courses/content/tu/lessons/l1.md", "第四条，", "第五条，", "依据登记表里没有"),
        ("quizzes/content/questions/kc.yaml", "kind: single", "kind: solo", "kc.yaml:"),
        ("quizzes/content/scenarios/s-d1-0-reply.yaml", "channel: 留言板", "channel: 电报", "channel"),
        ("quizzes/content/quizzes/z1.yaml", "title: 小测", f"title: {'长' * 201}", "最多 200 个字"),
        ("quizzes/content/quizzes/z1.yaml", "title: 小测", "title: &a 小测\nintro: *a", "不能用 & 和 * 引用"),
    ],
)
def test_each_mistake_is_named_with_file_line_and_key(app, data_folder, path, old, new, said):
    everything()
    files = files_of(db.session.scalars(select(Course)).one())
    assert old in files[path].decode()
    problems = checked({**files, path: files[path].decode().replace(old, new).encode()}).problems
    assert any(said in str(problem) for problem in problems), [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("courses/content/kc/run.py", b"", "不该有这个文件"),
        ("courses/content/kc/media/a.html", b"", "不该有这个文件"),
        ("instance/secret.key", b"", "不该有这个文件"),
        ("quizzes/content/questions/x.yaml", b"a" * 3_000_000, "文件太大"),
        ("quizzes/content/questions/x.yaml", b"\xff\xfe", "UTF-8"),
        ("quizzes/content/questions/x.yaml", b"[" * 5000, "YAML"),
    ],
)
def test_what_does_not_belong_is_refused(app, data_folder, path, content, said):
    everything()
    files = files_of(db.session.scalars(select(Course)).one())
    problems = checked({**files, path: content}).problems
    assert any(said in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_a_folder_around_it_and_files_of_the_whole_curriculum_do_no_harm(app, data_folder):
    everything()
    files = files_of(db.session.scalars(select(Course)).one())
    more = {**files, "courses/content/cases.yaml": b"[]", "quizzes/content/names/people.txt": b"x", "README.md": b"x"}
    assert opened(packed({f"我的课/{path}": data for path, data in more.items()})).problems == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello", "不是 zip 文件"),
        (packed({"../x": b""}), "可疑的路径"),
        (packed({"a.yaml": b"0" * 70_000_000}), "太大"),
        (packed({"README.md": b"x"})[:40], "打不开"),
    ],
)
def test_what_is_no_package_is_not_opened(app, data, said):
    with pytest.raises(Refused, match=said):
        opened(data)


def test_an_empty_zip_holds_no_course(app, data_folder):
    assert "没有课程文件" in opened(packed({})).problems[0].problem


def test_uploaded_pictures_travel_with_their_lesson(app, data_folder, person) -> None:
    trainer = person("trainer")
    shown = pictures.take_in(trainer, picture("JPEG"), "路灯.jpg", "坏了的路灯")
    body = f"![坏了的路灯]({shown.path})"
    make_course([make_lesson("l1", body=body)], slug="kc")
    db.session.commit()
    data, stored, path = zip_of(), pictures.file_of(shown).read_bytes(), shown.path
    assert f"pictures/{shown.file_name}" in unpacked(data)
    pictures.file_of(shown).unlink()
    db.session.commit()
    empty_database()
    db.session.expire_all()
    bring(person("trainer"), data)
    assert db.session.scalars(select(Lesson)).one().body.strip() == body
    here = db.session.scalars(select(Picture)).one()
    assert here.path == path and pictures.file_of(here).read_bytes() == stored
    assert zip_of() == data and fates(data) == {}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [("a" * 20, b"<svg onload=alert(1)>", "SVG"), ("b" * 20, picture("PNG"), "对不上")],
)
def test_what_lies_among_the_pictures_has_to_be_one(app, data_folder, name: str, data: bytes, said: str) -> None:
    make_course([make_lesson("l1")], slug="kc")
    db.session.commit()
    package = opened(packed({**unpacked(zip_of()), f"pictures/{name}.png": data}))
    assert [said in str(problem) for problem in package.problems] == [True]
