"""The writing desk in a real browser: typing with buttons and keys, the preview beside it, pictures."""

import re

import pytest

from tests.browser.conftest import sign_in

PASTE = """async ({kind, name}) => {
    const canvas = new OffscreenCanvas(40, 30);
    canvas.getContext("2d").fillRect(0, 0, 20, 30);
    const file = new File([await canvas.convertToBlob({type: "image/png"})], "截图.png", {type: "image/png"});
    const data = new DataTransfer();
    data.items.add(file);
    const given = kind === "drop" ? {dataTransfer: data} : {clipboardData: data};
    const made = kind === "drop" ? DragEvent : ClipboardEvent;
    document.querySelector("#body").dispatchEvent(new made(kind, {bubbles: true, cancelable: true, ...given}));
}"""
"""A picture of a screen as the clipboard or the mouse brings it."""


@pytest.fixture
def desk(page, accounts):
    sign_in(page, *accounts["培训师"])
    page.goto("/teach/lessons/new")
    page.get_by_label("课文名称").fill("一张桥的照片")
    return page


def area_of(page):
    return page.get_by_label("正文", exact=True)


def leave(page) -> None:
    """Nothing unsaved is asked about when the page closes."""
    area_of(page).fill("")
    page.get_by_label("课文名称").fill("")


def test_buttons_and_keys_type_and_the_preview_follows(desk) -> None:
    area = area_of(desk)
    area.click()
    desk.keyboard.type("先护住人")
    area.select_text()
    desk.keyboard.press("Control+b")
    assert area.input_value() == "**先护住人**"
    shown = desk.locator(".desk-read .prose")
    shown.get_by_text("先护住人").wait_for()
    assert shown.locator("strong").inner_text() == "先护住人"
    desk.keyboard.press("Control+b")
    assert area.input_value() == "先护住人", "pressed again it is taken away"
    desk.keyboard.press("Control+z")
    desk.keyboard.press("Control+z")
    assert area.input_value() == "先护住人", "the browser's own undo knows every step"
    area.press("End")
    desk.get_by_role("button", name="正例", exact=True).click()
    desk.keyboard.type("今天已摆了警示桩。")
    shown.locator("aside.callout-good").get_by_text("今天已摆了警示桩。").wait_for()
    area.press("Control+End")
    desk.keyboard.type("\n\n##没有空格")
    desk.get_by_role("list", name="发布以前要改的").get_by_text("要空一格").wait_for()
    leave(desk)


def test_the_toolbar_is_one_stop_and_arrows_go_along_it(desk) -> None:
    desk.get_by_role("button", name="加粗", exact=True).focus()
    desk.keyboard.press("ArrowRight")
    assert desk.evaluate("document.activeElement.textContent") == "小标题"
    desk.keyboard.press("End")
    assert desk.evaluate("document.activeElement.textContent") == "群众原话"
    assert desk.locator(".writing-tools [tabindex='0']").count() == 1
    assert desk.get_by_role("button", name="加粗", exact=True).get_attribute("title") == "加粗（Ctrl+B）"
    leave(desk)


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_is_brought_in_and_needs_words(desk, kind: str) -> None:
    area = area_of(desk)
    area.fill("看这座桥：")
    area.press("End")
    desk.evaluate(PASTE, {"kind": kind, "name": "x"})
    dialog = desk.get_by_role("dialog", name="插入图片")
    dialog.locator(".picture-chosen img[src^='/pictures/']").wait_for()
    dialog.get_by_label("图上有什么").fill("")
    dialog.get_by_role("button", name="插入正文").click()
    dialog.get_by_text("请写图上有什么").wait_for()
    dialog.get_by_label("图上有什么").fill("路口塌了一块")
    desk.keyboard.press("Enter")
    dialog.wait_for(state="hidden")
    assert re.fullmatch(r"看这座桥：\n\n!\[路口塌了一块\]\(picture:[0-9a-f]{20}\)", area.input_value())
    image = desk.locator(".desk-read .prose img")
    image.wait_for()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    desk.get_by_role("button", name="保存草稿").click()
    desk.locator(".prose img[alt='路口塌了一块']").wait_for()


def test_what_is_no_picture_is_refused_in_words(desk, tmp_path) -> None:
    (tmp_path / "bild.gif").write_bytes(b"GIF89a" + b"\0" * 30)
    desk.get_by_role("button", name="图片", exact=True).click()
    dialog = desk.get_by_role("dialog", name="插入图片")
    dialog.get_by_label("从电脑或手机里选一张").set_input_files(str(tmp_path / "bild.gif"))
    dialog.get_by_text("GIF 图片不能用").wait_for()
    assert dialog.get_by_role("button", name="插入正文").is_disabled()
    dialog.get_by_role("button", name="取消").click()
    leave(desk)


def test_on_a_phone_writing_and_preview_are_two_sides(browser, server, accounts) -> None:
    context = browser.new_context(base_url=server.url, viewport={"width": 375, "height": 740}, locale="zh-CN")
    try:
        page = context.new_page()
        sign_in(page, *accounts["培训师"])
        page.goto("/teach/lessons/new")
        area_of(page).fill("**要紧**")
        page.get_by_role("group", name="看哪一边").get_by_role("button", name="预览").click()
        page.locator(".desk-read strong").wait_for()
        assert area_of(page).is_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        page.get_by_role("group", name="看哪一边").get_by_role("button", name="写").click()
        assert area_of(page).input_value() == "**要紧**"
    finally:
        context.close()
