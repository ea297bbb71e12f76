"""The verbs of units: the tree, making, renaming, moving, deactivating. Flushes, never commits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select

from literacy import audit
from literacy.db import alone, db
from literacy.errors import Refused, found
from literacy.models import Unit, User
from literacy.pinyin import pinyin_key
from literacy.text import clean_line

SEPARATOR = " / "


@dataclass(frozen=True)
class Node:
    """A unit in its place: how deep (0 at the root), its full name, and how many people in use it has."""

    unit: Unit
    depth: int
    path: str
    own: int
    """People in the unit itself."""
    people: int
    """People in it and in everything under it."""


def below(unit_id: int) -> Select[Any]:
    """The ids of a unit and of everything under it, for `column.in_(…)`."""
    tree = select(Unit.id).where(Unit.id == unit_id).cte("units_below", recursive=True)
    # union, not union_all: it ends even if rows were made each other's parent behind our back
    tree = tree.union(select(Unit.id).join(tree, Unit.parent_id == tree.c.id))
    return select(tree.c.id)


def tree() -> list[Node]:
    """All units, each behind the one it belongs to, siblings in use first and then by name."""
    counted = select(User.unit_id, func.count()).where(User.active, User.unit_id.is_not(None)).group_by(User.unit_id)
    heads = dict(db.session.execute(counted).all())
    return arranged(db.session.scalars(select(Unit)), heads)


def arranged(units: Iterable[Unit], heads: dict[Any, int]) -> list[Node]:
    """Units with their numbers of people, put into the order of the tree. Pure; takes trees of any depth."""
    children: defaultdict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        children[unit.parent_id].append(unit)
    for siblings in children.values():
        siblings.sort(key=lambda unit: (not unit.active, pinyin_key(unit.name)))
    nodes: list[Node] = []
    waiting = [(unit, 0, "") for unit in reversed(children[None])]
    while waiting:
        unit, depth, above = waiting.pop()
        path = f"{above}{SEPARATOR}{unit.name}" if above else unit.name
        own = heads.get(unit.id, 0)
        nodes.append(Node(unit, depth, path, own, own))
        waiting += [(child, depth + 1, path) for child in reversed(children[unit.id])]
    return _summed(nodes)


def _summed(nodes: list[Node]) -> list[Node]:
    """The nodes with the people of everything below them: each follows its parent, so one walk backwards will do."""
    sums: defaultdict[int | None, int] = defaultdict(int)
    summed = []
    for node in reversed(nodes):
        people = node.own + sums[node.unit.id]
        sums[node.unit.parent_id] += people
        summed.append(replace(node, people=people))
    return summed[::-1]


def paths() -> dict[int, str]:
    """The full name of every unit by its id."""
    return {node.unit.id: node.path for node in arranged(db.session.scalars(select(Unit)), {})}


def choices(nodes: Iterable[Node], *, keep: int | None = None) -> list[tuple[int, str]]:
    """The units in use as (id, full name), to choose from; `keep` stays among them whatever its state."""
    return [
        (node.unit.id, node.path if node.unit.active else f"{node.path}（已停用）")
        for node in nodes
        if node.unit.active or node.unit.id == keep
    ]


def unit_for(unit_id: int) -> Unit:
    """A unit; raises NotFound."""
    return found(db.session.get(Unit, unit_id))


def _fresh(unit: Unit) -> None:
    """Wait until nobody else changes the tree, and see the unit as it is then."""
    alone("units")
    db.session.refresh(unit)


def _parent(parent_id: int) -> Unit | None:
    """The unit above; None for the root. Raises Refused if it is not in use."""
    if not parent_id:
        return None
    parent = unit_for(parent_id)
    db.session.refresh(parent)
    if not parent.active:
        raise Refused(f"“{parent.name}”已经停用，不能放在它下面。", field="parent")
    return parent


def _checked_name(name: str, parent: Unit | None, unit: Unit | None = None) -> str:
    """The name as it is stored.

    Raises Refused if it is empty or taken under this parent. The unique key alone would let two roots share a name.
    """
    name = clean_line(name)
    if not name:
        raise Refused("请填写单位名称。", field="name")
    siblings = select(Unit).where(Unit.parent_id == (parent.id if parent else None))
    if other := db.session.scalar(siblings.where(Unit.name == name, Unit.id != (unit.id if unit else 0))):
        where = f"“{parent.name}”下面" if parent else "最上一级"
        hint = "" if other.active else "（已停用，可以重新启用）"
        raise Refused(f"{where}已经有“{name}”{hint}。", field="name")
    return name


def create_unit(actor: User | None, *, name: str, parent_id: int = 0) -> Unit:
    """A new unit under another, or at the root (0).

    Raises Refused where the name is empty or taken there, or the unit above is not in use.
    """
    alone("units")
    parent = _parent(parent_id)
    unit = Unit(name=_checked_name(name, parent), parent=parent)
    db.session.add(unit)
    db.session.flush()
    audit.record(actor, "unit.created", unit, f"新建单位{unit.path}")
    return unit


def change_unit(actor: User | None, unit: Unit, *, name: str, parent_id: int) -> None:
    """Rename a unit, or move it with everything under it below another unit, or to the root (0).

    Raises Refused where it would come to stand below itself, the name is taken there, or the new place is not in use.
    """
    _fresh(unit)
    if parent_id and parent_id in set(db.session.scalars(below(unit.id))):
        raise Refused("单位不能移到它自己或者它的下级里面。", field="parent")
    parent = unit.parent if parent_id == (unit.parent_id or 0) else _parent(parent_id)
    before = _said(unit)
    path = unit.path
    unit.name, unit.parent = _checked_name(name, parent, unit), parent
    db.session.flush()
    if changes := audit.difference(before, _said(unit)):
        audit.record(actor, "unit.changed", unit, f"修改单位{path}", **changes)


def _said(unit: Unit) -> dict[str, str]:
    """What the record says of a unit, in words."""
    return {"title": unit.name, "parent": unit.parent.path if unit.parent else "最上一级"}


def deactivate_unit(actor: User | None, unit: Unit) -> None:
    """Take a unit out of use. What its people did stays where it is.

    Raises Refused while it holds people or units in use.
    """
    _fresh(unit)
    if not unit.active:
        raise Refused(f"“{unit.name}”已经停用了。")
    people = select(func.count()).select_from(User).where(User.unit_id == unit.id, User.active)
    units = select(func.count()).select_from(Unit).where(Unit.parent_id == unit.id, Unit.active)
    held = [
        f"{count} {word}"
        for count, word in ((db.session.scalar(people), "个在用账号"), (db.session.scalar(units), "个在用的下级单位"))
        if count
    ]
    if held:
        raise Refused(f"“{unit.name}”里还有{'、'.join(f' {part}' for part in held)}，先移走或者停用，再停用它。")
    unit.active = False
    db.session.flush()
    audit.record(actor, "unit.deactivated", unit, f"停用单位{unit.path}")


def reactivate_unit(actor: User | None, unit: Unit) -> None:
    """Take a unit into use again.

    Raises Refused while the unit above it is out of use.
    """
    _fresh(unit)
    if unit.active:
        raise Refused(f"“{unit.name}”正在使用，不需要启用。")
    if unit.parent is not None and not unit.parent.active:
        raise Refused(f"上级单位“{unit.parent.name}”已经停用。请先启用它。")
    unit.active = True
    db.session.flush()
    audit.record(actor, "unit.reactivated", unit, f"启用单位{unit.path}")
