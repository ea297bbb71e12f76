"""What is wrong with a lesson's text, pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.prose import faults

GOOD = """\
开头一段。

## 小标题

#青禾县桥栏杆# 是群众发的话题。

:::: good 先护住人
正文

::: case 里面
再里面
:::
::::

| 甲 | 乙 |
|---|---|

说法。[^1]

![桥](media/a.svg)

```
# 这是代码 ![](media/none.svg)
::: 什么
```

[^1]: 出处
"""


def told(text: str) -> list[str]:
    return [f"{line} {sentence}" for line, sentence in faults(text, {"media/a.svg"}.__contains__)]


def test_a_sound_text_has_no_faults():
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("text", "told_first"),
    [
        ("甲\n\n:::", "3 这里的 ::: 没有对应的开头"),
        ("::: good 外\n:::: case 里\n::::\n:::", "2 这里开始的提示框没有收尾"),
        ("![](media/a.svg)", "1 图片 media/a.svg 没有替代文字"),
        ("甲\n\n![ ](media/a.svg)", "3 图片 media/a.svg 没有替代文字"),
        ("![桥](media/b.svg)", "1 找不到图片 media/b.svg"),
        ("![桥](../../secret.svg)", "1 找不到图片 ../../secret.svg"),
        ("![桥](https://example.org/a.png)", "1 找不到图片 https"),
        ("##小标题", "1 ## 和标题之间要空一格"),
        ("# 大标题", "1 标题用 ## 到 ####"),
        ("##### 太小", "1 标题用 ## 到 ####"),
        ("::: 案例 桥\n正文\n:::", "1 没有“案例”这种提示框"),
        ("：：： good\n正文", "1 提示框用英文冒号"),
        ("甲\n\n::: good 桥\n正文", "3 这里开始的提示框没有收尾"),
        (":::: good 桥\n正文\n:::", "1 这里开始的提示框没有收尾"),
        ("说法[^2]。\n\n[^1]: 出处", "1 脚注 [^2] 没有内容"),
    ],
)
def test_each_fault_is_named_with_its_line(text, told_first):
    assert told(text)[0].startswith(told_first)


def test_faults_come_in_the_order_of_the_text():
    lines = [int(sentence.split()[0]) for sentence in told("![](x.svg)\n##甲\n::: 乙\n[^1]\n![](y.svg)")]
    assert lines == sorted(lines) and len(lines) == 7


@given(st.text(alphabet=st.sampled_from("#:：![]()^`~ \n甲good1"), max_size=200))
def test_any_text_is_read(text):
    number = len(text.splitlines())
    assert all(1 <= line <= number and sentence.endswith("。") for line, sentence in faults(text, lambda _: False))
