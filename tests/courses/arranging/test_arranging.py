"""Trainers arrange courses in the browser: modules, activities, publishing; what learners did is never touched."""

from typing import Any

from sqlalchemy import select

from courses.models import Activity, ActivityKind, Course, Enrolment, Lesson, Module, Reading
from literacy.db import db, now
from literacy.models import AuditEntry, State
from quizzes.models import Quiz, Submission
from tests.courses.arranging.conftest import MODULE, SETTINGS, add_url, count, module_url, outline, rows, the_course
from tests.courses.factories import enrol, make_course, make_lesson, pass_quiz, read
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_quiz


def test_a_course_is_begun_filled_previewed_and_published(client: Any, sign_in: Any) -> None:
    lesson, quiz = make_lesson("l1"), make_quiz("single", slug="z1")
    drill = make_quiz("reply", slug="d1", drill=True)
    sign_in("trainer")
    answer = client.send("/teach/courses/new", SETTINGS)
    course = the_course()
    assert (course.state, course.title, course.position, course.edited) == (State.DRAFT, "回应入门", 3, True)
    assert answer.location.endswith(f"/teach/courses/{course.id}/modules/new")
    assert "还没有任何内容" in text_of(client.get(f"/teach/courses/{course.id}"))
    answer = client.send(answer.location, {**fields_of(client.get(answer.location)), **MODULE})
    module = the_course().modules[0]
    assert (module.title, module.objectives, module.competencies, module.hours) == (
        "接住", ["辨认推诿", "写出期限"], ["WD1"], 1.5
    )  # fmt: skip
    assert module.slug and answer.location.endswith("/add")
    page = client.get(answer.location)
    ticked = [f"quiz-{drill.id}", f"lesson-{lesson.id}", f"quiz-{quiz.id}"]
    answer = client.send(answer.location, {**fields_of(page, "revision"), "item": ticked})
    assert outline() == [["d1", "l1", "z1"]]
    assert [activity.kind for activity in the_course().activities] == [
        ActivityKind.DRILL, ActivityKind.LESSON, ActivityKind.QUIZ
    ]  # fmt: skip
    page = text_of(client.get(f"/teach/courses/{course.id}/preview"))
    assert "预览" in page and "课文 l1" in page and "/teach/lessons/" in page and "/learn/courses" not in page
    client.send(f"/teach/courses/{course.id}/publish")
    assert the_course().state is State.PUBLISHED
    assert count(Enrolment) == 0
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [act for act in acts if act.startswith("content.")] == [
        "content.created", "content.changed", "content.changed", "content.published"
    ]  # fmt: skip


def test_handing_in_twice_makes_one(client: Any, sign_in: Any) -> None:
    lesson = make_lesson()
    sign_in("trainer")
    data = {**SETTINGS, "form_key": "one-key"}
    assert client.send("/teach/courses/new", data).location == client.send("/teach/courses/new", data).location
    url = f"/teach/courses/{the_course().id}/modules/new"
    fields = {**fields_of(client.get(url)), **MODULE}
    assert client.send(url, fields).location == client.send(url, fields).location
    add = add_url(the_course())
    fields = {**fields_of(client.get(add), "revision"), "item": f"lesson-{lesson.id}"}
    assert client.send(add, fields).location == client.send(add, fields).location
    assert (count(Course), count(Module), count(Activity)) == (1, 1, 1)


def test_activities_move_and_keep_their_rows(client: Any, sign_in: Any) -> None:
    course = make_course([make_lesson("l1"), make_lesson("l2"), make_quiz("single", slug="z1")], [make_lesson("l3")])
    before = rows()
    sign_in("trainer")
    url = module_url(course)
    moved = fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "activities.up.2"}))
    assert outline() == [["l1", "l2", "z1"], ["l3"]]  # nothing is saved yet
    client.send(url, moved)
    assert outline() == [["l1", "z1", "l2"], ["l3"]] and rows() == before
    # To the other module.
    other = the_course().modules[1].id
    client.send(url, {**fields_of(client.get(url)), "activities-0-module_id": str(other)})
    assert outline() == [["z1", "l2"], ["l3", "l1"]] and rows() == before
    assert [activity.position for module in the_course().modules for activity in module.activities] == [0, 1, 0, 1]


def test_modules_move_and_keep_their_rows(client: Any, sign_in: Any) -> None:
    course = make_course([make_lesson("l1")], [make_lesson("l2")], [])
    before = rows()
    sign_in("trainer")
    url = f"/teach/courses/{course.id}/edit"
    fields = fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "modules.down.0"}))
    client.send(url, fields)
    assert outline() == [["l2"], ["l1"], []] and rows() == before
    client.send(url, fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "modules.remove.2"})))
    assert outline() == [["l2"], ["l1"]] and [module.position for module in the_course().modules] == [0, 1]


def test_taking_out_never_deletes_what_learners_did(client: Any, sign_in: Any, person: Any) -> None:
    lesson, quiz = make_lesson("l1"), make_quiz("single", slug="z1")
    course = make_course([lesson, make_lesson("l2")], [quiz])
    learner = person("learner")
    enrol(learner, course)
    read(learner, lesson)
    pass_quiz(learner, quiz, 20)
    sign_in("trainer")
    url = module_url(course)
    client.send(url, fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "activities.remove.0"})))
    url = f"/teach/courses/{course.id}/edit"
    client.send(url, fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "modules.remove.1"})))
    assert outline() == [["l2"]]
    assert (count(Reading), count(Submission), count(Lesson), count(Quiz), count(Enrolment)) == (1, 1, 2, 1, 1)


def test_completion_that_happened_stays(client: Any, sign_in: Any, person: Any) -> None:
    lesson, new = make_lesson("l1"), make_lesson("l2")
    course = make_course([lesson])
    learner = person("learner")
    enrolment = enrol(learner, course)
    read(learner, lesson)
    moment = now()
    enrolment.completed_at, enrolment.hours = moment, 1.0
    sign_in("trainer")
    add = add_url(course)
    client.send(add, {**fields_of(client.get(add), "revision"), "item": f"lesson-{new.id}"})
    db.session.expire_all()
    assert outline() == [["l1", "l2"]] and (enrolment.completed_at, enrolment.hours) == (moment, 1.0)
    client.send("/sign-out")
    client.signed_in = None
    sign_in(learner)
    page = text_of(client.get(f"/learn/courses/{course.id}"))
    assert "课文 l2" in page and client.get("/learn").status_code == 200


def test_who_has_nothing_left_to_do_is_done(client: Any, sign_in: Any, person: Any) -> None:
    """The only step left is taken out: nobody waits for it, and the page of today does not look for it."""
    one, two, quiz = make_lesson("l1"), make_lesson("l2"), make_quiz("single", slug="z1")
    course = make_course([one, quiz, two])
    done, failed, reading, gone = (person("learner") for _ in range(4))
    enrolments = [enrol(who, course) for who in (done, failed, reading, gone)]
    enrolments[3].withdrawn_at = now()
    for who in (done, failed, gone):
        read(who, one)
    for who, score in ((done, 90), (failed, 20), (reading, 90), (gone, 90)):
        pass_quiz(who, quiz, score)
    sign_in("trainer")
    url = module_url(course)
    client.send(url, fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "activities.remove.2"})))
    db.session.expire_all()
    assert [bool(enrolment.completed_at) for enrolment in enrolments] == [True, False, False, False]
    assert (enrolments[0].score, enrolments[0].hours) == (90.0, 1.0)
    client.send("/sign-out")
    client.signed_in = None
    sign_in(done)
    assert client.get("/learn").status_code == 200


def test_a_lesson_of_two_courses_completes_both(client: Any, sign_in: Any) -> None:
    lesson = make_lesson("l1")
    courses = [make_course([lesson], slug="a"), make_course([lesson], slug="b")]
    learner = sign_in("learner")
    enrolments = [enrol(learner, course) for course in courses]
    client.send(f"/learn/lessons/{courses[0].activities[0].id}/finish")
    db.session.expire_all()
    assert all(enrolment.completed_at for enrolment in enrolments)
    assert client.get("/learn").status_code == 200


def test_a_published_course_stays_whole(client: Any, sign_in: Any) -> None:
    draft = make_lesson("l2", state=State.DRAFT)
    course = make_course([make_lesson("l1")])
    sign_in("trainer")
    add = add_url(course)
    page = client.get(add)
    assert f'value="lesson-{draft.id}"' not in text_of(page)
    answer = client.send(add, {**fields_of(page, "revision"), "item": f"lesson-{draft.id}"})
    assert "还没有发布" in text_of(client.get(answer.location)) and outline() == [["l1"]]
    url = module_url(course)
    emptied = fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "activities.remove.0"}))
    answer = client.send(url, emptied)
    assert answer.status_code == 409 and "还没有任何内容" in text_of(answer) and outline() == [["l1"]]
    url = f"/teach/courses/{course.id}/edit"
    emptied = fields_of(client.send(url, {**fields_of(client.get(url)), "arrange": "modules.remove.0"}))
    assert client.send(url, emptied).status_code == 409 and outline() == [["l1"]]


def test_an_empty_module_is_hidden_until_it_holds_something(client: Any, sign_in: Any, person: Any) -> None:
    course = make_course([make_lesson("l1")])
    learner = person("learner")
    enrol(learner, course)
    sign_in("trainer")
    url = f"/teach/courses/{course.id}/modules/new"
    client.send(url, {**fields_of(client.get(url)), **MODULE, "title": "正在准备"})
    assert the_course().hours == 1.0
    assert "学员看不到这个单元" in text_of(client.get(f"/teach/courses/{course.id}"))
    lesson = make_lesson("l2")
    client.send("/sign-out")
    client.signed_in = None
    sign_in(learner)
    assert "正在准备" not in text_of(client.get(f"/learn/courses/{course.id}"))
    db.session.add(Activity(module=the_course().modules[1], kind=ActivityKind.LESSON, lesson=lesson))
    page = text_of(client.get(f"/learn/courses/{course.id}"))
    assert "正在准备" in page and "第 2 单元" in page


def test_a_course_is_published_with_its_drafts(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single", "short", slug="z1")
    quiz.state = quiz.slots[1].question.state = State.DRAFT
    course = make_course([make_lesson("l1", state=State.DRAFT), quiz], state=State.DRAFT)
    sign_in("trainer")
    url = f"/teach/courses/{course.id}"
    assert "连同 3 个草稿一起发布" in text_of(client.get(url))
    client.send(f"{url}/publish")
    assert the_course().state is State.DRAFT
    client.send(f"{url}/publish", {"with_drafts": "1"})
    assert the_course().state is State.PUBLISHED
    assert {activity.target.state for activity in the_course().activities} == {State.PUBLISHED}
    assert quiz.slots[1].question.state is State.PUBLISHED


def test_an_unfinished_draft_holds_its_course_back(client: Any, sign_in: Any) -> None:
    course = make_course([make_lesson("l1", state=State.DRAFT, body="![](x.svg)")], state=State.DRAFT)
    sign_in("trainer")
    url = f"/teach/courses/{course.id}"
    assert "课文《课文 l1》：第 1 行：图片 x.svg 没有替代文字" in text_of(client.get(url))
    client.send(f"{url}/publish", {"with_drafts": "1"})
    assert the_course().state is State.DRAFT and the_course().activities[0].target.state is State.DRAFT


def test_what_a_published_course_uses_is_not_retired(client: Any, sign_in: Any) -> None:
    quiz = make_quiz("single", slug="z1")
    course = make_course([quiz])
    sign_in("trainer")
    answer = client.send(f"/teach/quizzes/{quiz.id}/retire")
    assert f"正用在课程《{course.title}》里" in text_of(client.get(answer.location))
    db.session.expire_all()
    assert quiz.state is State.PUBLISHED
    client.send(f"/teach/courses/{course.id}/retire")
    client.send(f"/teach/quizzes/{quiz.id}/retire")
    db.session.expire_all()
    assert quiz.state is State.RETIRED and the_course().state is State.RETIRED


def test_retired_content_is_neither_offered_nor_added(client: Any, sign_in: Any) -> None:
    gone = make_lesson("l9", title="停用的课文", state=State.RETIRED)
    course = make_course([make_lesson("l1")], state=State.DRAFT)
    sign_in("trainer")
    add = add_url(course)
    assert "停用的课文" not in text_of(client.get(add))
    answer = client.send(add, {**fields_of(client.get(add), "revision"), "item": f"lesson-{gone.id}"})
    assert "已经停用" in text_of(client.get(answer.location)) and outline() == [["l1"]]


def test_strange_choices_are_passed_over(client: Any, sign_in: Any) -> None:
    lesson = make_lesson("l1")
    course = make_course([lesson], [])
    sign_in("trainer")
    add = add_url(course, 1)
    odd = [f"lesson-{lesson.id}", "lesson-9999999999", "lesson--1", "quiz-x", "course-1", "quiz-4242", "\x00"]
    answer = client.send(add, {**fields_of(client.get(add), "revision"), "item": odd})
    assert answer.status_code == 303 and outline() == [["l1"], []]
    # Without the revision it was opened on, nothing is added.
    other = make_lesson("l2")
    client.send(add, {"item": f"lesson-{other.id}"})
    assert outline() == [["l1"], []]
    assert client.get(answer.location).status_code == 200
