"""The checker that every page goes through must itself see faults."""

import pytest

from tests.pages import faults_of

SOUND = (
    '<html><head><title>学习</title></head><body><h1 id="a">学习</h1>'
    '<form method="post"><input type="hidden" name="csrf_token" value="x">'
    '<label for="b">姓名</label><input id="b"></form>'
    '<img src="x.svg" alt=""></body></html>'
)


def test_a_sound_page_has_no_faults() -> None:
    assert faults_of(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<title>学习</title>", "<title> </title>", "no <title>"),
        ("</h1>", "</h1><h1>又一个</h1>", "2 <h1>"),
        ('id="b"', 'id="a"', "ids used twice"),
        ('value="x"', 'value=""', "without csrf()"),
        ('<label for="b">姓名</label>', "", "has no label"),
        (' alt=""', "", "without alternative text"),
        ("<body>", '<body onload="x()">', "inline handler onload"),
        ("<body>", '<body style="color:red">', "inline style"),
        ("<body>", "<body><script>x()</script>", "inline <script>"),
        ("<body>", "<body><style>a{}</style>", "inline <style>"),
    ],
)
def test_each_fault_is_seen(old: str, new: str, fault: str) -> None:
    assert old in SOUND
    assert any(fault in found for found in faults_of(SOUND.replace(old, new)))
