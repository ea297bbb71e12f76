"""A new trainer's way: an empty course, a bank from Excel, own scenarios, a better rubric, five marks put right."""

import re
from pathlib import Path

from tests.browser.conftest import sign_in
from tests.browser.studio import (
    draft_cue,
    enrol,
    import_bank,
    keep_reply,
    make_course,
    make_drill,
    make_quiz,
    publish_rubric,
    write_scenario,
)

WORDS = "您这位搅局精也该歇歇了。"
THREAT = "再闹就查您是谁，让派出所找您。两头已经摆了警示桩。"
COURSE = "桥与井盖"


def hand_in_five(page, course: str) -> None:
    """The learner tries both drills, five times in all, each time as badly."""
    page.goto("/learn")
    page.get_by_role("link", name=course).first.click()
    drills = [link.get_attribute("href") for link in page.get_by_role("link", name=re.compile("演练|桥")).all()]
    drills = list(dict.fromkeys(href for href in drills if href and href.startswith("/quizzes/")))
    for number in range(5):
        page.goto(drills[number % len(drills)])
        page.get_by_role("button", name=re.compile("开始演练|再做一次")).click()
        page.get_by_label("您的答复").fill(f"{THREAT}第{'一二三四五'[number]}稿。")
        page.get_by_role("button", name="提交答复").click()
        page.locator(".finding").filter(has_text="威胁恐吓").first.wait_for()


def put_right(page, number: int) -> None:
    """Decide that the machine was wrong about one reply, in the queue."""
    page.goto(page.url)
    page.get_by_text("照这样评：").wait_for()
    findings = page.locator(".decide[id^=item-f]").count()
    for _ in range(findings):
        page.keyboard.press("x")
    page.get_by_label("理由", exact=True).fill(f"做了的事写了，撤回。{number}")
    page.locator("#item-e-acknowledge").focus()
    page.keyboard.press("s")
    page.get_by_text("已保存。学员会看到您的判断和理由。").wait_for()


def test_from_an_empty_course_to_five_marks_put_right(page, other, accounts, tmp_path: Path) -> None:
    sign_in(page, *accounts["培训师"])
    page.on("dialog", lambda dialog: dialog.accept())
    import_bank(page, tmp_path)
    make_quiz(page, "井盖小测", "号井盖坏了", 5)
    scenarios = [write_scenario(page, f"{place}的栏杆", place) for place in ("村口石桥", "河西木桥")]
    for scenario in scenarios:
        keep_reply(page, scenario, WORDS)
        make_drill(page, scenario, "的栏杆")
    make_course(page, COURSE, "先护住人", "", ["井盖小测", "村口石桥的栏杆", "河西木桥的栏杆"])

    draft_cue(page, "搅局精", WORDS)
    publish_rubric(page, "认得搅局精")
    stamp = re.search(r"[\d.]+\+\d+", page.inner_text("main"))
    assert stamp
    page.goto("/teach/rubric")
    page.get_by_text(f"版本 {stamp[0]}").wait_for()

    sign_in(other, *accounts["管理员"])
    enrol(other, COURSE, "xueyuan")
    other.context.clear_cookies()
    sign_in(other, *accounts["学员"])
    hand_in_five(other, COURSE)

    for number in range(5):
        page.goto("/teach/review")
        row = page.get_by_role("row").filter(has_text="再闹就查您是谁").first
        row.get_by_role("link", name=re.compile("^批阅")).click()
        put_right(page, number)
    page.goto("/teach/review")
    page.get_by_role("heading", name="批阅").wait_for()
    assert not page.get_by_role("row").filter(has_text="再闹就查您是谁").count(), "all five were looked at"
    other.reload()
    other.get_by_text("做了的事写了，撤回").first.wait_for()

    page.set_viewport_size({"width": 375, "height": 800})
    for path in ("/teach/rubric", "/teach/rubric/patterns/threat", "/teach/rubric/versions", scenarios[0]):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
