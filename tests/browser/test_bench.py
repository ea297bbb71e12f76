"""A trainer tries replies beside a scenario that is being written: with the script, without it, and on a phone."""

import re

from tests.browser.conftest import sign_in

BRUSH_OFF = "不归我们管，您去找别的单位。"


def own_scenario(page, title: str) -> str:
    """A draft of the trainer's own; its address for changing it."""
    page.goto("/teach/scenarios/new")
    page.get_by_label("情景名称").fill(title)
    page.get_by_label("原帖内容").fill("村口的桥栏杆断了一个月，没人管？")
    page.get_by_label("事实卡").fill("镇应急办11月24日在桥两头摆了警示桩。")
    page.get_by_label("要说到什么").first.fill("说出已经摆了警示桩")
    page.get_by_label("算说到了的说法").first.fill("警示桩")
    page.get_by_label("示范答复", exact=True).fill("您好，镇应急办11月24日已在桥两头摆了警示桩。")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("草稿已保存").wait_for()
    return page.url


def leave(page) -> None:
    """Go away from a form that holds what nobody saved."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/teach/scenarios")


def test_the_verdict_follows_what_is_typed(page, accounts) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, *accounts["培训师"])
    edit = own_scenario(page, "试评用的桥")
    bench = page.get_by_role("complementary", name="试一条答复")
    page.get_by_label("要试的答复").fill("您好，我们明天去看看。")
    bench.get_by_text("没说到").first.wait_for()
    assert page.evaluate("window.scrollY") == 0, "it stands beside the form, in sight at once"
    page.get_by_label("算说到了的说法").first.fill("明天")
    bench.get_by_text("说到了", exact=True).first.wait_for()
    # It stays in sight when the form is scrolled.
    page.get_by_label("讨论提示").scroll_into_view_if_needed()
    assert bench.get_by_label("要试的答复").bounding_box()["y"] >= 0
    # The exemplar is picked as it stands in the form, not as it was saved.
    page.get_by_label("示范答复", exact=True).fill(BRUSH_OFF)
    page.get_by_label("换一条来试").focus()
    page.get_by_label("换一条来试").select_option("示范答复")
    bench.locator(".finding").filter(has_text="推诿扯皮").wait_for()
    assert page.get_by_label("要试的答复").input_value() == BRUSH_OFF
    bench.locator(".mark").first.hover()
    assert bench.locator(".finding-lit").count() == 1, "a mark lights its note"
    bench.get_by_role("button", name="存为检验答复").click()
    bench.get_by_text("已存下").wait_for()
    leave(page)
    page.goto(edit.replace("/edit", ""))
    tests = page.get_by_role("region", name="检验答复")
    tests.get_by_text("看出推诿扯皮").wait_for()
    tests.get_by_role("link", name="修改保存的答复 1").click()
    page.get_by_label("最低几级").select_option("3")
    page.get_by_label("最高几级").select_option("4")
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.get_by_text("应评 3 到 4 级").first.wait_for()
    page.get_by_text(re.compile("仍要发布的理由|还有 \\d+ 处要补")).first.wait_for()


def test_without_a_script_the_form_comes_back_with_the_verdict(browser, server, accounts) -> None:
    context = browser.new_context(base_url=server.url, locale="zh-CN", java_script_enabled=False)
    try:
        page = context.new_page()
        sign_in(page, *accounts["培训师"])
        own_scenario(page, "没有脚本的桥")
        page.get_by_label("学员扮演谁").fill("没保存的角色")
        page.get_by_label("要试的答复").fill(BRUSH_OFF)
        page.get_by_role("button", name="看评议").click()
        page.locator(".finding").filter(has_text="推诿扯皮").wait_for()
        assert page.url.endswith("#bench-title")
        assert page.get_by_label("学员扮演谁").input_value() == "没保存的角色"
        page.get_by_label("换一条来试").select_option("示范答复")
        page.get_by_role("button", name="放进来").click()
        assert "警示桩" in page.get_by_label("要试的答复").input_value()
        page.get_by_role("button", name="存为检验答复").click()
        page.get_by_text("已存下").wait_for()
        page.goto("/teach/scenarios")
        page.get_by_role("link", name="没有脚本的桥", exact=True).click()
        assert page.get_by_text("您是没保存的角色").count() == 0, "nothing of the form was saved"
        page.get_by_role("link", name="修改保存的答复 1").click()
        page.get_by_text("删除这一条").click()
        page.get_by_role("button", name="确认删除").click()
        page.get_by_text("已删除").wait_for()
    finally:
        context.close()


def test_on_a_phone_the_bench_stands_below(page, accounts) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    sign_in(page, *accounts["培训师"])
    page.goto("/teach/scenarios")
    page.get_by_role("row").get_by_role("link").first.click()
    page.get_by_role("link", name="修改", exact=True).click()
    save = page.get_by_role("button", name=re.compile("^保存")).last.bounding_box()
    reply = page.get_by_label("要试的答复").bounding_box()
    assert reply["y"] > save["y"] and reply["x"] + reply["width"] <= 375
    page.get_by_label("要试的答复").fill(BRUSH_OFF)
    page.get_by_role("complementary", name="试一条答复").locator(".finding").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    leave(page)
