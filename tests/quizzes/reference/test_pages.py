"""The dictionary that everybody reads, and the trainer's pages of sources and expressions."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from literacy.dates import today
from literacy.db import db
from literacy.models import AuditEntry, State
from quizzes.reference.models import Expression, Source
from tests.courses.factories import make_lesson
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_expression, make_question, make_scenario, make_source

LAW = {
    "title": "某条例",
    "kind": "law",
    "aliases": "旧条例\n",
    "origin": "公布的全文",
    "note": "2026年修订",
    "verified": "1",
    "checked_on": "2026-11-24",
    "review_by": "",
    "clauses-0-clause": "第一条",
    "clauses-0-gist": "目的",
    "clauses-0-verified": "1",
    "clauses-1-clause": "第二条",
    "clauses-1-gist": "范围",
    "clauses-1-verified": "",
}
WORD = {"title": "破防", "forms": "破防\n绷不住", "meaning": "情绪绷不住了", "response": "先问事由", "verified": ""}


def the(model: Any) -> Any:
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


# The dictionary


def test_a_word_is_looked_up_by_any_way_of_writing_it(client: Any, sign_in: Any) -> None:
    make_expression("l01", "yyds", "永远的神")
    make_expression("l03", "破防", "绷不住", meaning="情绪绷不住了", misreading="矫情")
    make_expression("l99", "草稿词", state=State.DRAFT)
    sign_in("learner")
    page = text_of(client.get("/words"))
    assert "yyds" in page and "破防" in page and "草稿词" not in page
    for query in ("绷不住", "我真的绷不住了", "矫情"):
        page = text_of(client.get("/words", query_string={"words": query}))
        assert "/words/l03" in page and "/words/l01" not in page, query
    assert "词典里还没有“量子”" in text_of(client.get("/words?words=量子"))
    assert client.get("/words?words=" + "长" * 99).status_code == 200
    one = text_of(client.get("/words/l03"))
    assert "情绪绷不住了" in one and "容易误读成" in one and "待核" in one
    assert client.get("/words/l99").status_code == 404 and client.get("/words/none").status_code == 404


def test_what_fits_exactly_comes_first(client: Any, sign_in: Any) -> None:
    make_expression("l02", "绝绝子", meaning="像蹲这样的词")
    make_expression("l26", "蹲", "蹲后续")
    sign_in("trainer")
    page = text_of(client.get("/words?words=蹲"))
    assert page.index("/words/l26") < page.index("/words/l02")


def test_whoever_is_not_signed_in_looks_nothing_up(client: Any) -> None:
    assert client.get("/words").status_code == 303


# The trainer's pages


def test_a_source_is_registered_published_and_cited(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/sources/new", {**LAW, "publish": "1"})
    assert answer.status_code == 303, text_of(answer)
    law = the(Source)
    assert law.state is State.PUBLISHED and law.checked_on == date(2026, 11, 24)
    assert law.titles == ["某条例", "旧条例"] and law.known.clauses == {"第一条": True, "第二条": False}
    lesson = make_lesson(body="按《某条例》第一条，又按《旧条例》第二条。", title="一课")
    page = text_of(client.get(f"/teach/lessons/{lesson.id}"))
    assert page.count('<span class="source-open">待核</span>') == 1 and "第二条<span" in page
    page = text_of(client.get(f"/teach/sources/{law.id}"))
    assert f"/teach/lessons/{lesson.id}" in page and "第一条、第二条" in page
    client.send(f"/teach/sources/{law.id}/retire")
    assert text_of(client.get(f"/teach/lessons/{lesson.id}")).count('<span class="source-open">待核</span>') == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"checked_on": ""}, "checked_on"),
        ({"checked_on": "昨天"}, "checked_on"),
        ({"clauses-0-clause": "第1条"}, "clauses-0-clause"),
        ({"clauses-0-clause": "第四条、第五条"}, "clauses-0-clause"),
        ({"clauses-1-clause": "第一条"}, "clauses-1-clause"),
    ],
)
def test_a_mistake_stands_beside_its_field(changes: dict[str, str], field: str, client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send("/teach/sources/new", {**LAW, **changes, "publish": "1"})
    assert answer.status_code == 422 and f'id="{field}-error"' in text_of(answer)
    assert fields_of(answer)["origin"] == LAW["origin"] and not db.session.scalars(select(Source)).all()


def test_saving_an_unchanged_form_changes_nothing_written(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    client.send("/teach/sources/new", LAW)
    client.send("/teach/expressions/new", WORD)
    for model, name in ((Source, "sources"), (Expression, "expressions")):
        row = the(model)
        url = f"/teach/{name}/{row.id}/edit"
        leave_out = {"revision", "changed_at"}
        before = {column.name: getattr(row, column.name) for column in model.__table__.columns}
        assert client.send(url, fields_of(client.get(url))).status_code == 303
        after = {column.name: getattr(the(model), column.name) for column in model.__table__.columns}
        assert {key: value for key, value in after.items() if key not in leave_out} == {
            key: value for key, value in before.items() if key not in leave_out
        }


def test_a_stale_form_is_refused_with_everything_typed(client: Any, sign_in: Any) -> None:
    row = make_expression("l03", "破防")
    sign_in("trainer")
    url = f"/teach/expressions/{row.id}/edit"
    mine = fields_of(client.get(url))
    client.send(url, {**mine, "meaning": "别人写的"})
    answer = client.send(url, {**mine, "meaning": "我写的"})
    assert answer.status_code == 409 and "我写的" in text_of(answer)
    assert the(Expression).meaning == "别人写的"


def test_what_is_due_is_listed_with_where_it_is_cited_and_confirmed(client: Any, sign_in: Any) -> None:
    law = make_source("某条例", "第一条", "第二条", open_clauses=("第二条",))
    make_source("核过的法", "第一条")
    old = make_expression("l03", "破防", verified=True, checked_on=today(), review_by=today())
    make_expression("l04", "躺平", verified=True, checked_on=today(), review_by=today() + timedelta(days=1))
    retired = make_source("停用的法", "第一条", verified=False)
    retired.state = State.RETIRED
    lesson = make_lesson(body="[破防](word:l03)，《某条例》第二条", title="一课")
    question = make_question("single")
    scenario = make_scenario(expressions=["l03"], facts=["按《某条例》第一条办。"])
    sign_in("trainer")
    page = text_of(client.get("/teach/due"))
    assert "某条例" in page and "这几条还没有核：第二条" in page and "用在 2 处" in page
    assert f"/teach/lessons/{lesson.id}" in page and f"/teach/scenarios/{scenario.id}" in page
    assert "核过的法" not in page and "停用的法" not in page and "躺平" not in page
    assert f"/teach/questions/{question.id}" not in page
    for name, row in (("sources", law), ("expressions", old)):
        fields = fields_of(client.get(f"/teach/{name}/{row.id}"), "review_by")
        assert client.send(f"/teach/{name}/{row.id}/confirm", fields).status_code == 303
        db.session.expire_all()
        assert row.verified and row.checked_on == today() and row.review_by > today() and row.edited
    assert law.known.clauses == {"第一条": True, "第二条": True}
    assert "都核过了" in text_of(client.get("/teach/due"))
    actions = list(db.session.scalars(select(AuditEntry.action)))
    assert actions.count("content.changed") == 2
    # A date that is none is said, and nothing is written.
    answer = client.send(f"/teach/sources/{law.id}/confirm", {"revision": law.revision, "review_by": "明年"})
    assert "请写成" in text_of(client.get(answer.location)) and actions.count("content.changed") == 2


def test_a_confirmation_of_what_somebody_changed_meanwhile_is_refused(client: Any, sign_in: Any) -> None:
    law = make_source("某条例", "第一条", verified=False)
    sign_in("trainer")
    fields = fields_of(client.get(f"/teach/sources/{law.id}"), "review_by")
    law.change()
    client.send(f"/teach/sources/{law.id}/confirm", fields)
    assert not the(Source).verified


def test_lists_are_narrowed(client: Any, sign_in: Any) -> None:
    make_source("甲法", "第一条")
    make_source("乙法", "第一条", open_clauses=("第一条",))
    make_expression("l01", "yyds", verified=True, checked_on=today())
    make_expression("l03", "破防", state=State.DRAFT)
    sign_in("trainer")
    for path, there, gone in (
        ("sources?words=甲", "甲法", "乙法"),
        ("sources?due=1", "乙法", "甲法"),
        ("expressions?state=draft", "破防", "yyds"),
        ("expressions?due=1", "破防", "yyds"),
        ("expressions?words=YYDS", "yyds", "破防"),
    ):
        page = text_of(client.get(f"/teach/{path}"))
        assert there in page and gone not in page, path
    for odd in ("sources?kind=%00", "sources?page=x", "expressions?words=%25", "sources?kind=study"):
        assert client.get(f"/teach/{odd}").status_code == 200


@pytest.mark.parametrize("role", ["learner", "administrator"])
def test_only_trainers_write(role: str, client: Any, sign_in: Any) -> None:
    law, word = make_source("某条例", "第一条"), make_expression("l03", "破防")
    sign_in(role)
    assert client.get("/teach/due").status_code == 403
    for name, row in (("sources", law), ("expressions", word)):
        for path in ("", "/new", f"/{row.id}", f"/{row.id}/edit"):
            assert client.get(f"/teach/{name}{path}").status_code == 403
        for path in ("new", f"{row.id}/edit", f"{row.id}/publish", f"{row.id}/retire", f"{row.id}/confirm"):
            assert client.send(f"/teach/{name}/{path}", WORD).status_code == 403


def test_what_is_not_there_is_not_found(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    for name in ("sources", "expressions"):
        assert client.get(f"/teach/{name}/4242").status_code == 404
        assert client.send(f"/teach/{name}/4242/confirm").status_code == 404
