"""People in bulk: hand a list in, look, confirm, see what came of it, and one of them opens their account."""

import re

from tests.browser.conftest import sign_in
from tests.literacy.intake.making import HEAD, workbook

ROWS = [
    ("liuyuan", "柳原", "青禾县 / 望舒街道", "回复员", "科员", "13800138000", "", "学员", "在用"),
    ("tangmu", "唐牧", "青禾县 / 新成立的所", "值班员", "", "", "", "学员", "在用"),
]


def finished(page, words: str) -> None:
    """Wait until a worker did the job and the page says so."""
    page.get_by_text(words).first.wait_for(timeout=60_000)


def hand_in(page, *rows) -> None:
    page.goto("/manage/people")
    page.get_by_role("link", name="批量导入").click()
    file = {"name": "人员.xlsx", "mimeType": "application/octet-stream", "buffer": workbook([HEAD, *rows])}
    page.get_by_label("人员表").set_input_files(file)
    page.get_by_role("button", name="上传并检查").click()


def test_people_in_bulk(page, accounts, browser, server, tmp_path) -> None:
    sign_in(page, *accounts["管理员"])
    hand_in(page, ROWS[0], ("坏<账号", "错", "青禾县", "", "", "110"))
    finished(page, "有 1 行要先改")
    assert page.get_by_text("“110”").is_visible()
    assert not page.get_by_role("button", name=re.compile("确认导入")).count()

    hand_in(page, *ROWS)
    finished(page, "请选怎样处理还没有的单位")
    page.get_by_role("radio", name="导入时新建这些单位").check()
    page.get_by_role("button", name="照这样再看一遍").click()
    assert page.get_by_text("唐牧").first.is_visible()
    page.get_by_role("button", name="确认导入 2 人").click()
    finished(page, "导入完了")
    here = page.url
    page.get_by_role("link", name="逐行的结果").click()
    with page.expect_download() as result:
        page.get_by_role("link", name=re.compile("下载 导入结果")).click()
    assert result.value.suggested_filename == "导入结果_人员.xlsx"

    page.goto(here)
    page.get_by_role("link", name="打印激活条").click()
    finished(page, "张激活条")
    with page.expect_download() as slips:
        page.get_by_role("link", name=re.compile("下载 激活条")).click()
    path = tmp_path / "slips.html"
    slips.value.save_as(path)
    code = re.search(r"<span>liuyuan</span></p><p class=\"code\">([^<]+)<", path.read_text())
    assert code

    context = browser.new_context(base_url=server.url, locale="zh-CN")
    own = context.new_page()
    own.goto("/sign-in")
    own.get_by_role("link", name=re.compile("激活账号")).click()
    own.get_by_label("账号").fill("liuyuan")
    own.get_by_label("激活码").fill(code[1].upper().replace("-", " "))
    own.get_by_label("给自己设一个密码").fill("a password of my own")
    own.get_by_label("再输入一遍密码").fill("a password of my own")
    own.get_by_role("button", name=re.compile("设好密码")).click()
    own.wait_for_url(lambda url: "/activate" not in url)
    assert own.get_by_text("柳原").first.is_visible()
    context.close()
