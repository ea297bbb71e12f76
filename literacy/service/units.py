"""The verbs of units: the tree, making, renaming, moving, deactivating. Flushes, never commits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from literacy import audit
from literacy.db import alone, db
from literacy.errors import Refused, found
from literacy.models import Role, Unit, User
from literacy.pinyin import pinyin_key
from literacy.service import scope
from literacy.service.scope import below
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


def tree(viewer: User | None = None, role: Role = Role.ADMINISTRATOR) -> list[Node]:
    """The units that the viewer looks after in this role, each behind the one it belongs to.

    Siblings in use first and then by name. Full names begin at the root, depths where the viewer's scope begins. None
    is the command line, which sees everything.
    """
    within = scope.of(viewer, role)
    counted = select(User.unit_id, func.count()).where(User.active, User.unit_id.is_not(None)).group_by(User.unit_id)
    if within is not None:
        counted = counted.where(User.unit_id.in_(within))
    heads = dict(db.session.execute(counted).all())
    nodes = arranged(db.session.scalars(select(Unit)), heads)
    if within is None:
        return nodes
    seen = set(db.session.scalars(within))
    nodes = [node for node in nodes if node.unit.id in seen]
    start = nodes[0].depth if nodes else 0
    return [replace(node, depth=node.depth - start) for node in nodes]


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


def outline(nodes: Sequence[Node]) -> list[tuple[Node, bool, int]]:
    """Nodes in the order of the tree with (whether something is under it, how many levels end behind it). Pure."""
    depths = [node.depth for node in nodes[1:]] + [0]
    return [(node, depth > node.depth, max(0, node.depth - depth)) for node, depth in zip(nodes, depths, strict=False)]


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


def by_path(path: str) -> Unit | None:
    """The unit with this full name (青禾县 / 望舒街道, blanks do not matter) or, if it is the only one, this name."""
    wanted = [clean_line(name) for name in path.split("/")]
    nodes = arranged(db.session.scalars(select(Unit)), {})
    exact = [node.unit for node in nodes if node.path.split(SEPARATOR) == wanted]
    named = exact or [node.unit for node in nodes if [node.unit.name] == wanted]
    return named[0] if len(named) == 1 else None


def unit_for(viewer: User | None, unit_id: int, role: Role = Role.ADMINISTRATOR) -> Unit:
    """A unit that the viewer looks after in this role; raises NotFound."""
    unit = found(db.session.get(Unit, unit_id))
    scope.check_unit(viewer, unit_id, role)
    return unit


def is_top(viewer: User | None, unit: Unit) -> bool:
    """Whether it is the very unit that the viewer is bound to, which they leave as it is."""
    return scope.top(viewer) == unit.id


def _fresh(actor: User | None, unit: Unit) -> None:
    """Wait until nobody else changes the tree, and see the unit as it is then.

    Raises NotFound for a unit outside the actor's scope, Refused for the one at its top.
    """
    alone("units")
    db.session.refresh(unit)
    scope.check_unit(actor, unit.id)
    if is_top(actor, unit):
        raise Refused(f"“{unit.name}”是您管的最上一级，要请上级单位的管理员来改。", 403)


def _parent(actor: User | None, parent_id: int) -> Unit | None:
    """The unit above; None for the root. Raises Refused if it is not in use, NotFound outside the actor's scope."""
    if not parent_id:
        if scope.of(actor) is not None:
            raise Refused("请选一个上级单位。", field="parent")
        return None
    parent = unit_for(actor, parent_id)
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

    Raises NotFound for a place outside the actor's scope, Refused where the name is empty or taken there, or the unit
    above is not in use.
    """
    alone("units")
    parent = _parent(actor, parent_id)
    unit = Unit(name=_checked_name(name, parent), parent=parent)
    db.session.add(unit)
    db.session.flush()
    audit.record(actor, "unit.created", unit, f"新建单位{unit.path}")
    return unit


def change_unit(actor: User | None, unit: Unit, *, name: str, parent_id: int) -> None:
    """Rename a unit, or move it with everything under it below another unit, or to the root (0).

    Raises NotFound for a place outside the actor's scope, Refused where it would come to stand below itself, the name
    is taken there, or the new place is not in use.
    """
    _fresh(actor, unit)
    if parent_id and parent_id in set(db.session.scalars(below(unit.id))):
        raise Refused("单位不能移到它自己或者它的下级里面。", field="parent")
    parent = unit.parent if parent_id == (unit.parent_id or 0) else _parent(actor, parent_id)
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
    _fresh(actor, unit)
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
    _fresh(actor, unit)
    if unit.active:
        raise Refused(f"“{unit.name}”正在使用，不需要启用。")
    if unit.parent is not None and not unit.parent.active:
        raise Refused(f"上级单位“{unit.parent.name}”已经停用。请先启用它。")
    unit.active = True
    db.session.flush()
    audit.record(actor, "unit.reactivated", unit, f"启用单位{unit.path}")
