"""The form of a scenario."""

import re
from typing import Any

from wtforms import HiddenField, SelectField

from literacy.forms import LineField, LongLineField, TextField, needed
from literacy.text import MAX_REPLY
from quizzes.bodies import CHANNELS, ELEMENT_IDS, PATTERN_IDS, POST_FIELDS
from quizzes.forms.authoring.base import (
    COMPETENCY_CHOICES,
    DIFFICULTIES,
    TRAP_CHOICES,
    AuthoringForm,
    ChecksField,
    Row,
    Rows,
    lines_of,
)

_BLANKS = re.compile(r"[\s、，,]+")
_POST_LABELS = {key: label for fields in POST_FIELDS.values() for key, label in fields}


class VoiceRow(Row):
    """An entry of the thread."""

    author = LineField("网名", longest=40)
    time = LineField("时间", longest=40)
    role = SelectField("身份", choices={"citizen": "群众", "official": "单位账号"})
    text = TextField("内容", longest=1000)


class PointRow(Row):
    """Something that the reply must say."""

    id = HiddenField()
    text = LongLineField("要说到什么", longest=200)
    any = TextField("算说到了的说法（一行一种）", longest=2000)


class AntiExemplarRow(Row):
    """A bad reply to learn from."""

    reply = TextField("反例", longest=MAX_REPLY)
    patterns = ChecksField("犯了哪些问题", choices=PATTERN_IDS)
    why = TextField("错在哪里", longest=1000)


class ScenarioForm(AuthoringForm):
    """A citizen's post, what the replier knows, and what a good reply needs."""

    title = LineField("情景名称", [needed()], longest=60, description="给培训师和学员看的短名，例如“证明我是我”。")
    channel = SelectField("渠道", choices={channel: channel for channel in CHANNELS})
    difficulty = SelectField("难度", choices=DIFFICULTIES, coerce=int, default=2)
    competencies = ChecksField("练到的能力", choices=COMPETENCY_CHOICES)
    role = LongLineField("学员扮演谁", description="例如：您是青禾县政务服务中心的值班回复员")
    task = LongLineField("任务", longest=300, description="写什么、发在哪里。例如：请起草一条公开答复，所有人都能看见")
    # the post; which of the special fields are shown depends on the channel
    post_author = LineField("发帖人网名", longest=40, description="请用虚构的网名，不要用真名。")
    post_location = LineField("地区", longest=60, description="请用虚构的地名。")
    post_time = LineField("发帖时间", longest=40, description="例如：11月20日 21:14")
    post_text = TextField("原帖内容", longest=4000)
    post_title = LineField(_POST_LABELS["title"], longest=100)
    post_status = LineField(_POST_LABELS["status"], longest=40, description="例如：待回复")
    post_reposts = LineField(_POST_LABELS["reposts"], longest=20)
    post_comments = LineField(_POST_LABELS["comments"], longest=20)
    post_likes = LineField(_POST_LABELS["likes"], longest=20)
    post_video_caption = LineField(_POST_LABELS["video_caption"], longest=100)
    post_order_no = LineField(_POST_LABELS["order_no"], longest=40)
    post_category = LineField(_POST_LABELS["category"], longest=60)
    post_deadline = LineField(_POST_LABELS["deadline"], longest=40)
    post_phone_masked = LineField(_POST_LABELS["phone_masked"], longest=40, description="例如：138****0000")
    post_group = LineField(_POST_LABELS["group"], longest=60)
    post_members = LineField(_POST_LABELS["members"], longest=20)
    thread = Rows(VoiceRow, "跟帖", least=2)
    facts = TextField(
        "事实卡", longest=3000, description="一行一条，写 3 到 6 条。答复的人只知道这些，也只能承诺这些。"
    )
    required_elements = ChecksField("好答复必须具备", choices=ELEMENT_IDS)
    points = Rows(PointRow, "必须说到的要点", least=3)
    traps = ChecksField("容易掉进的陷阱", choices=TRAP_CHOICES)
    exemplar = TextField("示范答复", longest=MAX_REPLY, description="只用事实卡上的事实。学员提交以后才看到。")
    exemplar_notes = TextField("示范答复好在哪里", longest=1000)
    anti_exemplars = Rows(AntiExemplarRow, "反例", least=2, spare=0)
    expressions = TextField(
        "帖子里的网语",
        longest=300,
        description="词典编号，空格或换行隔开，例如：l03 l11。练习时学员点一下就看到意思，正式测验时不显示。",
    )
    discussion = TextField("讨论提示", longest=3000, description="只给培训师看，课堂讨论时用。")
    reason = TextField("理由", longest=1000, description="为什么仍要发布。会写进操作记录，别的培训师和管理员看得到。")

    def field_of(self, key: str) -> str:
        """Keys of the post are fields of their own."""
        return key.replace("post.", "post_", 1)

    def special_fields(self) -> list[tuple[Any, tuple[str, ...]]]:
        """The fields that only some channels show, each with the channels that do."""
        return [
            (self[f"post_{key}"], tuple(channel for channel, fields in POST_FIELDS.items() if key in dict(fields)))
            for key in _POST_LABELS
        ]

    def body(self) -> dict[str, Any]:
        """What was typed, in the shape of a body."""
        special = [key for key, _ in POST_FIELDS.get(self.channel.data or "", ())]
        plain = ("channel", "difficulty", "competencies", "role", "task", "required_elements", "exemplar",
                 "exemplar_notes", "discussion")  # fmt: skip
        return {
            **{name: self[name].data for name in plain},
            "post": {key: self[f"post_{key}"].data for key in ("author", "location", "time", "text", *special)},
            "thread": [row for _, row in self.thread.filled()],
            "facts": lines_of(self.facts.data),
            "points": points_of([row for _, row in self.points.filled()]),
            "traps": list(self.traps.data or []),
            "expressions": [slug for slug in _BLANKS.split(self.expressions.data or "") if slug],
            "anti_exemplars": [row for _, row in self.anti_exemplars.filled()],
        }

    @staticmethod
    def data_of(title: str, body: dict[str, Any]) -> dict[str, Any]:
        """A title and a body as data of the form."""
        points = [{**point, "any": "\n".join(" ".join(words) for words in point["any"])} for point in body["points"]]
        return {
            **body,
            "title": title,
            **{f"post_{key}": str(value) for key, value in body["post"].items()},
            "facts": "\n".join(body["facts"]),
            "expressions": " ".join(body.get("expressions") or []),
            "points": points,
        }


def points_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as points: a line is a way of saying it, its words all have to occur; new points get a free id."""
    taken = {row["id"] for row in rows if row["id"]}
    free = (f"p{number}" for number in range(1, 1000) if f"p{number}" not in taken)
    return [
        {
            "id": row["id"] or next(free),
            "text": row["text"],
            "any": [[word for word in _BLANKS.split(line) if word] for line in lines_of(row["any"])],
        }
        for row in rows
    ]
