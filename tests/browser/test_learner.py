"""The learner's whole path, and what happens to a draft when things break."""

import re

import pytest

from quizzes.content import Files
from tests.browser.conftest import sign_in

STEPS = 80
"""More than any course has."""
BRUSH_OFF = "这事不归我们管，你去找别人。再闹就报警查你是谁。"


@pytest.fixture(scope="session")
def written() -> Files:
    """Questions and scenarios as their authors wrote them, to know the right answers."""
    return Files()


def expect_text(page, selector: str, text: str) -> None:
    page.locator(selector).filter(has_text=text).first.wait_for()


def answer_everything(page, written: Files) -> None:
    """Give the right answer to each question on the page."""
    by_stem = {question["body"]["stem"]: question for question in written.questions.values()}
    for section in page.locator(".question").all():
        question = by_stem[section.locator(".stem").inner_text().strip()]
        ANSWERS[section.get_attribute("data-kind")](page, section, question["body"])


def choose(page, section, body) -> None:
    for option in body["options"]:
        if option["correct"]:
            section.locator("label.option").filter(has=page.get_by_text(option["text"], exact=True)).click()


def judge(_page, section, body) -> None:
    section.get_by_text("对" if body["answer"] else "错", exact=True).click()


def match(_page, section, body) -> None:
    for pair in body["pairs"]:
        section.get_by_label(pair["left"], exact=True).select_option(label=pair["right"])


def order(page, section, body) -> None:
    for place, item in enumerate(body["items"]):
        row = section.locator("li").filter(has=page.get_by_text(item["text"], exact=True))
        row.locator("select").select_option(str(place + 1))


def write(_page, section, body) -> None:
    best = max(body["accept"], key=lambda accepted: accepted["fraction"])
    section.locator("textarea").fill(best["any"][0])


ANSWERS = {
    "single": choose,
    "multiple": choose,
    "truefalse": judge,
    "matching": match,
    "ordering": order,
    "short": write,
}


def finish_lesson(page) -> None:
    page.get_by_role("button", name=re.compile("^学完了")).click()
    page.wait_for_load_state()


def finish_quiz(page, written: Files) -> None:
    page.get_by_role("button", name=re.compile("开始作答|再做一次")).click()
    answer_everything(page, written)
    page.get_by_role("button", name="提交答卷").click()
    expect_text(page, ".result-line", "及格")


def exemplar_of(page, written: Files) -> str:
    post = page.locator(".scenario-post").inner_text()
    for scenario in written.scenarios.values():
        if scenario["body"]["post"]["text"].split("\n")[0] in post:
            return scenario["body"]["exemplar"]
    raise AssertionError("the scenario on the page is none of ours")


def finish_drill(page, written: Files, revise: bool) -> None:
    page.get_by_role("button", name=re.compile("开始演练|再做一次")).click()
    good = exemplar_of(page, written)
    box = page.get_by_label("您的答复")
    if revise:
        box.fill(BRUSH_OFF)
        page.get_by_role("button", name="提交答复").click()
        mark = page.locator(".mark").first
        mark.click()
        assert page.locator(".finding-lit").count() >= 1
        expect_text(page, ".finding-lit", "为什么")
        page.get_by_role("button", name="改一稿").click()
        assert box.input_value() == BRUSH_OFF
    box.fill(good)
    page.get_by_role("button", name="提交答复").click()
    expect_text(page, ".result-line", "及格")
    if revise:
        page.get_by_role("link", name="和上一稿并排看").click()
        expect_text(page, ".gains", "改掉了")
        page.go_back()


def finish_course(page, course: str, written: Files, revise: bool) -> bool:
    """Take every step of the course at this address; gives whether a reply was revised on the way."""
    revised = not revise
    for _ in range(STEPS):
        page.goto(course)
        next_step = page.locator("a.button-primary")
        if not next_step.count():
            break
        next_step.click()
        page.wait_for_load_state()
        if page.get_by_role("button", name=re.compile("^学完了")).count():
            finish_lesson(page)
        elif page.locator(".rules").get_by_text("写一条公开答复").count():
            finish_drill(page, written, revise=not revised)
            revised = True
        else:
            finish_quiz(page, written)
    return revised and revise


def test_from_signing_in_to_completion(page, accounts, written: Files) -> None:
    sign_in(page, *accounts["学员"])
    page.goto("/learn")
    course = page.get_by_role("link", name=re.compile("整门课程")).get_attribute("href")
    assert finish_course(page, course, written, revise=True)
    page.goto("/learn")
    expect_text(page, ".course-list", "完成")


def test_a_lesson_is_practised_in_place(page, accounts, written: Files) -> None:
    """The page neither jumps nor loads anew, and works the same without a script."""
    sign_in(page, *accounts["学员"])
    page.goto("/learn/courses/1")
    page.goto(page.locator("li.step a[href*='/learn/lessons/']").first.get_attribute("href"))
    lesson = page.url
    by_stem = {question["body"]["stem"]: question for question in written.questions.values()}
    for place in (1, 2):
        check = page.locator(f"#check-{place}")
        question = by_stem[check.locator(".stem").inner_text().strip()]
        check.get_by_role("button", name="看看对不对").click()
        check.get_by_text("先答一答，再看讲解。").wait_for()
        ANSWERS[question["kind"]](page, check, question["body"])
        check.get_by_role("button", name="看看对不对").click()
        check.get_by_text("答对了。").wait_for()
        assert page.url == lesson, "answered in place"
        check.get_by_role("link", name="再答一次").click()
        check.get_by_role("button", name="看看对不对").wait_for()
    page.route("**/js/practice.js*", lambda route: route.abort())
    page.goto(lesson)
    question = by_stem[page.locator("#check-1 .stem").inner_text().strip()]
    ANSWERS[question["kind"]](page, page.locator("#check-1"), question["body"])
    page.locator("#check-1").get_by_role("button", name="看看对不对").click()
    page.locator("#check-1").get_by_text("答对了。").wait_for()
    assert page.url.endswith("#check-1")


def test_a_word_is_explained_where_it_stands(page, accounts) -> None:
    sign_in(page, *accounts["学员"])
    page.goto("/learn/courses/1")
    links = [link.get_attribute("href") for link in page.locator("li.step a[href*='/learn/lessons/']").all()]
    for link in links:
        page.goto(link)
        if page.locator(".prose a.term").count():
            break
    term, card = page.locator(".prose a.term").first, page.locator(".word-card:popover-open")
    where = page.url
    term.click()
    card.get_by_text("怎么回应").wait_for()
    assert page.url == where
    box, window = card.bounding_box(), page.viewport_size
    assert box["x"] >= 0 and box["x"] + box["width"] <= window["width"] and box["y"] >= 0
    page.keyboard.press("Escape")
    assert not card.count()
    term.focus()
    page.keyboard.press("Enter")
    card.get_by_role("link", name="在词典里看例句").click()
    page.get_by_role("heading", name="看一句").wait_for()


def open_drill(page) -> str:
    """A fresh attempt at the first drill; its address."""
    page.goto("/learn")
    courses = page.locator("a[href*='/learn/courses/']")
    page.goto(courses.first.get_attribute("href"))
    page.locator("li.step").filter(has_text="演练").first.get_by_role("link").click()
    go = page.get_by_role("button", name=re.compile("开始演练|再做一次")).or_(page.get_by_role("link", name="接着写"))
    go.first.click()
    page.get_by_label("您的答复").wait_for()
    return page.url


def write(page, words: str) -> None:
    """Write a reply and wait until the server has it; what the page said before of older words proves nothing."""
    with page.expect_response("**/answers/*"):
        page.get_by_label("您的答复").fill(words)
    saved(page)


def saved(page) -> None:
    page.locator("[data-saved]").filter(has_text=re.compile(r"已保存 \d\d:\d\d:\d\d")).wait_for()


def test_a_draft_survives_a_killed_browser_and_a_killed_server(browser, server, page, accounts) -> None:
    sign_in(page, *accounts["学员"])
    address = open_drill(page)
    write(page, "您好，情况收到，今天")
    server.kill()
    page.get_by_label("您的答复").fill("您好，情况收到，今天就去看。")
    page.locator("[data-saved]").filter(has_text="没有连上服务器").wait_for()
    server.start()
    saved(page)
    page.context.close()  # the browser is gone

    other = browser.new_context(base_url=server.url, locale="zh-CN")
    try:
        again = other.new_page()
        sign_in(again, *accounts["学员"])
        again.goto(address)
        assert again.get_by_label("您的答复").input_value() == "您好，情况收到，今天就去看。"
    finally:
        other.close()


def open_quiz(page) -> None:
    """A fresh attempt at the first quiz, nothing answered."""
    page.goto("/learn/courses/1")
    page.locator("li.step").filter(has_text="测验").first.get_by_role("link").click()
    go = page.get_by_role("button", name=re.compile("开始作答|再做一次")).or_(page.get_by_role("link", name="接着答"))
    go.first.click()
    page.get_by_role("button", name="提交答卷").wait_for()


def test_an_empty_reply_is_refused_beside_the_field(page, accounts) -> None:
    sign_in(page, *accounts["学员"])
    open_drill(page)
    page.get_by_label("您的答复").fill("")
    page.get_by_role("button", name="提交答复").click()
    page.locator("#a1-error").filter(has_text="还没有写答复").wait_for()
    write(page, "写了一句。")
    assert page.locator("#a1-error").count() == 0
    said = page.locator("[data-saved]").inner_text()
    page.goto(page.url.removesuffix("/submit"))
    assert page.locator("[data-saved]").inner_text() == said, "said in the same words after a reload"


def test_what_is_written_before_the_script_runs_is_saved_too(page, accounts) -> None:
    """A slow line brings the page long before its script; nobody waits to begin."""
    sign_in(page, *accounts["学员"])
    address = open_drill(page)
    page.route("**/js/attempt.js*", lambda route: page.wait_for_timeout(1500) or route.continue_())
    page.goto(address, wait_until="commit")
    write(page, "脚本还没来就写的。")
    page.unroute_all(behavior="ignoreErrors")
    page.goto(address)
    assert page.get_by_label("您的答复").input_value() == "脚本还没来就写的。"


def first_with_an_ordering(page) -> None:
    """The first quiz of the course that asks for an order, opened."""
    page.goto("/learn/courses/1")
    links = [link.get_attribute("href") for link in page.locator("li.step a[href*='/quizzes/']").all()]
    for link in links:
        page.goto(link)
        begin = page.get_by_role("button", name=re.compile("开始作答|再做一次")).or_(
            page.get_by_role("link", name="接着答")
        )
        if not begin.count():
            continue  # a drill
        begin.first.click()
        page.wait_for_load_state()
        if page.locator(".question-ordering").count():
            return
    raise AssertionError("no quiz of the course asks for an order")


def test_an_order_chosen_before_the_script_came_counts(page, accounts) -> None:
    """Places chosen on a slow line, and an order that this device kept, stand as they were chosen."""
    sign_in(page, *accounts["学员"])
    first_with_an_ordering(page)
    address, ordering = page.url, page.locator(".question-ordering").first
    page.route("**/js/attempt.js*", lambda route: page.wait_for_timeout(1500) or route.continue_())
    page.goto(address, wait_until="commit")
    words = ordering.locator(".ordering-text").all_inner_texts()
    wanted = [words[-1], *words[:-1]]
    for place, text in enumerate(wanted):
        ordering.locator("li").filter(has=page.get_by_text(text, exact=True)).locator("select").select_option(
            str(place + 1)
        )
    page.locator(".move").first.wait_for()
    assert ordering.locator(".ordering-text").all_inner_texts() == wanted
    assert ordering.get_by_label("就是这个顺序").is_checked()
    page.unroute_all(behavior="ignoreErrors")
    page.route("**/answers/*", lambda route: route.abort())
    ordering.locator(".move").nth(3).press("Enter")
    kept = ordering.locator(".ordering-text").all_inner_texts()
    page.reload()
    page.locator(".move").first.wait_for()
    assert ordering.locator(".ordering-text").all_inner_texts() == kept
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="提交答卷").click()
    page.get_by_role("button", name="就这样提交").click()
    page.locator(".result-line").wait_for()


def test_only_what_the_server_has_is_said_to_be_saved(page, accounts) -> None:
    """More is written while a slow save is on its way: its answer speaks of the earlier words."""
    sign_in(page, *accounts["学员"])
    address = open_drill(page)
    page.route("**/answers/1", lambda route: page.wait_for_timeout(600) or route.continue_())
    note = page.locator("[data-saved]")
    with page.expect_response("**/answers/1"):
        page.get_by_label("您的答复").fill("先写的半句，")
        page.wait_for_timeout(1000)
        page.get_by_label("您的答复").fill("先写的半句，后写的半句。")
    assert note.inner_text() == "正在写……"
    page.goto(address)  # left before the rest was saved
    saved(page)
    page.unroute_all(behavior="ignoreErrors")
    page.goto(address)
    assert page.get_by_label("您的答复").input_value() == "先写的半句，后写的半句。"
    assert note.inner_text().startswith("已保存")
    assert not page.locator("#conflict").is_visible(), "the same words twice are no conflict"


def test_a_text_too_long_is_sent_once(page, accounts) -> None:
    sign_in(page, *accounts["学员"])
    open_drill(page)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/answers/" in request.url else None)
    page.get_by_label("您的答复").fill("字" * 5001)
    page.locator("[data-saved]").filter(has_text="没有保存").wait_for()
    page.wait_for_timeout(2500)
    assert len(sent) == 1
    write(page, "短了。")


def test_what_is_unanswered_is_asked_before_handing_in(page, accounts) -> None:
    sign_in(page, *accounts["学员"])
    open_quiz(page)
    ordering = page.locator(".question-ordering").first
    if ordering.count():
        assert not ordering.get_by_label("就是这个顺序").is_checked()
        ordering.locator(".move").nth(3).press("Enter")  # the second item upwards, to the first place
        assert ordering.get_by_label("就是这个顺序").is_checked()
        focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert "往后移" in focused, "the focus stays with the item that was moved"
    page.get_by_role("button", name="提交答卷").click()
    page.get_by_role("heading", name=re.compile(r"还有 \d+ 题没有作答")).wait_for()
    page.get_by_role("link", name="回去接着答").click()
    page.locator("[data-clock]").filter(has_text="剩余").wait_for()
    if ordering.count():
        assert ordering.get_by_label("就是这个顺序").is_checked()
    page.goto("/learn")
    page.get_by_role("link", name="接着答").click()
    page.get_by_role("button", name="提交答卷").click()
    page.get_by_role("button", name="就这样提交").click()
    page.locator(".result-line").wait_for()


def test_a_session_that_ends_while_writing_asks_for_the_password(page, accounts) -> None:
    account, password = accounts["学员"]
    sign_in(page, account, password)
    open_drill(page)
    page.context.clear_cookies()
    page.get_by_label("您的答复").fill("写到一半，登录过期了。")
    dialog = page.get_by_role("dialog", name="登录已过期")
    dialog.wait_for()
    assert page.evaluate("document.activeElement.id") == "again-password"
    dialog.get_by_label("密码").fill("wrong-password")
    dialog.get_by_role("button", name="登录并接着写").click()
    dialog.get_by_text("账号或密码不对").wait_for()
    dialog.get_by_label("密码").fill(password)
    dialog.get_by_role("button", name="登录并接着写").click()
    saved(page)
    assert page.get_by_label("您的答复").input_value() == "写到一半，登录过期了。"


def test_two_windows_do_not_overwrite_each_other(page, accounts) -> None:
    sign_in(page, *accounts["学员"])
    address = open_drill(page)
    other = page.context.new_page()
    other.goto(address)
    write(page, "第一个窗口写的")
    other.get_by_label("您的答复").fill("第二个窗口写的")
    dialog = other.get_by_role("dialog", name="这道题在另一个窗口改过")
    dialog.get_by_text("第一个窗口写的").wait_for()
    dialog.get_by_role("button", name="用我在这里写的").click()
    saved(other)
    page.reload()
    assert page.get_by_label("您的答复").input_value() == "第二个窗口写的"
