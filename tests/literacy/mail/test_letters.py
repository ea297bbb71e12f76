"""How a mail reads."""

import email
from datetime import UTC, datetime
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy.mail.letters import Attachment, Letter, written

MOMENT = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
LETTER = Letter(
    "peixun@example.cn", "青禾县委党校", "li@example.cn", "《网感》快到期了", "12月1日前完成。\n\n还差两项 <b>。",
    "https://learn.example.cn/learn", "https://learn.example.cn/mails/unsubscribe/x",
)  # fmt: skip


def sent(letter: Letter) -> email.message.EmailMessage:
    """The mail as its reader's program takes it apart."""
    made = email.message_from_bytes(written(letter, MOMENT).as_bytes(), policy=default)
    assert isinstance(made, email.message.EmailMessage)
    return made


def test_it_says_the_same_as_text_and_as_html() -> None:
    mail = sent(LETTER)
    assert (mail["Subject"], mail["To"]) == ("《网感》快到期了", "li@example.cn")
    assert mail["From"].addresses[0].display_name == "青禾县委党校"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and html is not None
    for words in ("12月1日前完成。", "https://learn.example.cn/learn", "unsubscribe/x"):
        assert words in text.get_content() and words in html.get_content()
    assert "还差两项 &lt;b&gt;。" in html.get_content()
    assert mail["List-Unsubscribe"] == "<https://learn.example.cn/mails/unsubscribe/x>"


def test_over_the_line_everything_is_ascii() -> None:
    assert written(LETTER, MOMENT).as_bytes().isascii()


def test_without_the_address_of_the_site_it_says_where_to_look() -> None:
    mail = sent(Letter("a@b.cn", "校", "c@d.cn", "题", "文"))
    assert "请登录平台" in mail.get_body(("plain",)).get_content()
    assert "http" not in mail.get_body(("html",)).get_content()


def test_files_can_go_along() -> None:
    mail = sent(Letter("a@b.cn", "校", "c@d.cn", "题", "文", attachments=[Attachment("月报.pdf", b"%PDF")]))
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("月报.pdf", b"%PDF")


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=400), st.text(min_size=1, max_size=30))
def test_whatever_is_said_arrives_and_makes_no_headers(title: str, body: str, school: str) -> None:
    mail = sent(Letter("a@b.cn", school, "c@d.cn", title + "\r\nBcc: x@y.cn", body))
    assert mail["Bcc"] is None and mail["To"] == "c@d.cn"
    assert mail["Subject"].replace(" ", "").endswith("Bcc:x@y.cn")


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: x@y.cn"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        written(Letter("a@b.cn", "校", address, "题", "文"), MOMENT).as_bytes()
