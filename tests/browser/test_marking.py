"""A learner says that a verdict is wrong; a trainer goes through it with the keyboard; the learner reads the answer."""

import re

from tests.browser.conftest import sign_in

REPLY = "桥栏杆的事不归我们管，您找村里问问。桥两头已经摆了警示桩。"


def hand_in(learner) -> str:
    """Hand in a reply to the first drill that is offered; the address of the result."""
    learner.goto("/learn")
    learner.get_by_role("link", name="看整门课程").click()
    drill = learner.evaluate(
        """async () => {
          const links = [...document.querySelectorAll("a[href^='/quizzes/']")].map((a) => a.getAttribute("href"));
          for (const link of links) {
            const page = await (await fetch(link)).text();
            if (page.includes("开始演练")) return link;
          }
          return "";
        }"""
    )
    assert drill, "the first course offers a drill"
    learner.goto(drill)
    learner.get_by_role("button", name="开始演练").click()
    learner.get_by_label("您的答复").fill(REPLY)
    learner.get_by_role("button", name="提交答复").click()
    learner.locator(".finding").filter(has_text="推诿扯皮").first.wait_for()
    return learner.url


def test_from_an_objection_to_its_answer(page, browser, server, accounts) -> None:
    other = browser.new_context(base_url=server.url, locale="zh-CN")
    try:
        learner = other.new_page()
        sign_in(learner, *accounts["学员"])
        result = hand_in(learner)
        learner.get_by_role("link", name="这一处，我认为判得不对").first.click()
        assert "推诿扯皮" in learner.get_by_label("您认为哪里判得不对").locator("option:checked").inner_text()
        learner.get_by_label("您的理由").fill("后一句写了已经摆好警示桩，不是推。")
        learner.get_by_role("button", name="交给培训师").click()
        learner.get_by_text("待处理").wait_for()

        sign_in(page, *accounts["培训师"])
        page.goto("/teach/review")
        row = page.get_by_role("row").filter(has_text="后一句写了已经摆好警示桩")
        row.get_by_text("学员有异议").wait_for()
        row.get_by_role("link", name=re.compile("^批阅")).click()
        page.get_by_text("照这样评：").wait_for()
        findings = page.locator(".decide[id^=item-f]").count()
        before = page.locator("[data-preview-said]").inner_text()
        page.keyboard.press("?")
        page.get_by_text("在文字框里打字时不起作用").wait_for()
        page.keyboard.press("?")
        page.keyboard.press("j")
        assert page.locator(".decide-here").get_attribute("id") == "item-f1"
        for _ in range(findings):
            page.keyboard.press("x")  # not so, and on to the next
        page.keyboard.press("k")
        assert page.locator("[name=f1][value=no]").is_checked()
        page.wait_for_function(
            "before => document.querySelector('[data-preview-said]').textContent !== before", arg=before
        )
        # The words that a trainer selects in the reply go into a row.
        page.evaluate(
            """() => {
              const text = [...document.querySelectorAll(".bench-reply .marked-reply .pre")][0];
              document.getSelection().selectAllChildren(text);
            }"""
        )
        page.get_by_role("button", name="把左边选中的字抄到这里").click()
        first = page.get_by_label("原文里的字").first
        assert first.input_value() == REPLY
        first.fill("")
        page.get_by_label("理由", exact=True).fill("您说得对，做了的事写了，撤回。jkaxs")
        assert page.get_by_label("理由", exact=True).input_value().endswith("jkaxs"), "letters are letters in a field"
        page.locator("#item-e-acknowledge").focus()
        page.keyboard.press("s")
        page.get_by_text("已保存。学员会看到您的判断和理由。").wait_for()

        learner.goto("/learn")
        learner.get_by_text("培训师答复了您").wait_for()
        learner.get_by_role("link", name="看答复").click()
        learner.get_by_text("已答复").wait_for()
        assert learner.url.startswith(result.split("#")[0])
        learner.get_by_text("您说得对，做了的事写了，撤回").first.wait_for()
        learner.get_by_text("撤回").first.wait_for()
        learner.get_by_text("培训师：这一处不算").first.wait_for()

        page.goto("/teach/agreement")
        page.get_by_text("少于 20 条").wait_for()
    finally:
        other.close()
