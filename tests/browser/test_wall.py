"""The trainer chooses a reply for class and shows it on the wall, by keyboard and without scripts."""

import re

from tests.browser.conftest import sign_in


def choose_a_reply(page) -> None:
    page.goto("/teach/class")
    page.get_by_label("课程").select_option(label="网感：听懂")
    page.get_by_role("button", name="看这个班").click()
    page.get_by_role("link", name=re.compile("选答复")).click()
    page.get_by_role("button", name=re.compile("选这一条")).first.click()
    page.get_by_text("选好了。").wait_for()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存。").wait_for()


def test_the_wall_by_keyboard_and_without_scripts(page, browser, server, accounts) -> None:
    sign_in(page, *accounts["培训师"])
    choose_a_reply(page)
    page.get_by_role("link", name="投影讲评").click()
    page.wait_for_url(re.compile("/teach/class/show/"))
    begin = page.url
    assert page.locator(".wall-reply").count() == 0
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != begin)
    assert page.locator(".wall-reply").count() == 1
    size = page.locator(".marked-reply p").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 28
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(begin)
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("/teach/class/replies"))

    plain = browser.new_context(
        base_url=server.url, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    bare = plain.new_page()
    bare.goto(begin)
    bare.get_by_role("link", name="下一步").click()
    assert bare.locator(".wall-reply").count() == 1
    plain.close()
