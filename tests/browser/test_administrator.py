"""The administrator's path: a person, an enrolment with a due date, the report on screen and in Excel."""

import csv
import io
import re
from datetime import date, timedelta

import openpyxl

from tests.browser.conftest import sign_in

COURSE = "网德：守住"
HEADERS = ["姓名", "账号", "单位", "职务", "课程", "状态"]


def new_person(page) -> tuple[str, str]:
    """A new learner's account and initial password, as the page shows them once."""
    page.goto("/manage/people")
    page.get_by_role("link", name="新建账号").click()
    page.get_by_label("姓名").fill("=沈清（公式样的名字）")
    page.get_by_label("账号", exact=True).fill("shenqing")
    town = page.locator("#unit option").filter(has_text="石榴湾镇").get_attribute("value")
    page.get_by_label("单位", exact=True).select_option(town)
    page.get_by_label("职务").fill("值班员")
    page.get_by_role("checkbox", name=re.compile("^学员")).check()
    page.get_by_role("button", name="新建，显示初始密码").click()
    password = page.locator(".secret").inner_text().strip()
    page.reload()
    assert not page.locator(".secret").count(), "an initial password is shown once"
    return "shenqing", password


def enrol(page, due: date) -> None:
    page.goto("/manage/enrolments")
    page.get_by_role("link", name=COURSE).first.click()
    page.get_by_role("link", name="添加人员").click()
    page.get_by_label("姓名、账号或职务").fill("shenqing")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("checkbox", name=re.compile("沈清")).check()
    page.get_by_label("截止日期").fill(due.isoformat())
    page.get_by_role("button", name="报名", exact=True).click()
    page.get_by_text(re.compile("1 人")).first.wait_for()


def test_from_a_new_person_to_the_exported_report(page, browser, server, accounts) -> None:
    sign_in(page, *accounts["管理员"])
    account, password = new_person(page)
    due = date.today() + timedelta(days=30)  # noqa: DTZ011  any day ahead will do
    enrol(page, due)

    other = browser.new_context(base_url=server.url, locale="zh-CN")
    try:
        learner = other.new_page()
        sign_in(learner, account, password)
        learner.get_by_label("现在的密码").fill(password)
        learner.get_by_label("新密码", exact=True).fill("a-password-of-her-own")
        learner.get_by_label("再输入一遍新密码").fill("a-password-of-her-own")
        learner.get_by_role("button", name=re.compile("修改|保存")).click()
        learner.get_by_text(f"{due.month}月{due.day}日").first.wait_for()
    finally:
        other.close()

    page.goto("/manage/report")  # where it was before; bookmarks still lead there
    page.get_by_label("姓名、账号或职务").fill("shenqing")
    page.get_by_label("课程").first.select_option(label=COURSE)
    page.get_by_role("button", name="筛选").click()
    row = page.get_by_role("row").filter(has_text="shenqing")
    assert row.count() == 1
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 Excel 表格").click()
    assert re.search(r"完成情况.*\.xlsx$", waiting.value.suggested_filename)
    book = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    sheet = book.active
    rows = [list(cells) for cells in sheet.iter_rows(values_only=True)]
    assert book.sheetnames[::2] == ["说明", "合计"], "the data stands between what it means and what it adds up to"
    assert rows[0][:6] == HEADERS
    assert len(rows) == 2
    told = dict(zip(rows[0], rows[1], strict=True))
    assert rows[1][:6] == ["=沈清（公式样的名字）", "shenqing", rows[1][2], "值班员", COURSE, "未开始"]
    assert "石榴湾镇" in told["单位"] and told["进度"] == 0
    assert sheet["A2"].data_type == "s", "a name that looks like a formula stays a name"
    assert sheet.freeze_panes == "A2"

    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    data = waiting.value.path().read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert table[0][:6] == HEADERS and table[1][0] == "'=沈清（公式样的名字）"

    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF", exact=True).click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")

    page.goto("/manage/audit")
    for act in ("新建账号", "下载报表"):
        page.get_by_role("row").filter(has_text=act).first.wait_for()


def test_what_to_do_with_people_appears_once_some_are_ticked(page, browser, server, accounts) -> None:
    """One slim line at the bottom of the window, that does not cover the list; without scripts below the table."""
    sign_in(page, *accounts["管理员"])
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/manage/enrolments")
    page.get_by_role("link", name=COURSE).first.click()
    line = page.locator(".bulk")
    line.wait_for(state="hidden")
    page.locator("td.col-tick input").first.check()
    page.get_by_text("已勾选 1 人").wait_for()
    box = line.bounding_box()
    assert box["height"] <= 72 and box["y"] + box["height"] <= 768
    page.locator("td.col-tick input").first.uncheck()
    line.wait_for(state="hidden")
    address = page.url

    plain = browser.new_context(base_url=server.url, locale="zh-CN", java_script_enabled=False)
    try:
        other = plain.new_page()
        sign_in(other, *accounts["管理员"])
        other.goto(address)
        assert other.locator(".bulk").is_visible()
        assert other.locator(".bulk").evaluate("box => getComputedStyle(box).position") == "static"
    finally:
        plain.close()
