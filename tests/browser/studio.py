"""What a trainer does in the studio, step by step, for the journeys that put the steps together."""

import re
from pathlib import Path

from quizzes.bodies import normalised
from quizzes.exchange.item import Item
from quizzes.exchange.sheet import workbook
from quizzes.models import Kind

LONG = {"timeout": 240_000}
"""A report judges some two thousand replies."""


def bank(folder: Path) -> Path:
    """An Excel file of 100 questions, none like another."""
    numerals = "零一二三四五六七八九"
    items = []
    for number in range(100):
        told = "".join(numerals[int(digit)] for digit in str(number))
        body = {
            "stem": f"第{told}号井盖坏了，值班员先做什么？",
            "options": [
                {"text": f"摆好{told}号警示桩", "correct": True, "feedback": "先护住人。"},
                {"text": f"等{told}天再说", "correct": False, "feedback": "等不得。"},
            ],
        }
        items.append(Item(Kind.SINGLE, normalised("single", body), "HD1", 2))
    path = folder / "井盖题库.xlsx"
    path.write_bytes(workbook.write(items))
    return path


def import_bank(page, folder: Path) -> None:
    page.goto("/teach/questions")
    page.get_by_role("link", name=re.compile("导入")).first.click()
    page.get_by_label("题目文件").set_input_files(bank(folder))
    page.get_by_role("button", name="上传并预览").click()
    page.get_by_text("读出 100 道题").wait_for()
    page.get_by_role("button", name="导入 100 道题").click()
    page.get_by_text("已导入 100 道题目").first.wait_for()


def make_quiz(page, title: str, words: str, count: int) -> None:
    """A quiz of the first questions that these words find."""
    page.goto("/teach/quizzes/new")
    page.get_by_label("测验名称").fill(title)
    page.get_by_role("button", name="建好，去添加题目").click()
    page.get_by_label("搜索").fill(words)
    page.get_by_role("button", name="筛选").click()
    for box in page.get_by_role("checkbox").all()[:count]:
        box.check()
    page.get_by_role("button", name="添加勾选的题目").click()
    page.get_by_text(title).first.wait_for()


def write_scenario(page, title: str, place: str) -> str:
    """A scenario of the trainer's own, ready to be published; its address."""
    page.goto("/teach/scenarios/new")
    page.get_by_label("情景名称").fill(title)
    page.get_by_label("学员扮演谁").fill("您是青禾县望舒街道的值班回复员")
    page.get_by_label("任务").first.fill("请起草一条公开答复，所有人都能看见")
    page.get_by_label("发帖人网名").fill("桥边住的人")
    page.get_by_label("原帖内容").fill(f"{place}的栏杆断了一个月，没人管？")
    page.get_by_label("事实卡").fill(
        f"街道应急办11月24日在{place}两头摆了警示桩。\n栏杆11月28日开始修，12月5日修好。\n应急办电话0000-1234567。"
    )
    page.get_by_label("具体措施").first.check()
    page.get_by_label("要说到什么").first.fill("说出已经摆了警示桩")
    page.get_by_label("算说到了的说法").first.fill("警示桩")
    page.get_by_label("示范答复", exact=True).fill(
        f"您好，{place}的栏杆断了一个月没修，让您担心了，对不起。应急办11月24日已在两头摆了警示桩，"
        "11月28日开始修，12月5日修好，修好后在这里告诉您。有急事请打应急办电话0000-1234567。"
    )
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("已保存。").wait_for()
    return page.url.replace("/edit", "")


def keep_reply(page, scenario: str, reply: str) -> None:
    """Keep a reply with a scenario, judged as it is judged now."""
    page.goto(scenario)
    page.get_by_label("要试的答复").fill(reply)
    page.get_by_role("button", name="看评议").click()
    page.get_by_role("button", name="存为检验答复").click()
    page.get_by_text("已存下").first.wait_for()


def make_drill(page, scenario: str, title: str) -> None:
    page.goto(scenario)
    page.get_by_role("button", name="用它建一个演练").click()
    page.get_by_text(title).first.wait_for()


def make_course(page, title: str, module: str, words: str, contents: list[str]) -> str:
    """A course of one module that holds these; its address."""
    page.goto("/teach/courses/new")
    page.get_by_label("课程名称").fill(title)
    page.get_by_role("button", name=re.compile("建好|保存")).first.click()
    page.get_by_label("单元名称").fill(module)
    page.get_by_role("button", name="建好，去添加内容").click()
    page.get_by_label("搜索").fill(words)
    page.get_by_role("button", name="筛选").click()
    for name in contents:
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="添加勾选的内容").click()
    page.get_by_role("button", name=re.compile(r"连同 \d+ 个草稿一起发布")).click()
    page.get_by_text("已发布。").first.wait_for()
    return page.url


def draft_cue(page, words: str, reply: str) -> None:
    """A new cue of 扣帽子 in a draft of the rubric; a broken phrase is pointed out on the way."""
    page.goto("/teach/rubric")
    page.get_by_role("link", name="扣帽子").click()
    page.get_by_text("句子里出现").first.wait_for()
    page.goto("/teach/rubric")
    page.get_by_role("button", name="开一份草稿来改").click()
    page.get_by_role("link", name="扣帽子").click()
    page.get_by_role("link", name="添加线索").click()
    page.get_by_label("要找的说法").fill(f"({words}")
    page.get_by_role("button", name="存进草稿", exact=True).click()
    page.get_by_text("第 1 行第 1 个字起：这个括号没有收尾").first.wait_for()
    page.get_by_label("要找的说法").fill(words)
    page.get_by_label("说中了就算，不问统计模型").check()
    page.get_by_label("要试的句子").fill(reply)
    page.get_by_role("button", name="试一试，不保存").click()
    page.get_by_text(f"扣帽子“{words}”").wait_for()
    page.get_by_role("button", name="存进草稿", exact=True).click()
    page.get_by_text("已存进草稿").wait_for()


def publish_rubric(page, name: str) -> None:
    """Test the draft, see that it breaks what a kept reply expects, and publish with the reason that this needs."""
    page.goto("/teach/rubric/draft")
    page.get_by_text("还没有测过").wait_for()
    page.get_by_role("button", name="开始测").click()
    page.get_by_role("heading", name="变了的结论").wait_for(**LONG)
    page.get_by_text("原来符合预期，用草稿就不符合").wait_for()
    page.get_by_role("link", name="回到草稿，去发布").click()
    page.get_by_label("叫什么").fill(name)
    page.get_by_label("为什么改").fill("新说法")
    page.get_by_role("button", name="发布，新作答按它评").click()
    page.get_by_text("照样发布，请写明理由").first.wait_for()
    page.get_by_label("为什么照样发布").fill("那条预期过时了")
    page.get_by_role("button", name="发布，新作答按它评").click()
    page.get_by_text(f"{name}已发布").wait_for()
    page.get_by_text("那条预期过时了").wait_for()


def write_question(page, stem: str, right: str, wrong: str) -> str:
    """A single choice question, published; its address."""
    page.goto("/teach/questions/new/single")
    page.get_by_label("题干").fill(stem)
    for number, text in enumerate((right, wrong)):
        page.get_by_label("选项", exact=True).nth(number).fill(text)
        page.get_by_label("选了它以后看到的话").nth(number).fill("先护住人。")
    page.get_by_label("正确", exact=True).first.check()
    page.get_by_role("button", name="保存并发布").click()
    page.wait_for_url(re.compile(r"/teach/questions/\d+$"))
    return page.url


def enrol(page, course: str, account: str) -> None:
    """Put somebody into a course, as an administrator does."""
    page.goto("/manage/enrolments")
    page.get_by_role("link", name=course).first.click()
    page.get_by_role("link", name="添加人员").click()
    page.get_by_label("姓名、账号或职务").fill(account)
    page.get_by_role("button", name="筛选").click()
    page.locator("main table").get_by_role("checkbox").first.check()
    page.get_by_role("button", name=re.compile("报名")).last.click()
    page.get_by_text("已报名").first.wait_for()
