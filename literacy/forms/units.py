"""The forms of units: finding one, naming and placing one."""

from literacy.forms.base import Form, LineField, PickField, needed


class UnitFilter(Form):
    """Finds units by their names."""

    words = LineField("单位名称", longest=100)


class UnitForm(Form):
    """A unit's name and place in the tree."""

    name = LineField("单位名称", [needed()], longest=100, description="写简称即可，上级的名字不用重复。")
    parent = PickField("上级单位")
