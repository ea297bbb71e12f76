"""As a new administrator would: from an empty installation to a printed report and a certificate that others check.

Everything that people do is done through pages; only the first administrator is made by a command, as README says.
"""

import io
import re
from collections.abc import Iterator

import pytest
from pypdf import PdfReader

from quizzes.content import Files
from tests.browser import test_cohorts as cohorts
from tests.browser.conftest import Server, sign_in, started
from tests.browser.test_intake import finished, hand_in
from tests.browser.test_learner import finish_course

SCHOOL, TOP, COURSE = "青禾县委党校", "青禾县", "第一课"
OWN = "a password of my own"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that nobody has used yet."""
    with started(tmp_path_factory.mktemp("nothing") / "instance") as made:
        yield made


@pytest.fixture
def window(browser, server) -> Iterator:
    """A factory of windows, each somebody else's."""
    opened = []

    def make():
        opened.append(browser.new_context(base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai"))
        opened[-1].set_default_timeout(15_000)
        return opened[-1].new_page()

    yield make
    for context in opened:
        context.close()


def first_account(server: Server, page, account: str, name: str, role: str) -> None:
    """Made by a command, which prints the password; changed at the first sign-in."""
    said = server.command("user", "create", account, "--name", name, "--role", role)
    password = re.search(r"初始密码 (\S+)", said)[1]
    sign_in(page, account, password)
    page.get_by_label("现在的密码").fill(password)
    page.get_by_label("新密码", exact=True).fill(OWN)
    page.get_by_label("再输入一遍新密码").fill(OWN)
    page.get_by_role("button", name="保存新密码").click()
    page.get_by_text("密码已修改").wait_for()


def step(page, title: str) -> None:
    """From the list of first steps to where one of them is done."""
    page.locator(".wordmark").first.click()
    page.get_by_role("heading", level=1, name="第一次使用").wait_for()
    page.get_by_role("link", name=f"去办：{title}").click()


def short_course(page) -> None:
    """A trainer publishes a course of one module with one lesson: what a learner finishes in a minute."""
    page.goto("/teach/courses/new")
    page.get_by_label("课程名称").fill(COURSE)
    page.get_by_role("button", name="建好，去添加单元").click()
    page.get_by_label("单元名称").fill("开头")
    page.get_by_role("button", name="建好，去添加内容").click()
    page.get_by_label("类型").select_option("lesson")
    page.get_by_role("button", name="筛选").click()
    page.locator("td.tick input").first.check()
    page.get_by_role("button", name="添加勾选的内容").click()
    page.goto(re.sub(r"/modules.*", "", page.url))
    page.get_by_role("button", name="发布").click()
    page.get_by_text("已发布").first.wait_for()


def name_the_school(page, server: Server) -> None:
    step(page, "写上学校的名称和平台的网址")
    page.get_by_label("名称", exact=True).fill(SCHOOL)
    page.get_by_label("平台的网址").fill(server.url)
    page.get_by_role("button", name="保存").click()
    page.locator(".wordmark").get_by_text(SCHOOL).wait_for()


def build_units(page) -> None:
    step(page, "建单位")
    page.get_by_role("link", name="建第一个单位").click()
    page.get_by_label("单位名称").fill(TOP)
    page.get_by_role("button", name="新建单位").click()
    page.get_by_role("link", name="添加下级单位").click()
    page.get_by_label("单位名称").fill("望舒街道")
    page.get_by_role("button", name="新建单位").click()
    page.get_by_text(f"已新建{TOP} / 望舒街道").wait_for()


def import_people(page) -> str:
    """Two people from a table; gives the link that opens the account of one of them."""
    step(page, "导入人员")
    hand_in(
        page,
        ("liuyuan", "柳原", f"{TOP} / 望舒街道", "回复员", "", "", "", "学员", "在用"),
        ("tangmu", "唐牧", f"{TOP} / 望舒街道", "值班员", "", "", "", "学员", "在用"),
    )
    finished(page, "这份表会")
    page.get_by_role("button", name="确认导入 2 人").click()
    finished(page, "导入完了")
    page.get_by_role("link", name="打印激活条").click()
    finished(page, "张激活条")
    page.goto("/manage/people?words=liuyuan")
    page.get_by_role("link", name="柳原", exact=True).click()
    page.get_by_role("button", name=re.compile("激活码")).click()
    return page.locator(".code-link a").get_attribute("href")


def open_cohort(page) -> None:
    step(page, "给人报名")
    cohorts.make(page)
    page.get_by_role("link", name="添加课程", exact=True).click()
    page.get_by_label("课程", exact=True).select_option(label=COURSE)
    page.get_by_role("button", name="添加").click()
    page.get_by_role("link", name="回到培训班", exact=True).click()
    page.get_by_role("link", name="整个单位").first.click()
    page.get_by_label("单位（含下级）").select_option(label=TOP)
    page.get_by_role("button", name="看看会加入多少人").click()
    page.get_by_role("button", name="加入 2 人").click()
    page.get_by_role("button", name="开班").click()
    page.get_by_text("开班了。").wait_for()


def offer_certificates(page) -> None:
    page.goto("/manage/certificates/courses")
    page.get_by_role("link", name=re.compile(f"设置.*{COURSE}")).click()
    page.get_by_label("这门课程颁发证书").check()
    assert page.get_by_label("学校名称").input_value() == SCHOOL
    page.get_by_role("button", name="保存").click()


def learn(page, link: str, written: Files) -> None:
    """Opened by the link, the account is the learner's own; the course is finished."""
    page.goto(link)
    page.get_by_label("给自己设一个密码").fill(OWN)
    page.get_by_label("再输入一遍密码").fill(OWN)
    page.get_by_role("button", name=re.compile("设好密码")).click()
    page.get_by_text("账号激活好了").wait_for()
    finish_course(page, page.locator("a[href*='/learn/courses/']").first.get_attribute("href"), written, revise=False)
    page.goto("/learn")
    page.locator(".course-list").get_by_text("完成").first.wait_for()


def text_of(download) -> str:
    """The words of a PDF, without its spaces."""
    pages = PdfReader(io.BytesIO(download.path().read_bytes())).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def test_from_an_empty_installation_to_a_printed_report(page, window, server) -> None:
    first_account(server, page, "chenjing", "陈静", "administrator")
    teacher = window()
    first_account(server, teacher, "heping", "何平", "trainer")
    short_course(teacher)

    name_the_school(page, server)
    build_units(page)
    link = import_people(page)
    open_cohort(page)
    offer_certificates(page)
    learner = window()
    learn(learner, link, Files())

    page.goto("/manage/reports/completion")
    page.get_by_role("row").filter(has_text="柳原").get_by_text("已完成").wait_for()
    with page.expect_download() as report:
        page.get_by_role("link", name="PDF", exact=True).click()
    page.goto("/manage/first-steps")
    assert page.locator(".first-steps .badge-good").count() == 6
    page.locator(".wordmark").first.click()
    page.get_by_role("heading", level=1, name="报表").wait_for()
    printed = text_of(report.value)
    for words in (SCHOOL, "完成情况", "柳原", "唐牧", COURSE, "已完成", "未开始"):
        assert words in printed, words

    page.goto("/manage/certificates/courses")
    page.get_by_role("link", name=re.compile(f"^颁发.*{COURSE}")).click()
    page.get_by_role("checkbox", name=re.compile("柳原")).check()
    page.get_by_role("button", name="颁发证书").click()
    page.get_by_text("已给 1 人颁发证书").wait_for()
    learner.goto("/learn/certificates")
    with learner.expect_download() as certificate:
        learner.get_by_role("link", name=re.compile("PDF")).first.click()
    paper = text_of(certificate.value)
    assert "柳原" in paper and SCHOOL in paper
    code = re.search(r"校验码[:：]?([0-9A-Z]{4}-?[0-9A-Z]{4}-?[0-9A-Z]{4}-?[0-9A-Z]{4})", paper)[1]
    anybody = window()
    anybody.goto("/verify")
    anybody.get_by_label("校验码").fill(code)
    anybody.get_by_role("button", name="查验").click()
    anybody.get_by_text("柳原").first.wait_for()
    assert anybody.get_by_text("有效").first.is_visible()
