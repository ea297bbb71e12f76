"""A question had the wrong answer: it is put right, its attempts are marked again, the earlier wording comes back."""

import re

from tests.browser.conftest import sign_in
from tests.browser.studio import enrol, make_course, make_quiz, write_question


def test_a_wrong_key_is_put_right_for_everybody(page, other, accounts) -> None:
    sign_in(page, *accounts["培训师"])
    stem = "夜里来电说下水道冒水，先做什么？"
    question = write_question(page, stem, "等天亮再派人", "马上派人去看")
    make_quiz(page, "冒水小测", "下水道冒水", 1)
    make_course(page, "夜里的电话", "先派人", "冒水小测", ["冒水小测"])
    sign_in(other, *accounts["管理员"])
    enrol(other, "夜里的电话", "xueyuan")
    other.context.clear_cookies()
    sign_in(other, *accounts["学员"])
    other.goto("/learn")
    other.get_by_role("link", name="夜里的电话").first.click()
    other.get_by_role("link", name="冒水小测").first.click()
    other.get_by_role("button", name="开始作答").click()
    other.get_by_text("马上派人去看", exact=True).click()
    other.get_by_role("button", name="提交答卷").click()
    other.locator(".result-line").filter(has_text="未及格").wait_for()

    page.goto(f"{question}/edit")
    page.get_by_label("正确", exact=True).nth(0).uncheck()
    page.get_by_label("正确", exact=True).nth(1).check()
    page.get_by_role("button", name="保存").first.click()
    page.get_by_text("已保存").first.wait_for()
    page.goto(question)
    page.get_by_text("有 1 份作答是按旧版的题目").wait_for()
    page.get_by_role("button", name="试评，看谁的成绩会变").click()
    page.get_by_text("试评完，等您决定").wait_for()
    page.get_by_text("变成及格").first.wait_for()
    page.get_by_label("只升不降").check()
    page.get_by_label("理由").fill("错")
    page.get_by_role("button", name="改成绩").click()
    page.get_by_text(re.compile("至少 5 个字")).first.wait_for()
    page.get_by_label("理由").fill("原来的答案标反了，应当马上派人。")
    page.get_by_role("button", name="改成绩").click()
    page.get_by_text("已重新评分").first.wait_for()
    other.reload()
    other.get_by_text("这道题订正过，重新评分：原来 0 分，现在 1 分").wait_for()
    other.locator(".result-line").filter(has_not_text="未及格").first.wait_for()

    page.goto(question)
    page.get_by_role("link", name="历史版本").click()
    page.get_by_role("button", name="比较这两版").click()
    page.get_by_role("button", name="恢复第 1 版").click()
    page.goto(question)
    page.get_by_text("第 3 版").first.wait_for()
