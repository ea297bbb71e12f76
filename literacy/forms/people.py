"""The forms of people: finding them, making and changing them."""

from wtforms import HiddenField, StringField

from literacy.contact import MAX_RANK, email_of, email_problem, phone_of, phone_problem
from literacy.forms.base import ChecksField, Form, LineField, NarrowField, PickField, needed, rule
from literacy.models import Role
from literacy.text import MAX_NAME, account_name, account_problem, clean_line

ROLES = {role.value: role.label for role in Role}
STATES = {"active": "在用", "deactivated": "已停用", "locked": "登录被锁", "waiting": "还没激活"}


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
    rank = LineField("职级", longest=MAX_RANK, description="例如“四级主任科员”。可以不填。")
    phone = StringField(
        "手机",
        [rule(phone_problem)],
        filters=[clean_line, phone_of],
        description="手机或者座机，只有管理员看得到。可以不填。",
    )
    email = StringField(
        "邮箱",
        [rule(email_problem)],
        filters=[clean_line, email_of],
        description="提醒可以寄到这里，只有管理员看得到。可以不填。",
    )
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
    trainer_unit = PickField("培训师管哪个单位", description="管一个单位的培训师，只看得到这个单位和下级的学员。")
    administrator_unit = PickField(
        "管理员管哪个单位", description="管一个单位的管理员，只看得到、只改得了这个单位和下级的人。"
    )
    seen = HiddenField(filters=[clean_line])
    """What the form was opened on, so that two administrators do not overwrite each other unseen."""

    def chosen_roles(self) -> list[Role]:
        """The roles that were ticked."""
        return [Role(value) for value in self.roles.data or []]

    def offer_reach(self, rows: list[tuple[int, str]], widest: str) -> None:
        """Give the units that a role can be bound to, and what binding it to none of them is called."""
        for field in (self.trainer_unit, self.administrator_unit):
            field.offer(rows, widest)

    def chosen_reach(self) -> dict[Role, int | None]:
        """The unit that each role is bound to; None for as far as it may be given."""
        return {
            Role.TRAINER: self.trainer_unit.data or None,
            Role.ADMINISTRATOR: self.administrator_unit.data or None,
        }
