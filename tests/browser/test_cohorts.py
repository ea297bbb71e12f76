"""A 培训班 from its first form to the make-up: made, filled, opened, seen by a learner, reminded, ended."""

import re
from datetime import date, timedelta

from tests.browser.conftest import sign_in

NAME = "青禾县新任回复员班"
COURSE = "网德：守住"


def make(page) -> str:
    """A cohort in preparation; gives its address."""
    page.goto("/manage/cohorts")
    page.get_by_role("link", name="新建培训班").first.click()
    page.get_by_label("名称", exact=True).fill(NAME)
    page.get_by_label("开始日期").fill((date.today() - timedelta(days=1)).isoformat())  # noqa: DTZ011
    page.get_by_label("结束日期").fill((date.today() + timedelta(days=40)).isoformat())  # noqa: DTZ011
    page.locator("#unit").select_option("0")
    page.get_by_role("button", name="新建").click()
    page.get_by_role("heading", level=1, name=NAME).wait_for()
    return page.url


def fill(page, account: str) -> None:
    """A course, and a person by pasted account."""
    page.get_by_role("link", name="添加课程", exact=True).click()
    page.get_by_label("课程", exact=True).select_option(label=COURSE)
    page.get_by_role("button", name="添加").click()
    page.get_by_role("link", name="回到培训班", exact=True).click()
    page.get_by_role("link", name="粘贴账号").first.click()
    page.get_by_label("账号", exact=True).fill(f"{account}\nnobody-of-this-name")
    page.get_by_role("button", name="检查并加入").click()
    page.get_by_text("第 2 行").wait_for()
    page.get_by_role("button", name=re.compile("加入其余 1 人")).click()
    page.get_by_text("加入 1 人").wait_for()


def test_a_cohort_from_beginning_to_make_up(page, browser, server, accounts) -> None:
    account, password = accounts["学员"]
    sign_in(page, *accounts["管理员"])
    address = make(page)
    fill(page, account)
    page.get_by_role("button", name="开班").click()
    page.get_by_text("开班了。").wait_for()

    other = browser.new_context(base_url=server.url, locale="zh-CN")
    try:
        learner = other.new_page()
        sign_in(learner, account, password)
        learner.goto("/learn")
        learner.get_by_text(f"培训班：{NAME}").first.wait_for()
    finally:
        other.close()

    page.get_by_role("button", name="现在提醒还没完成的人").click()
    page.get_by_text("提醒了 1 人。").wait_for()
    assert not page.get_by_role("button", name="现在提醒还没完成的人").count(), "once a day"
    page.get_by_role("link", name="看提醒了谁").click()
    page.get_by_text("手动提醒").wait_for()

    page.goto(address)
    page.get_by_role("button", name="提前结束").click()
    page.get_by_text("培训班已结束").wait_for()
    page.get_by_role("link", name="办补训").click()
    page.get_by_role("cell", name=re.compile("未开始|未完成|测验没通过")).first.wait_for()
    page.get_by_role("button", name="建立补训班，1 人").click()
    page.get_by_role("heading", level=1, name=f"{NAME}补训").wait_for()
    page.get_by_text("按“开班”就给 1 人报名 1 门课程").wait_for()
