"""Trainers bring question banks in from files, and take them out."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from literacy.db import db, now
from literacy.models import AuditEntry, State, User
from quizzes.exchange import formats, gift, moodle, qti
from quizzes.exchange.examples import EXAMPLES
from quizzes.exchange.models import QuestionImport
from quizzes.exchange.paper import document
from quizzes.exchange.sheet import textfile, workbook
from quizzes.models import Question, QuestionVersion
from quizzes.service import exchange as service
from tests.filling import fields_of, text_of
from tests.quizzes.factories import make_question
from tests.quizzes.test_concurrency import at_once

URL = "/teach/questions/import"
HEAD = "题型,题干,选项A,选项B,答案,解析,知识点\n"


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def upload(client: Any, data: bytes, name: str = "题库.xlsx", **fields: str) -> Any:
    return client.send(URL, {"file": (io.BytesIO(data), name), "difficulty": "3", **fields})


def acts() -> list[str]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [row.summary for row in rows if row.action in ("questions.imported", "export.taken")]


WRITERS = {
    "题库.xlsx": workbook,
    "题库.docx": document,
    "题库.csv": textfile,
    "题库.gift": gift,
    "题库.xml": moodle,
    "题库.zip": qti,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_becomes_a_preview_then_drafts(name: str, client: Any, sign_in: Any) -> None:
    writer = WRITERS[name]
    trainer = sign_in("trainer")
    answer = upload(client, writer.write(EXAMPLES), name)
    assert answer.status_code == 303, text_of(answer)
    page = client.get(answer.location)
    assert "导入 6 道题" in text_of(page) and "等人回答" in text_of(page)
    assert count(Question) == 0
    assert client.send(f"{answer.location}/confirm").location == answer.location
    rows = db.session.scalars(select(Question).order_by(Question.id)).all()
    assert [row.kind for row in rows] == [item.kind for item in EXAMPLES]
    if not writer.lost(EXAMPLES):
        assert [row.body for row in rows] == [item.body for item in EXAMPLES]
    assert [row.body["stem"] for row in rows] == [item.body["stem"] for item in EXAMPLES]
    assert {row.state for row in rows} == {State.DRAFT} and {row.competency for row in rows} >= {"WG1", "WD2"}
    assert {row.latest.author_id for row in rows} == {trainer.id}
    assert len(acts()) == 1 and acts()[0].startswith(f"从文件《{name}》导入 6 道题目（")
    assert "已导入 6 道题目" in text_of(client.get(answer.location))
    assert client.get(f"/teach/questions/{rows[0].id}").status_code == 200


def test_confirming_twice_changes_nothing(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    place = upload(client, workbook.write(EXAMPLES)).location
    for key in ("one", "one", "two"):
        assert client.send(f"{place}/confirm", {"form_key": key}).status_code == 303
    assert count(Question) == count(QuestionVersion) == 6 and len(acts()) == 1


def test_uploading_twice_keeps_one_preview_and_another_file_is_another(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    first_file = workbook.write(EXAMPLES)
    first = upload(client, first_file, form_key="same")
    again = upload(client, first_file, form_key="same")
    assert again.location == first.location and count(QuestionImport) == 1
    second = upload(client, workbook.write(EXAMPLES[:2]), form_key="same")
    assert second.location != first.location and count(QuestionImport) == 2


def test_what_the_file_leaves_open_gets_what_was_chosen(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = (HEAD + "单选,题一,甲,乙,A,,\n单选,题二,甲,乙,B,,WG2\n").encode("gb18030")
    place = upload(client, data, "题.csv", competency="WD1", difficulty="4").location
    client.send(f"{place}/confirm")
    rows = db.session.scalars(select(Question).order_by(Question.id)).all()
    assert [(row.competency, row.difficulty) for row in rows] == [("WD1", 4), ("WG2", 4)]


def test_nothing_is_imported_while_something_is_wrong(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = (HEAD + "单选,题一,甲,乙,A,,\n单选,题二,甲,乙,E,,\n奇怪题,题三,甲,乙,A,,\n").encode()
    place = upload(client, data, "题.csv").location
    page = text_of(client.get(place))
    assert "第 3 行" in page and "没有选项 E" in page and "第 4 行" in page and "没有题型“奇怪题”" in page
    assert "有 2 处要改" in page and f"{place}/confirm" not in page
    assert client.send(f"{place}/confirm").status_code == 303
    assert count(Question) == 0 and not acts()
    assert "没有导入" in text_of(client.get(place))


def test_codes_are_asked_about_and_never_guessed(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = (HEAD + "1,题一,甲,乙,A,,\n2,题二,甲,乙,AB,,\n3,题三,,,对,,\n").encode()
    place = upload(client, data, "题.csv").location
    page = client.get(place)
    assert "题一" in text_of(page) and f"{place}/confirm" not in text_of(page)
    client.send(f"{place}/confirm")
    assert count(Question) == 0
    fields = fields_of(page, "code-1")
    client.send(f"{place}/explain", {**fields, "code-1": "single", "code-2": "nonsense"})
    assert "还差：2、3" in text_of(client.get(place))
    client.send(f"{place}/explain", {"code-1": "single", "code-2": "multiple", "code-3": "truefalse"})
    client.send(f"{place}/confirm")
    kinds = db.session.scalars(select(Question.kind).order_by(Question.id)).all()
    assert kinds == ["single", "multiple", "truefalse"]
    assert db.session.scalars(select(QuestionImport.content)).one() is None


def test_only_the_owner_sees_a_preview(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    place = upload(client, workbook.write(EXAMPLES)).location
    client.send("/sign-out")
    client.signed_in = None
    sign_in("trainer")
    assert client.get(place).status_code == 404
    for act in ("confirm", "explain", "discard"):
        assert client.send(f"{place}/{act}").status_code == 404
    assert count(Question) == 0 and count(QuestionImport) == 1
    assert "题库.xlsx" not in text_of(client.get(URL))


def test_learners_and_administrators_are_kept_out(client: Any, sign_in: Any) -> None:
    sign_in("learner", "administrator")
    for path in (
        URL,
        f"{URL}/1",
        f"{URL}/template/xlsx",
        "/teach/questions/download",
        "/teach/questions/download/xlsx",
    ):
        assert client.get(path).status_code == 403
    for path in (URL, f"{URL}/1/confirm", f"{URL}/1/explain", f"{URL}/1/discard"):
        assert client.send(path).status_code == 403


def test_questions_that_the_bank_has_are_pointed_out_and_can_be_skipped(client: Any, sign_in: Any) -> None:
    make_question("single")
    sign_in("trainer")
    rows = [
        "单选,“蹲一个回复” 是什么意思,求人下架,等人回答,B,,",  # three options there, two here
        "判断,不归本单位管 就不用回复,,,错,,",
        "单选,新题,甲,乙,A,,",
        "单选,新题？,乙,甲,B,,",
    ]
    make_question("truefalse")
    place = upload(client, (HEAD + "\n".join(rows)).encode(), "题.csv").location
    page = text_of(client.get(place))
    assert "题干一样、选项不同" in page and "题库里有一样的题" in page and "和第 4 行一样" in page
    assert "有 2 道" in page
    client.send(f"{place}/confirm", {"skip_same": "y"})
    assert count(Question) == 2 + 2 and "跳过已有的 2 道" in acts()[0]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("题.xlsx", b"", "文件是空的"),
        ("题.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        ("题.png", b"\x89PNG\r\n" + bytes(range(256)), "认不出"),
        ("题.xlsx", b"PK\x03\x04garbage", "文件损坏"),
        ("题.csv", (HEAD + "单选,甲").encode("utf-16"), "UTF-16"),
        ("题.docx", b"PK\x03\x04garbage", "文件损坏"),
    ],
)
def test_what_is_no_question_bank_is_said_beside_the_field(
    name: str, data: bytes, said: str, client: Any, sign_in: Any
) -> None:
    sign_in("trainer")
    answer = upload(client, data, name)
    assert answer.status_code == 422 and said in text_of(answer) and count(QuestionImport) == 0


def test_a_form_without_a_file_says_so(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    answer = client.send(URL, {"difficulty": "2"})
    assert answer.status_code == 422 and "请选一个文件" in text_of(answer)


def test_a_preview_can_be_given_up(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    place = upload(client, workbook.write(EXAMPLES)).location
    assert client.send(f"{place}/discard").location == URL
    assert client.get(place).status_code == 404 and count(QuestionImport) == 0


def test_long_previews_are_paged(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = (HEAD + "".join(f"单选,第{number}问,甲,乙,A,,\n" for number in range(45))).encode()
    place = upload(client, data, "题.csv").location
    assert "第 1 / 3 页" in text_of(client.get(place)) and "第44问" in text_of(client.get(f"{place}?page=3"))
    assert client.get(f"{place}?page=99").status_code == 200


def test_what_a_file_says_is_shown_as_text(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    data = (HEAD + '单选,<script>alert(1)</script>,"<b>甲</b>",乙,A,,<img src=x>\n').encode()
    page = text_of(client.get(upload(client, data, "<i>题.csv").location))
    assert "<script>alert" not in page and "<b>甲" not in page and "<img src=x" not in page and "<i>题" not in page


def test_templates_can_be_filled_in(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    for form in ("xlsx", "docx", "csv", "txt"):
        answer = client.get(f"{URL}/template/{form}")
        assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert client.get(f"{URL}/template/exe").status_code == 404


def test_the_filtered_questions_are_taken_out_and_that_is_recorded(client: Any, sign_in: Any) -> None:
    for kind in ("single", "matching", "short", "reply"):
        make_question(kind)
    sign_in("trainer")
    page = text_of(client.get("/teach/questions/download"))
    assert "1 道答复题" in page and "一共 4 道" in page
    answer = client.get("/teach/questions/download/xlsx")
    bank = workbook.read(answer.data)
    assert {item.kind.value for item in bank.items} == {"single", "matching", "short"} and bank.sound
    client.get("/teach/questions/download/docx?kind=single")
    assert "下载题目 4 道（Excel 表格）" in acts()[0] and "1 道答复题" in acts()[0]
    assert acts()[1] == "下载题目 1 道（Word 文档），筛选：题型：单选题"
    assert client.get("/teach/questions/download/exe").status_code == 404


def test_only_the_newest_version_goes_out_and_counts_as_known(client: Any, sign_in: Any) -> None:
    question = make_question("truefalse")
    body = {**question.body, "stem": "换了一个问法。"}
    question.versions.append(QuestionVersion(number=2, body=body, content_hash="1"))
    sign_in("trainer")
    bank = workbook.read(client.get("/teach/questions/download/xlsx").data)
    assert [item.body["stem"] for item in bank.items] == ["换了一个问法。"]
    data = (HEAD + "判断,不归本单位管，就不用回复。,,,错,,\n判断,换了一个问法,,,错,,\n").replace("管，", "管 ").encode()
    page = text_of(client.get(upload(client, data, "题.csv").location))
    assert page.count("题库里有一样的题") == 1


def test_the_list_leads_to_both(client: Any, sign_in: Any) -> None:
    make_question("single")
    sign_in("trainer")
    page = text_of(client.get("/teach/questions?kind=single"))
    assert re.search(r'href="/teach/questions/download\?kind=single"', page) and f'href="{URL}"' in page


def test_confirming_in_two_tabs_at_once_imports_once(app: Any, person: Any) -> None:
    trainer = person("trainer").id
    data = workbook.write(EXAMPLES)
    chosen = formats.by_id("xlsx")
    assert chosen is not None
    owner = db.session.get_one(User, trainer)
    row = service.keep(owner, "题.xlsx", chosen, workbook.read(data), data, competency="", difficulty=2).id
    db.session.commit()

    def confirm() -> int:
        owner = db.session.get_one(User, trainer)
        return service.carry_out(owner, service.import_for(owner, row, writing=True))

    assert at_once(app, [confirm] * 4) == [6] * 4
    assert count(Question) == 6 and len(acts()) == 1


def test_previews_that_nobody_came_back_to_are_cleared(client: Any, sign_in: Any) -> None:
    sign_in("trainer")
    old = upload(client, workbook.write(EXAMPLES)).location
    row = db.session.scalars(select(QuestionImport)).one()
    row.created_at = now() - timedelta(days=31)
    upload(client, workbook.write(EXAMPLES[:1]))
    assert count(QuestionImport) == 1 and client.get(old).status_code == 404
