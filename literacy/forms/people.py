"""The forms of people: finding them, making and changing them."""

from wtforms import HiddenField, StringField

from literacy.forms.base import ChecksField, Form, LineField, NarrowField, PickField, needed, rule
from literacy.models import Role
from literacy.text import MAX_NAME, account_name, account_problem, clean_line

ROLES = {role.value: role.label for role in Role}
STATES = {"active": "在用", "deactivated": "已停用", "locked": "登录被锁"}


def _roles_problem(chosen: list[str] | None) -> str | None:
    return None if chosen else "至少选一个角色，否则这个人登录后什么也打不开。"


class PeopleFilter(Form):
    """Narrows the list of people."""

    words = LineField("姓名或账号", longest=100)
    unit = PickField("单位（含下级）")
    role = NarrowField("角色", ROLES)
    state = NarrowField("状态", STATES)


class PersonForm(Form):
    """What is known of a person."""

    name = LineField("姓名", [needed()], longest=MAX_NAME)
    account = StringField(
        "账号",
        [needed(), rule(account_problem)],
        filters=[account_name],
        description="登录时用，不分大小写。可以用姓名拼音或工号，不要用身份证号。",
    )
    unit = PickField("单位")
    post = LineField("职务", longest=100, description="照本单位的写法，例如“政务服务中心回复员”。可以不填。")
    roles = ChecksField(
        "角色",
        [rule(_roles_problem)],
        choices={
            Role.LEARNER.value: "学员：学课程，做测验和演练",
            Role.TRAINER.value: "培训师：编课程和题目，批阅作答",
            Role.ADMINISTRATOR.value: "管理员：管人员、单位、报名和完成情况",
        },
        default=[Role.LEARNER.value],
        description="一个人可以有几个角色。",
    )
    seen = HiddenField(filters=[clean_line])
    """What the form was opened on, so that two administrators do not overwrite each other unseen."""

    def chosen_roles(self) -> list[Role]:
        """The roles that were ticked."""
        return [Role(value) for value in self.roles.data or []]
