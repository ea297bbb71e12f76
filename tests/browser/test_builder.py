"""The outline of a course in a real browser: moved by keys, by the mouse, and kept."""

import re

import pytest

from tests.browser.conftest import sign_in


@pytest.fixture
def course(page, accounts):
    """A course of two modules; three lessons in the first."""
    sign_in(page, *accounts["培训师"])
    page.goto("/teach/courses/new")
    page.get_by_label("课程名称").fill("排一排")
    page.get_by_role("button", name="建好，去添加单元").click()
    page.get_by_label("单元名称").fill("前")
    page.get_by_role("button", name="建好，去添加内容").click()
    page.get_by_label("类型").select_option("lesson")
    page.get_by_role("button", name="筛选").click()
    for box in page.locator("td.tick input").all()[:3]:
        box.check()
    page.get_by_role("button", name="添加勾选的内容").click()
    page.get_by_role("link", name="添加单元").click()
    page.get_by_label("单元名称").fill("后")
    page.get_by_role("button", name="建好，去添加内容").click()
    page.goto(re.sub(r"/modules.*", "", page.url))
    return page


def outline(page) -> list[list[str]]:
    return page.evaluate(
        "[...document.querySelectorAll('[data-steps]')].map((list) => [...list.querySelectorAll('[data-activity]')]"
        ".map((item) => item.dataset.activity))"
    )


def saved(page) -> None:
    page.locator("[data-note]").get_by_text("已保存").wait_for()


def test_keys_move_and_say_where_it_stands(course) -> None:
    (a, b, c), _ = outline(course)
    handle = course.locator(f"[data-activity='{a}'] [data-handle]")
    handle.focus()
    course.keyboard.press("ArrowDown")
    assert outline(course) == [[b, a, c], []]
    assert "第 1 单元第 2 项，共 3 项" in course.locator("[data-said]").inner_text()
    assert handle.evaluate("node => node === document.activeElement")
    saved(course)
    with course.expect_response(re.compile("/move$")):
        course.keyboard.press("ArrowDown")
        course.keyboard.press("ArrowDown")
        assert outline(course) == [[b, c], [a]], "from the end of a module into the next"
    course.reload()
    assert outline(course) == [[b, c], [a]]
    module = course.locator("[data-module] > .outline-head [data-handle]").nth(1)
    module.focus()
    with course.expect_response(re.compile("/move$")):
        course.keyboard.press("ArrowUp")
    course.reload()
    assert outline(course) == [[a], [b, c]]
    # Taken back before it was sent, it was never moved.
    course.locator(f"[data-activity='{b}'] [data-handle]").focus()
    course.keyboard.press("ArrowDown")
    course.keyboard.press("Escape")
    assert outline(course) == [[a], [b, c]]
    course.wait_for_timeout(900)
    course.reload()
    assert outline(course) == [[a], [b, c]]


def drag(page, start, end) -> None:
    one, other = start.bounding_box(), end.bounding_box()
    page.mouse.move(one["x"] + 10, one["y"] + 10)
    page.mouse.down()
    for step in range(1, 13):
        page.mouse.move(one["x"] + 10, one["y"] + 10 + (other["y"] + other["height"] - 2 - one["y"] - 10) * step / 12)
        page.wait_for_timeout(30)
    page.mouse.up()


def test_the_mouse_drags_within_and_between_modules(course) -> None:
    (a, b, c), _ = outline(course)
    item = lambda number: course.locator(f"[data-activity='{number}']")  # noqa: E731
    moved = re.compile("/move$")
    with course.expect_response(moved):
        drag(course, item(a).locator("[data-handle]"), item(c))
    assert outline(course) == [[b, c, a], []]
    with course.expect_response(moved):
        drag(course, item(b).locator("[data-handle]"), course.locator("[data-steps]").nth(1))
    course.reload()
    assert outline(course) == [[c, a], [b]]


def test_facts_are_changed_without_leaving_and_others_changes_are_told(course, browser, server, accounts) -> None:
    course.get_by_role("link", name="第 1 单元 前").click()
    panel = course.locator("[data-panel]")
    panel.get_by_label("学时").fill("3")
    panel.get_by_label("单元名称").fill("从前")
    panel.get_by_role("button", name="保存").click()
    course.locator("[data-outline]").get_by_text("从前").wait_for()
    assert "3 学时" in course.locator("[data-outline]").inner_text()
    (a, b, c), _ = outline(course)
    other = browser.new_context(base_url=server.url, locale="zh-CN")
    try:
        second = other.new_page()
        sign_in(second, *accounts["培训师"])
        second.goto(course.url)
        second.locator(f"[data-activity='{c}'] [data-handle]").focus()
        second.keyboard.press("ArrowUp")
        saved(second)
    finally:
        other.close()
    course.locator(f"[data-activity='{a}'] [data-handle]").focus()
    course.keyboard.press("ArrowDown")
    course.locator("[data-note]").get_by_text("别人改过").wait_for()
    assert outline(course) == [[a, c, b], []], "what the other one made of it is shown"


def test_a_lesson_is_seen_as_on_a_phone_beside_the_outline(course) -> None:
    course.locator("[data-activity] [data-pick]").first.click()
    frame = course.frame_locator("iframe.phone")
    frame.locator("article.lesson h1").wait_for()
    assert course.locator("iframe.phone").evaluate("frame => frame.contentWindow.innerWidth") <= 376
    assert frame.locator(".masthead").count() == 0
