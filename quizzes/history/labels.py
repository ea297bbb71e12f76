"""What the keys and codes of content are called on pages; pure."""

from collections.abc import Mapping

from quizzes.bodies import ELEMENT_IDS, PATTERN_IDS, POST_FIELDS
from quizzes.competencies import COMPETENCIES, competency_name
from quizzes.traps import TRAPS, trap_name

_CHECKED = {"verified": "已核", "checked_on": "核对日期", "review_by": "下次再看"}
QUESTION = {
    "stem": "题干",
    "scenario": "情景",
    "options": "选项",
    "answer": "这句话对不对",
    "feedback_true": "答“对”以后看到的话",
    "feedback_false": "答“错”以后看到的话",
    "pairs": "配对",
    "distractors": "多余的右边选项",
    "items": "各项（正确的先后）",
    "accept": "算对的答案",
    "otherwise": "没答到时看到的话",
    "explanation": "总解析",
    "competency": "考查的能力",
    "difficulty": "难度",
    "trap": "针对的陷阱",
    "source": "依据",
    # of a row
    "text": "内容",
    "left": "左边",
    "right": "右边",
    "any": "写法",
    "fraction": "得分",
    "correct": "正确",
    "feedback": "解析",
}
SCENARIO = {
    "title": "情景名称",
    "channel": "渠道",
    "difficulty": "难度",
    "competencies": "练到的能力",
    "role": "身份",
    "task": "任务",
    "post": "原帖",
    "author": "网名",
    "location": "地区",
    "time": "时间",
    **{key: label for fields in POST_FIELDS.values() for key, label in fields if key != "title"},
    "text": "内容",
    "thread": "跟帖",
    "facts": "事实卡",
    "required_elements": "好答复必须具备",
    "points": "必须说到的要点",
    "id": "编号",
    "any": "算说到了的说法",
    "traps": "容易掉进的陷阱",
    "exemplar": "示范答复",
    "exemplar_notes": "示范答复好在哪里",
    "anti_exemplars": "反例",
    "reply": "答复",
    "patterns": "犯了哪些问题",
    "why": "错在哪里",
    "expressions": "帖子里的网语",
    "discussion": "讨论提示",
}
QUIZ = {
    "title": "名称",
    "kind": "类型",
    "intro": "说明",
    "pass_mark": "及格线（%）",
    "time_limit_minutes": "限时（分钟）",
    "attempts_allowed": "可以作答几次",
    "shuffle_options": "选项顺序每人不同",
    "questions": "题目",
    "question": "题目",
    "marks": "分值",
}
SOURCE = {
    "title": "名称",
    "kind": "类型",
    "aliases": "也叫",
    "clauses": "可以引用的条款",
    "clause": "条款",
    "gist": "大意",
    "origin": "出处",
    "note": "说明",
    **_CHECKED,
}
EXPRESSION = {
    "title": "最常见的写法",
    "forms": "所有写法",
    "meaning": "意思",
    "tone": "语气",
    "misreading": "误读",
    "response": "回应",
    "example": "例句",
    "heard": "要听出的",
    "caution": "禁忌",
    **_CHECKED,
}
LESSON = {
    "title": "课文名称",
    "summary": "一句话介绍",
    "body": "正文",
    "media": "图片文件夹",
    "competencies": "讲到的能力",
    "sources": "依据与出处",
    "checks": "练一练",
}
COURSE = {
    "title": "课程名称",
    "summary": "介绍",
    "position": "排在第几",
    "modules": "单元",
    "slug": "编号",
    "objectives": "学完能做到",
    "competencies": "练到的能力",
    "hours": "学时",
    "activities": "学习内容",
}
CODED = frozenset(
    {"competency", "competencies", "required_elements", "patterns", "trap", "traps", "kind", "role", "scenario",
     "question", "checks", "expressions", "activities"}
)  # fmt: skip
"""The keys whose values stand for something else."""
CODES: Mapping[str, str] = {
    **{key: competency_name(key) for key in COMPETENCIES},
    **ELEMENT_IDS,
    **PATTERN_IDS,
    **{key: trap_name(key) for key in TRAPS},
    "citizen": "群众",
    "official": "单位账号",
    "quiz": "测验",
    "drill": "演练",
    "law": "法规文件",
    "report": "报道与公开数据",
    "study": "研究",
}
"""What such values mean, wherever they do not name a row."""
