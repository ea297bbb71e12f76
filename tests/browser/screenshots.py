"""Pictures of the product, made from the product: for the documentation, and for looking at one's own work.

python -m tests.browser.screenshots           the pictures of docs/, into docs/images/
python -m tests.browser.screenshots --all     every page, narrow and wide, light and dark, into build/screenshots/
"""

import argparse
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, LAUNCH, ROOT, Server, free_port, sign_in

BRUSH_OFF = (
    "您好，您反映的问题已收悉，我们高度重视。开证明不归我们管，您去问别的部门吧。"
    "户口本上的名字是您自己没改过来，怪不得窗口。我们会尽快研究。"
)
Go = Callable[[Page], Any]


def drill(page: Page, text: str, submit: bool = True) -> None:
    """Write a reply to the first drill of the first course."""
    page.goto("/learn")
    page.goto(page.locator("a[href*='/learn/courses/']").first.get_attribute("href") or "")
    page.locator("li.step").filter(has_text="演练").first.get_by_role("link").click()
    page.get_by_role("button", name=re.compile("开始演练|再做一次")).or_(
        page.get_by_role("link", name="接着写")
    ).first.click()
    page.get_by_label("您的答复").fill(text)
    page.locator("[data-saved]").filter(has_text=re.compile("已保存")).wait_for()
    if submit:
        page.get_by_role("button", name="提交答复").click()
        page.wait_for_url(re.compile("/result$"))


def first(selector: str, start: str) -> Go:
    """Follow the first link of a kind from a page."""

    def go(page: Page) -> None:
        page.goto(start)
        page.goto(page.locator(selector).first.get_attribute("href") or start)

    return go


def at(path: str) -> Go:
    """Open a page by its address."""
    return lambda page: page.goto(path)


def revised(page: Page) -> None:
    """A brush-off, mended once, and the two drafts side by side."""
    drill(page, BRUSH_OFF)
    page.get_by_role("button", name="改一稿").click()
    page.get_by_label("您的答复").fill(
        "您好，为一张证明跑了三个地方，换谁都着急。这项证明已经取消，是窗口要错了，向您和父亲道歉。"
        "换社保卡只要本人身份证，请到一楼综合服务台补办，当场办结；老人不方便出门，打0000-88101206，我们上门。"
    )
    page.get_by_role("button", name="提交答复").click()
    page.get_by_role("link", name="和上一稿并排看").click()


def bench(page: Page) -> None:
    """A reply tried beside a scenario that is being changed."""
    first("td a[href$='/edit']", "/teach/scenarios")(page)
    page.get_by_label("要试的答复").fill("您好，您反映的问题已收悉，我们高度重视。路灯不归我们管，您去问供电所吧。")
    page.locator(".bench .finding").first.wait_for()
    page.get_by_label("事实卡").scroll_into_view_if_needed()


def first_lesson(page: Page) -> None:
    """Open the first lesson of the first course."""
    first("li.step a[href*='/learn/lessons/']", "/learn/courses/1")(page)


def checked(page: Page) -> None:
    """The questions at the end of a lesson, the first of them answered."""
    first_lesson(page)
    check = page.locator("[data-check]").first
    for field in check.locator("input[type=radio], input[type=checkbox]").all()[:1]:
        field.evaluate("field => field.click()")
    for choice in check.locator("select").all():
        choice.select_option(index=1)
    check.get_by_role("button", name="看看对不对").click()
    page.locator(".check-said, .field-error").first.wait_for()
    page.locator("[data-check]").first.scroll_into_view_if_needed()


def word_in_a_lesson(page: Page) -> None:
    """A netizens' expression, explained where it stands."""
    page.goto("/learn/courses/1")
    lessons = [link.get_attribute("href") or "" for link in page.locator("li.step a[href*='/learn/lessons/']").all()]
    for lesson in lessons:
        page.goto(lesson)
        if page.locator(".prose a.term").count():
            break
    page.locator(".prose a.term").first.click()
    page.locator(".word-card:popover-open").wait_for()


def cohort(page: Page) -> None:
    """A cohort that was just made, with everybody of a unit in it."""
    page.goto("/manage/cohorts/new")
    page.get_by_label("名称").fill("2026 年新任回复员培训班")
    page.get_by_role("button", name=re.compile("建好|新建|保存")).last.click()
    page.wait_for_url(re.compile(r"/manage/cohorts/\d+"))


def quiz_result(page: Page) -> None:
    """A quiz that was handed in half empty."""
    first("li.step a[href*='/quizzes/']", "/learn/courses/1")(page)
    page.get_by_role("button", name=re.compile("开始作答|再做一次")).or_(
        page.get_by_role("link", name="接着答")
    ).first.click()
    for options in page.locator("ul.options").all():
        options.locator("input").first.evaluate("field => field.click()")  # the line with the clock may lie over it
    page.get_by_role("button", name="提交答卷").click()
    page.get_by_role("button", name="就这样提交").or_(page.locator(".result-line")).first.wait_for()
    if "/check" in page.url:
        page.get_by_role("button", name="就这样提交").click()


PICTURES: dict[str, tuple[str, Go]] = {
    "sign-in": ("", at("/sign-in")),
    "today": ("学员", at("/learn")),
    "course": ("学员", first("a[href*='/learn/courses/']", "/learn")),
    "lesson": ("学员", first("li.step a[href*='/learn/lessons/']", "/learn/courses/1")),
    "lesson-check": ("学员", checked),
    "lesson-word": ("学员", word_in_a_lesson),
    "words": ("学员", at("/words")),
    "word": ("学员", at("/words/l03")),
    "quiz": ("学员", first("li.step a[href*='/quizzes/']", "/learn/courses/1")),
    "drill": ("学员", lambda page: drill(page, BRUSH_OFF[:40], submit=False)),
    "verdict": ("学员", lambda page: drill(page, BRUSH_OFF)),
    "compare": ("学员", revised),
    "quiz-result": ("学员", quiz_result),
    "competencies": ("学员", at("/learn/competencies")),
    "account": ("学员", at("/account")),
    "my-data": ("学员", at("/account/data")),
    "collected": ("学员", at("/account/collected")),
    "verify": ("", at("/verify")),
    "not-found": ("学员", at("/no-such-page")),
    "forbidden": ("学员", at("/teach/attempts")),
    "author-courses": ("培训师", at("/teach/courses")),
    "author-course": ("培训师", first("td a[href*='/teach/courses/']", "/teach/courses")),
    "author-lessons": ("培训师", at("/teach/lessons")),
    "author-lesson": ("培训师", first("td a[href*='/teach/lessons/']", "/teach/lessons")),
    "author-lesson-edit": ("培训师", first("td a[href$='/edit']", "/teach/lessons")),
    "author-questions": ("培训师", at("/teach/questions")),
    "author-question": ("培训师", first("td.wide a", "/teach/questions")),
    "author-question-edit": ("培训师", first("td a[href$='/edit']", "/teach/questions")),
    "author-scenario": ("培训师", first("td.wide a", "/teach/scenarios")),
    "author-scenario-edit": ("培训师", first("td a[href$='/edit']", "/teach/scenarios")),
    "author-scenario-bench": ("培训师", bench),
    "author-quiz": ("培训师", first("td.wide a", "/teach/quizzes")),
    "author-quiz-edit": ("培训师", first("td a[href$='/edit']", "/teach/quizzes")),
    "author-sources": ("培训师", at("/teach/sources")),
    "author-source": ("培训师", first("td.wide a", "/teach/sources")),
    "author-source-edit": ("培训师", first("td a[href$='/edit']", "/teach/sources")),
    "author-expressions": ("培训师", at("/teach/expressions")),
    "author-expression": ("培训师", first("td a[href*='/teach/expressions/']", "/teach/expressions")),
    "author-expression-edit": ("培训师", first("td a[href$='/edit']", "/teach/expressions")),
    "author-due": ("培训师", at("/teach/due")),
    "attempts": ("培训师", at("/teach/attempts")),
    "review": ("培训师", first("td a[href*='/teach/attempts/']", "/teach/attempts")),
    "reports": ("管理员", at("/manage/reports")),
    "report": ("管理员", at("/manage/reports/completion")),
    "report-patterns": ("管理员", at("/manage/reports/patterns")),
    "report-learner": ("管理员", first("td a[href*='/manage/reports/learner/']", "/manage/reports/learner")),
    "cohorts": ("管理员", at("/manage/cohorts")),
    "cohort": ("管理员", cohort),
    "certificate-courses": ("管理员", at("/manage/certificates/courses")),
    "certificate-design": (
        "管理员",
        first("td a[href*='/manage/certificates/courses/']", "/manage/certificates/courses"),
    ),
    "people-imports": ("管理员", at("/manage/people/imports")),
    "settings": ("管理员", at("/manage/settings")),
    "settings-security": ("管理员", at("/manage/settings/security")),
    "retention": ("管理员", at("/manage/retention")),
    "messages": ("管理员", at("/messages")),
    "enrol": ("管理员", at("/manage/enrolments")),
    "enrol-course": ("管理员", first("td a[href*='/manage/enrolments/']", "/manage/enrolments")),
    "enrol-people": ("管理员", at("/manage/enrolments/1/people")),
    "enrol-unit": ("管理员", at("/manage/enrolments/1/unit")),
    "people": ("管理员", at("/manage/people")),
    "person": ("管理员", first("td a[href*='/manage/people/']", "/manage/people")),
    "person-edit": ("管理员", at("/manage/people/1/edit")),
    "person-new": ("管理员", at("/manage/people/new")),
    "units": ("管理员", at("/manage/units")),
    "unit": ("管理员", at("/manage/units/1")),
    "audit": ("管理员", at("/manage/audit")),
    "first-steps": ("管理员", at("/manage/first-steps")),
    "certificates": ("管理员", at("/manage/certificates")),
    "report-hours": ("管理员", at("/manage/reports/hours")),
    "report-quizzes": ("管理员", at("/manage/reports/quizzes")),
    "report-competency": ("管理员", at("/manage/reports/competency")),
    "report-schedule": ("管理员", at("/manage/reports/scheduled")),
    "report-headers": ("管理员", at("/manage/reports/headers")),
    "cohort-new": ("管理员", at("/manage/cohorts/new")),
    "unit-new": ("管理员", at("/manage/units/new")),
    "jobs": ("管理员", at("/jobs")),
    "mails": ("管理员", at("/manage/mails")),
    "corrections": ("管理员", at("/manage/corrections")),
    "settings-mail": ("管理员", at("/manage/settings/mail")),
    "settings-school": ("管理员", at("/manage/settings/school")),
}
"""Name of the picture: whose page it is, and how to get there. The order matters: a review needs an attempt."""

IN_DOCS = (
    "today",
    "lesson",
    "drill",
    "verdict",
    "compare",
    "competencies",
    "author-course",
    "author-due",
    "author-scenario-edit",
    "author-scenario-bench",
    "review",
    "report",
    "report-patterns",
    "people",
    "people-imports",
    "cohort",
    "settings",
    "my-data",
)
"""The pictures that the documentation shows."""


@contextmanager
def product() -> Iterator[Server]:
    """The product with demo accounts, on a database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LITERACY_DATA": f"{folder}/instance", "LITERACY_WORKERS": "1"}
        environment.pop("LITERACY_DATABASE_URL", None)
        server = Server(Path(folder) / "instance", free_port(), environment)
        server.start("--demo")
        try:
            yield server
        finally:
            server.stop()


def shoot(
    browser: Browser, server: Server, names: list[str], folder: Path, width: int, scheme: Any, ending: str
) -> None:
    """Take these pictures at one width in one colour scheme."""
    pages: dict[str, Page] = {}
    for name in names:
        role, go = PICTURES[name]
        if role not in pages:
            context = browser.new_context(
                base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme=scheme,
                viewport={"width": width, "height": 900}, reduced_motion="reduce",
            )  # fmt: skip
            context.set_default_timeout(8000)
            pages[role] = context.new_page()
            if role:
                sign_in(pages[role], *server.accounts()[role])
        try:
            go(pages[role])
            pages[role].wait_for_load_state()
            # Documentation shows what fits a screen; whoever checks the work wants the whole page.
            pages[role].screenshot(path=folder / f"{name}{ending}.png", full_page=bool(ending))
        except Exception as problem:  # one page that cannot be reached must not cost the other pictures
            print(f"{name}{ending}: {str(problem).splitlines()[0]}")  # noqa: T201
        overflow = pages[role].evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            print(f"{name}{ending}: the page is {overflow} px wider than the window")  # noqa: T201


def main() -> None:
    """Make the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every page, narrow and wide, light and dark")
    parser.add_argument("names", nargs="*", help="only these")
    given = parser.parse_args()
    folder = ROOT / ("build/screenshots" if given.all else "docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    names = given.names or list(PICTURES if given.all else IN_DOCS)
    with product() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        if given.all:
            shoot(browser, server, names, folder, 1440, "light", "-wide")
            shoot(browser, server, names, folder, 375, "light", "-phone")
            shoot(browser, server, names, folder, 1440, "dark", "-dark")
        else:
            shoot(browser, server, names, folder, 1120, "light", "")
        browser.close()


if __name__ == "__main__":
    main()
