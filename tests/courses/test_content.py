"""Course files: the shipped ones are sound; syncing adds, updates, never deletes, never overwrites a trainer."""

import shutil
from pathlib import Path

import pytest

import courses.content
import quizzes.content
from courses.models import Activity, Course, Lesson
from courses.service.study import update_completion
from literacy.db import db, now
from quizzes.models import Question, Quiz, Scenario
from quizzes.reference.models import Expression, Source
from tests.courses.factories import enrol, read

COURSE = """\
slug: demo
title: 示例课程
modules: [m1]
"""
MODULE = """\
slug: m1
title: 第一单元
hours: 1
activities:
  - {lesson: l1}
  - {quiz: z1}
"""
LESSON = "---\nslug: l1\ntitle: 第一课\n---\n\n## 小标题\n\n正文\n"
QUESTION = """\
- slug: q1
  kind: truefalse
  stem: 群众说「呵呵」就是满意。
  competency: WG1
  difficulty: 1
  answer: false
  feedback_true: 多半是不信。
  feedback_false: 对，多半是不信。
"""
SOURCES = """\
- slug: pipl
  title: 个人信息保护法
  kind: law
  aliases: [个保法]
  status: 已核
  checked_on: 2026-11-24
  clauses:
    - {clause: 第四条, gist: 什么是个人信息}
    - {clause: 第五条, status: 待核}
"""
WORDS = """\
- slug: l03
  title: 破防
  forms: [破防, 绷不住]
  meaning: 情绪绷不住了
  tone: 强
  misreading: 矫情
  response: 先认情绪，再问事由
  status: 待核
"""
QUIZ = "slug: z1\ntitle: 小测\nquestions:\n  - {question: q1}\n"


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A small set of content files, laid out as in the project."""
    files = {
        "courses/content/demo/course.yaml": COURSE,
        "courses/content/demo/modules/m1.yaml": MODULE,
        "courses/content/demo/lessons/l1.md": LESSON,
        "quizzes/content/questions/a.yaml": QUESTION,
        "quizzes/content/quizzes/z1.yaml": QUIZ,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def sync(folders: Path):
    first = quizzes.content.sync(folders / "quizzes/content")
    first.add(courses.content.sync(folders / "courses/content"))
    db.session.commit()
    return first


def test_shipped_files_have_no_problems():
    assert [str(problem) for problem in quizzes.content.check() + courses.content.check()] == []


def test_first_sync_makes_everything_and_publishes_it(app, folders):
    report = sync(folders)
    assert not report.problems
    assert sorted(report.created) == ["demo", "l1", "q1", "z1"]
    course = db.session.query(Course).one()
    assert course.state == "published"
    assert [activity.target.slug for activity in course.activities] == ["l1", "z1"]


def test_second_sync_changes_nothing(app, folders):
    sync(folders)
    report = sync(folders)
    assert (report.created, report.updated, report.kept) == ([], [], [])
    assert len(db.session.query(Question).one().versions) == 1


def test_a_changed_question_gets_a_new_version(app, folders):
    sync(folders)
    (folders / "quizzes/content/questions/a.yaml").write_text(QUESTION.replace("就是满意", "就是同意"))
    report = sync(folders)
    assert report.updated == ["q1"]
    question = db.session.query(Question).one()
    assert [version.number for version in question.versions] == [1, 2]
    assert "同意" in question.body["stem"]


def test_what_a_trainer_edited_is_left_alone(app, folders):
    sync(folders)
    lesson = db.session.query(Lesson).one()
    lesson.body = "培训师的正文"
    lesson.change()
    db.session.commit()
    (folders / "courses/content/demo/lessons/l1.md").write_text(LESSON.replace("正文", "文件的新正文"))
    report = sync(folders)
    assert report.kept == ["l1"]
    db.session.expire_all()
    assert db.session.query(Lesson).one().body == "培训师的正文"


def test_who_has_nothing_left_after_a_change_is_done(app, folders, person):
    sync(folders)
    course, lesson = db.session.query(Course).one(), db.session.query(Lesson).one()
    learner = person("learner")
    enrolment = enrol(learner, course)
    read(learner, lesson)
    (folders / "courses/content/demo/modules/m1.yaml").write_text(MODULE.replace("  - {quiz: z1}\n", ""))
    sync(folders)
    assert enrolment.completed_at is not None


def test_what_a_trainer_retired_stays_retired(app, folders):
    sync(folders)
    db.session.query(Course).one().retire()
    db.session.commit()
    (folders / "courses/content/demo/course.yaml").write_text(COURSE.replace("示例课程", "新的名字"))
    assert sync(folders).updated == ["demo"]
    course = db.session.query(Course).one()
    assert (course.title, course.state) == ("新的名字", "retired")


def test_nothing_is_deleted(app, folders):
    sync(folders)
    shutil.rmtree(folders / "courses/content/demo")
    (folders / "quizzes/content/quizzes/z1.yaml").unlink()
    sync(folders)
    assert db.session.query(Course).count() == 1
    assert db.session.query(Quiz).count() == 1


def test_activities_keep_their_rows_when_a_course_grows(app, folders):
    """Readings and results hang on lessons and quizzes, links on activities: a re-order must not remake them."""
    sync(folders)
    before = {activity.target.slug: activity.id for activity in db.session.query(Activity)}
    (folders / "courses/content/demo/lessons/l2.md").write_text(LESSON.replace("l1", "l2").replace("第一课", "第二课"))
    path = folders / "courses/content/demo/modules/m1.yaml"
    path.write_text(MODULE.replace("  - {lesson: l1}\n", "  - {lesson: l2}\n  - {lesson: l1}\n"))
    sync(folders)
    after = {activity.target.slug: activity.id for activity in db.session.query(Activity)}
    assert before.items() <= after.items() and len(after) == 3


def test_a_malformed_file_is_reported_and_stops_nothing_else(app, folders):
    (folders / "quizzes/content/scenarios").mkdir()
    (folders / "quizzes/content/scenarios/bad.yaml").write_text("slug: s1\ntitle: 坏的\nchannel: 电报\n")
    (folders / "quizzes/content/questions/b.yaml").write_text("- slug: q2\n  kind: single\n  stem: [\n")
    report = sync(folders)
    assert sorted(report.created) == ["demo", "l1", "q1", "z1"]
    assert db.session.query(Scenario).count() == 0
    shown = [str(problem) for problem in report.problems]
    assert any("scenarios/bad.yaml:3 channel" in line for line in shown), shown
    assert any("questions/b.yaml:" in line and "YAML" in line for line in shown), shown


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("courses/content/demo/modules/m1.yaml", "{quiz: z1}", "{quiz: zz}", "m1.yaml:6 activities[2].quiz"),
        ("courses/content/demo/course.yaml", "[m1]", "[m2]", "course.yaml:3 modules：没有单元“m2”"),
        ("courses/content/demo/course.yaml", "[m1]", "[m1, m1]", "course.yaml:3 modules：“m1”写了两次"),
        (
            "courses/content/demo/lessons/l1.md",
            "title: 第一课",
            "title: 第一课\nchecks: [q9]",
            "l1.md:4 checks：没有题目“q9”",
        ),
        (
            "courses/content/demo/lessons/l1.md",
            "title: 第一课",
            "title: 课\nsources: [《某法》]",
            "l1.md:4 sources：依据登记表里没有《某法》",
        ),
        ("courses/content/demo/lessons/l1.md", "正文", "按《某法》第一条", "l1.md:8 依据登记表里没有《某法》第一条"),
        ("courses/content/demo/lessons/l1.md", "正文", "[破防](word:l03)", "l1.md:8 词典里没有 l03"),
        ("courses/content/demo/course.yaml", "title: 示例课程", "titel: 示例课程", "titel"),
        ("courses/content/demo/lessons/l1.md", "正文", "![](media/no.svg)", "找不到图片 media/no.svg"),
        ("quizzes/content/quizzes/z1.yaml", "q1", "q9", "没有题目“q9”"),
        ("quizzes/content/quizzes/z1.yaml", "title: 小测", "title: 小测\npass_mark: 101", "z1.yaml:3 pass_mark"),
        ("quizzes/content/quizzes/z1.yaml", "title: 小测", "title: 小测\npass_mark: 0", "z1.yaml:3 pass_mark"),
        ("quizzes/content/questions/a.yaml", "WG1", "WG9", "a.yaml:4 competency"),
        ("quizzes/content/questions/a.yaml", "answer: false", "answer: maybe", "answer"),
    ],
)
def test_each_mistake_is_named(app, folders, file, old, new, expected):
    path = folders / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    report = sync(folders)
    assert any(expected in str(problem) for problem in report.problems), [str(item) for item in report.problems]


def test_one_module_serves_two_courses(app, folders, person):
    """A path for one kind of work takes up what was written for another; reading it once is enough."""
    other = folders / "courses/content/path/course.yaml"
    other.parent.mkdir()
    other.write_text(COURSE.replace("slug: demo", "slug: path"))
    (folders / "courses/content/demo/modules/m1.yaml").write_text(MODULE.replace("  - {quiz: z1}\n", ""))
    assert not sync(folders).problems
    learner, lesson = person("learner"), db.session.query(Lesson).one()
    enrolments = [enrol(learner, course) for course in db.session.query(Course)]
    read(learner, lesson)
    for enrolment in enrolments:
        update_completion(learner, enrolment, now())
    assert len(enrolments) == 2 and all(enrolment.completed_at for enrolment in enrolments)


def test_references_are_synced_and_a_mistake_is_named(app, folders):
    sources = folders / "quizzes/content/sources/laws.yaml"
    sources.parent.mkdir()
    sources.write_text(SOURCES)
    words = folders / "quizzes/content/expressions/words.yaml"
    words.parent.mkdir()
    words.write_text(WORDS)
    report = sync(folders)
    assert not report.problems
    law = db.session.query(Source).one()
    assert law.known.clauses == {"第四条": True, "第五条": False} and law.titles == ["个人信息保护法", "个保法"]
    assert db.session.query(Expression).one().ways == ["破防", "绷不住"]
    assert (sync(folders).created, sync(folders).updated) == ([], [])
    sources.write_text(SOURCES.replace("checked_on: 2026-11-24", "checked_on: 昨天"))
    words.write_text(WORDS.replace("status: 待核", "status: 已核").replace("  forms: [破防, 绷不住]\n", ""))
    told = [str(problem) for problem in sync(folders).problems]
    for said in ("laws.yaml:6 checked_on：请写成", "words.yaml:1 forms：缺少", "words.yaml:1 checked_on：标了已核"):
        assert any(said in line for line in told), told
