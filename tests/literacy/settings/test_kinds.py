"""Which values a setting takes, and what is said of those that it does not take."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy.settings.kinds import Kind, Setting, problem, read, told
from literacy.settings.sealing import opened, sealed


def of(kind: Kind, **given: Any) -> Setting:
    return Setting("key", "school", "名称", "说明。", kind, **given)


NUMBER = of(Kind.NUMBER, default=5, least=3, most=20, unit="次")
CHOICE = of(Kind.CHOICE, default="a", choices=(("a", "甲"), ("b", "乙")))
CHOICES = of(Kind.CHOICES, default=["a"], least=1, choices=(("a", "甲"), ("b", "乙")))


@pytest.mark.parametrize(
    ("setting", "text", "value"),
    [
        (NUMBER, "3", 3),
        (NUMBER, " 20 ", 20),
        (CHOICE, "b", "b"),
        (CHOICES, "a，b", ["a", "b"]),
        (of(Kind.YES_NO), "是", True),
        (of(Kind.YES_NO), "0", False),
        (of(Kind.LINE), " 县委  党校 ", "县委 党校"),
        (of(Kind.HOST), "smtp.example.gov.cn", "smtp.example.gov.cn"),
        (of(Kind.HOST), "", ""),
        (of(Kind.EMAIL), "a.b@example.gov.cn", "a.b@example.gov.cn"),
        (of(Kind.SECRET), " p w ", " p w "),
        (of(Kind.SITE), "https://learn.example.gov.cn/", "https://learn.example.gov.cn"),
        (of(Kind.SITE), "http://10.0.0.1:8000", "http://10.0.0.1:8000"),
    ],
)
def test_what_operators_type_is_read(setting: Setting, text: str, value: Any) -> None:
    assert read(setting, text) == value


@pytest.mark.parametrize(
    ("setting", "text", "sentence"),
    [
        (NUMBER, "2", "3 到 20"),
        (NUMBER, "21", "3 到 20"),
        (NUMBER, "五", "整数"),
        (NUMBER, "9" * 30, "整数"),
        (NUMBER, "", "整数"),
        (CHOICE, "c", "a（甲）、b（乙）"),
        (CHOICES, "", "至少选一项"),
        (CHOICES, "x", "请从列表里选"),
        (of(Kind.YES_NO), "也许", "是"),
        (of(Kind.LINE, least=1), " ", "请填写"),
        (of(Kind.LINE, most=3), "一二三四", "最多 3 个字"),
        (of(Kind.HOST), "http://x", "不带 http"),
        (of(Kind.HOST), "a b", "不带 http"),
        (of(Kind.EMAIL), "nobody", "邮箱地址"),
        (of(Kind.EMAIL), "a@b@c", "邮箱地址"),
        (of(Kind.SITE), "example.gov.cn", "网址"),
        (of(Kind.SITE), "javascript:x", "网址"),
        (of(Kind.SITE), "https://a/b", "不带路径"),
        (of(Kind.SITE), "https://u:p@a", "网址"),
        (of(Kind.SITE), "http://[", "网址"),
        (of(Kind.SITE), "https://a:99999", "网址"),
    ],
)
def test_what_will_not_do_is_said(setting: Setting, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(setting, text)


@settings(deadline=None)
@given(st.sampled_from(list(Kind)), st.text(max_size=300))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(kind: Kind, text: str) -> None:
    setting = of(kind, least=0, most=200, choices=(("a", "甲"),))
    try:
        value = read(setting, text)
    except ValueError as wrong:
        assert str(wrong).endswith("。")
    else:
        assert problem(setting, value) is None


def test_a_secret_is_never_told() -> None:
    assert told(of(Kind.SECRET), "hunter2") == "已设"
    assert told(of(Kind.SECRET), "") == "没有设"


@settings(deadline=None)
@given(st.text(), st.text(min_size=1))
def test_what_is_sealed_opens_with_the_same_key_only(text: str, key: str) -> None:
    kept = sealed(key.encode("utf-8", "replace").decode(), text.encode("utf-8", "replace").decode())
    assert text == "" or text not in kept or len(text) < 4
    assert opened(key.encode("utf-8", "replace").decode(), kept) == text.encode("utf-8", "replace").decode()
    assert opened(key.encode("utf-8", "replace").decode() + "x", kept) is None
    assert opened(key.encode("utf-8", "replace").decode(), kept[:-4]) is None
