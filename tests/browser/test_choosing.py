"""A long list of units is searched by typing: by keyboard, on a phone, and it is a plain select without scripts."""

import re

import pytest

from tests.browser.conftest import sign_in

UNIT, ALSO = "石榴湾镇", "石榴湾"
MORE = "".join(f'<option value="{9000 + number}">虚构市 / 第{number}局</option>' for number in range(500))


def many(route) -> None:
    """The page with 500 more units to choose from."""
    answer = route.fetch()
    body = re.sub(r"(<select[^>]*data-choose[^>]*id=\"unit\".*?)(</select>)", rf"\1{MORE}\2", answer.text(), flags=re.S)
    assert "虚构市" in body
    route.fulfill(response=answer, body=body)


@pytest.fixture
def people(page, accounts):
    """The list of people, to be narrowed to a unit."""
    sign_in(page, *accounts["管理员"])
    page.route("**/manage/people*", many)
    page.goto("/manage/people")
    return page


def options(page):
    """What the open list offers."""
    return page.locator("ul[role=listbox]:visible").get_by_role("option")


def test_typed_and_chosen_by_keyboard(people) -> None:
    box = people.get_by_role("combobox", name="单位（含下级）")
    assert box.input_value() == "全部"
    box.click()
    assert options(people).count() <= 50 and people.get_by_text("再输几个字就少了").is_visible()
    box.fill("虚构 77")
    assert options(people).all_inner_texts() == [f"虚构市 / 第{before}77局" for before in ("", 1, 2, 3, 4)]
    box.press("Escape")
    assert box.input_value() == "全部" and not options(people).count()
    box.fill(ALSO)
    box.press("Enter")
    assert box.input_value().endswith(UNIT)
    box.press("Enter")  # closed again, it sends the form
    people.wait_for_url(re.compile(r"unit=\d+"))
    assert people.get_by_role("combobox", name="单位（含下级）").input_value().endswith(UNIT)
    assert people.locator("tbody tr").count() >= 1
    assert all(UNIT in text for text in people.locator("tbody tr").all_inner_texts())


def test_what_is_typed_and_left_counts_only_if_it_can_mean_one_thing(people) -> None:
    box = people.get_by_role("combobox", name="单位（含下级）")
    box.fill("虚构市 / 第7")
    box.press("Tab")
    people.get_by_text("没有改，还是“全部”").wait_for()
    assert box.input_value() == "全部"
    box.fill("第499局")
    box.press("Tab")
    assert box.input_value() == "虚构市 / 第499局"
    box.fill("")
    box.press("Tab")
    assert box.input_value() == "全部"
    box.fill("没有这个")
    people.get_by_text("没有这样的").wait_for()


def test_on_a_phone_the_list_stays_on_the_page(people) -> None:
    people.set_viewport_size({"width": 375, "height": 720})
    box = people.get_by_role("combobox", name="单位（含下级）")
    box.fill("第12局")
    option = options(people).first
    assert option.bounding_box()["height"] >= 44
    wide = people.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    option.click()
    assert box.input_value() == "虚构市 / 第12局"


def test_without_scripts_it_is_a_select(browser, server, accounts) -> None:
    plain = browser.new_context(base_url=server.url, locale="zh-CN", java_script_enabled=False)
    try:
        page = plain.new_page()
        sign_in(page, *accounts["管理员"])
        page.route("**/manage/people*", many)
        page.goto("/manage/people")
        town = page.locator("#unit option").filter(has_text=UNIT).first.get_attribute("value")
        page.get_by_label("单位（含下级）").select_option(town)
        page.get_by_role("button", name="筛选").click()
        assert page.locator("#unit").input_value() == town
    finally:
        plain.close()
