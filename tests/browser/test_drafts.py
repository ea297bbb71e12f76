"""A trainer's draft in a real browser: kept while typing, told truthfully, brought back after a crash."""

import re

import pytest

from tests.browser.conftest import sign_in


@pytest.fixture
def lesson(page, accounts) -> str:
    """The edit page of a new lesson; its address."""
    sign_in(page, *accounts["培训师"])
    page.goto("/teach/lessons/new")
    page.get_by_label("课文名称").fill("写到一半")
    page.get_by_label("正文", exact=True).fill("第一段。")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("正文", exact=True).wait_for()
    return page.url


def told(page):
    return page.locator("[data-draft-told]")


def test_what_is_typed_comes_back_after_a_crash(lesson, page, browser, server, accounts) -> None:
    area = page.get_by_label("正文", exact=True)
    area.fill("第一段。\n\n第二段还没写完")
    told(page).get_by_text("正在写").wait_for()
    told(page).get_by_text(re.compile(r"草稿已存 \d\d:\d\d")).wait_for()
    page.get_by_role("button", name="添加一题").click()  # rows are part of the draft too
    page.context.close()  # nobody pressed a button; the browser is gone

    again = browser.new_context(base_url=server.url, locale="zh-CN")
    try:
        other = again.new_page()  # as on another computer
        sign_in(other, *accounts["培训师"])
        other.goto(lesson)
        assert other.get_by_label("正文", exact=True).input_value() == "第一段。"
        # Until it is decided, what is typed here does not overwrite what is offered.
        other.get_by_label("一句话介绍").fill("先选")
        told(other).get_by_text("接着写").wait_for()
        other.once("dialog", lambda dialog: dialog.accept())
        other.get_by_role("link", name="接着写").click()
        area = other.get_by_label("正文", exact=True)
        other.wait_for_url(re.compile("draft=1"))
        assert area.input_value() == "第一段。\n\n第二段还没写完"
        other.locator(".desk-read").get_by_text("第二段还没写完").wait_for()
        other.get_by_role("button", name="保存草稿").click()
        other.get_by_text("已保存。").wait_for()
        other.goto(lesson)
        assert other.get_by_text("没保存的修改").count() == 0
    finally:
        again.close()


def test_without_a_connection_nothing_is_called_kept(lesson, page) -> None:
    page.context.set_offline(True)
    page.get_by_label("正文", exact=True).fill("断网时写的")
    told(page).get_by_text("没有连上服务器，草稿还没存").wait_for()
    page.context.set_offline(False)
    told(page).get_by_text(re.compile(r"草稿已存 \d\d:\d\d")).wait_for(timeout=15000)
    # Taken back, there is no draft any more.
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label("正文", exact=True).fill("第一段。")
    told(page).get_by_text("草稿已存").wait_for(state="detached")
    page.reload()
    assert page.get_by_text("没保存的修改").count() == 0


def test_somebody_elses_change_is_shown_and_taken_over(lesson, page, browser, server, accounts) -> None:
    page.get_by_label("正文", exact=True).fill("我写的一段。")
    context = browser.new_context(base_url=server.url, locale="zh-CN")
    try:
        other = context.new_page()
        sign_in(other, *accounts["培训师"])
        other.goto(lesson)
        other.get_by_label("一句话介绍").fill("别人写的介绍")
        other.get_by_role("button", name="保存草稿").click()
        other.get_by_text("已保存。").wait_for()
    finally:
        context.close()
    page.get_by_role("button", name="保存草稿").click()
    note = page.get_by_role("region", name=re.compile("改过这一页"))
    note.get_by_role("group", name="一句话介绍").get_by_label("这一项用对方的").check()
    note.get_by_role("button", name="看过了，按上面选的保存").click()
    page.get_by_text("已保存。").wait_for()
    page.get_by_text("别人写的介绍").first.wait_for()
    page.locator(".prose").get_by_text("我写的一段。").wait_for()
