"""What is wrong with a lesson's text, pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.prose import faults, length
from quizzes.reference.citations import Known

REGISTER = {"信访工作条例": Known(True, {"第二十三条": True})}

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

![桥](media/a.svg)，[破防](word:l03)，[信访局](https://example.org)，[数据](media/a.svg)

按《信访工作条例》第二十三条，见《三体》。

```
# 这是代码 ![](media/none.svg)
::: 什么
```

[^1]: 出处
"""


def told(text: str) -> list[str]:
    return [f"{line} {sentence}" for line, sentence in faults(text, {"media/a.svg"}.__contains__, {"l03"}, REGISTER)]


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
        ("甲\n[破防](word:l99)", "2 词典里没有 l99"),
        ("[数据](media/b.csv)", "1 找不到文件 media/b.csv"),
        ("[首页](/learn)", "1 链接 /learn 打不开"),
        ("[旧站](http://example.org)", "1 链接 http://example.org 打不开"),
        ("按《信访工作条例》第二十三条、第九条", "1 依据登记表里没有《信访工作条例》第九条"),
        ("[^1]\n\n[^1]: 《某法》第一条", "3 依据登记表里没有《某法》第一条"),
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
    assert all(
        1 <= line <= number and sentence.endswith("。") for line, sentence in faults(text, lambda _: False, (), {})
    )


def test_length_counts_what_is_read():
    text = "## 标题\n\n正文abc，五个字。[^1]\n\n![替代文字](media/a.svg)\n\n```\n代码不算\n```\n\n[^1]: 脚注不算"
    assert length(text) == len("标题正文五个字")
