"""Markdown: what authors need works, what attackers try does not."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.markdown import render, to_html


@pytest.mark.parametrize(
    ("source", "bold"),
    [
        ("中文**“加粗”**后文", "“加粗”"),
        ("**时限：**15日", "时限："),
        ("请在**15日**内", "15日"),
        ("（**重要**）", "重要"),
        ("a **b** c", "b"),
        ("**一**、**二**", "一"),
        ("依据**《条例》**第十条", "《条例》"),
    ],
)
def test_bold_works_beside_chinese(source, bold):
    html = str(to_html(source))
    assert f"<strong>{bold}</strong>" in html and "**" not in html


def test_stars_that_are_no_marks_stay():
    assert "3 * 4 * 5" in to_html("3 * 4 * 5")


def test_a_new_line_is_a_new_line():
    html = str(to_html("::: good 一张单\n**诉求**：修灯。\n**情绪**：急。\n:::"))
    assert "修灯。<br" in html and html.count("<p>") == 1


def test_callouts_carry_their_kind_and_title_once():
    html = str(to_html("::: case 案例：雨夜\n井盖\n:::\n\n::: good\n好\n:::"))
    assert 'class="callout callout-case"' in html
    assert html.count("案例：雨夜") == 1 and "正例</p>" in html


def test_tables_footnotes_images_and_contents():
    html, contents = render(
        "## 一\n\n|甲|乙|\n|-|-|\n|1|2|\n\n注[^a]\n\n![图](media/a.svg)\n\n## 二\n\n[^a]: 出处",
        lambda path: f"/m/{path}",
    )
    assert contents == [("section-1", "一"), ("section-2", "二")]
    assert '<h2 id="section-1">' in html and "<table>" in html and 'src="/m/media/a.svg"' in html and "出处" in html


def test_callout_titles_are_escaped():
    assert "<script" not in to_html("::: case <script>alert(1)</script>\nx\n:::")


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](data:text/html;base64,AAAA)",
        '<img src=x onerror="alert(1)">',
        "[x](https://a.example \"t' onclick='x\")",
        "::: post <img src=x onerror=alert(1)>\nx\n:::",
    ],
)
def test_nothing_runs(source):
    dangers: list[str] = []

    class Look(HTMLParser):
        def handle_starttag(self, tag, attrs):
            dangers.extend([tag] if tag in {"script", "iframe", "object", "style"} else [])
            dangers.extend(name for name, _ in attrs if name.startswith("on") or name == "style")
            dangers.extend(value for _, value in attrs if (value or "").lower().startswith(("javascript:", "data:")))

    Look().feed(str(to_html(source)))
    assert not dangers


@given(st.text(max_size=300))
def test_no_text_breaks_it(source):
    html = str(to_html(source))
    assert "<script" not in html.lower()
