"""What becomes of a person by what a line asks for, as the world stands; pure."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from literacy.intake.models import Outcome
from literacy.intake.wanted import Problem, Wanted, unit_parts
from literacy.models import Role

TEXTS = ("name", "post", "rank", "phone", "email")


@dataclass(frozen=True)
class Known:
    """A person as they stand in the database."""

    id: int
    account: str
    name: str
    post: str
    rank: str
    phone: str
    email: str
    unit_id: int | None
    active: bool
    roles: frozenset[Role] = frozenset()
    bound: frozenset[int | None] = frozenset()
    """The units that they look after as trainer or administrator; None among them is everything."""

    @property
    def stamp(self) -> str:
        """Another value once anything of it changed."""
        held = (sorted(self.roles), sorted(unit_id or 0 for unit_id in self.bound))
        said = (*(getattr(self, name) for name in TEXTS), self.account, self.unit_id, self.active, *held)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


@dataclass
class Units:
    """The units by their full names, however these are written."""

    paths: Mapping[int, str]
    active: Mapping[int, bool]
    _by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for unit_id, path in self.paths.items():
            self._by_key[key_of(path)].append(unit_id)

    def named(self, path: str) -> list[int]:
        """The units with this full name: one, none, or several that only differ in how their names are cut."""
        return self._by_key.get(key_of(path), [])

    def nearest(self, path: str) -> int | None:
        """The lowest unit on the way to this one that exists."""
        parts = unit_parts(path)
        while parts:
            parts.pop()
            if found := self.named("/".join(parts)):
                return found[0]
        return None


def key_of(path: str) -> str:
    """A full name as it is compared."""
    return "/".join(unit_parts(path)).casefold()


@dataclass(frozen=True)
class World:
    """What a line is judged by: the units, who hands the list in, and how far they may reach."""

    units: Units
    owner_id: int
    reach: Collection[int] | None = None
    """The units whose people they may change; None for everybody."""
    may_grant: bool = True
    """Whether they may make and unmake administrators."""


@dataclass
class Verdict:
    """What becomes of a line."""

    outcome: Outcome
    final: dict[str, Any] = field(default_factory=dict)
    """The person as they shall be, complete: the texts, unit_id or unit_path, roles, active."""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unit_path: str = ""
    unit_missing: bool = False


def roles_in_words(roles: Collection[Role]) -> str:
    """Roles as pages say them."""
    return "、".join(role.label for role in Role if role in roles)


def _state(active: bool) -> str:
    return "在用" if active else "停用"


def judged(wanted: Wanted, known: Known | None, world: World) -> Verdict:
    """What becomes of a line whose account is this person's, or nobody's (None) yet."""
    said, verdict = wanted.values, Verdict(Outcome.PROBLEM, problems=list(wanted.problems))
    if known and world.reach is not None and known.unit_id not in world.reach:
        # Nothing else is said of somebody whom the importer may not see.
        verdict.problems.append(Problem("account", wanted.account, "这个账号是别的单位的人，您不能改。"))
        return verdict
    roles = frozenset(said.get("roles", known.roles if known else {Role.LEARNER}))
    active = bool(said.get("active", known.active if known else True))
    texts = {name: said.get(name, getattr(known, name) if known else "") for name in TEXTS}
    if known is None and not texts["name"] and not any(one.field == "name" for one in verdict.problems):
        verdict.problems.append(Problem("name", "", "新的账号要写姓名。"))
    unit_id = _unit_of(wanted, known, active, world, verdict)
    verdict.problems += _refused(wanted, known, roles, active, world)
    verdict.final = {**texts, "roles": sorted(role.value for role in roles), "active": active, "unit_id": unit_id}
    if verdict.unit_missing:
        verdict.final["unit_path"] = verdict.unit_path
    if verdict.problems:
        return verdict
    after = {**texts, "unit": verdict.unit_path, "roles": roles_in_words(roles), "active": _state(active)}
    if known is None:
        verdict.outcome = Outcome.NEW
        verdict.changes = {name: ["", value] for name, value in after.items() if value}
        return verdict
    before = {
        **{name: getattr(known, name) for name in TEXTS},
        "unit": world.units.paths.get(known.unit_id or 0, ""),
        "roles": roles_in_words(known.roles),
        "active": _state(known.active),
    }
    verdict.changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    verdict.outcome = Outcome.CHANGED if verdict.changes else Outcome.UNCHANGED
    if known.active and not active:
        verdict.outcome = Outcome.DEACTIVATED
    return verdict


def _unit_of(wanted: Wanted, known: Known | None, active: bool, world: World, verdict: Verdict) -> int | None:
    """The unit that the line leads to; sets its full name and whether it must be made, and says what is wrong."""
    current = known.unit_id if known else None
    path = wanted.values.get("unit")
    if path is None or any(one.field == "unit" for one in wanted.problems):
        verdict.unit_path = world.units.paths.get(current or 0, path or "")
        return _usable(current, current if (known and known.active) or not active else None, world, verdict)
    found = world.units.named(path) if path else []
    if current in found:
        found = [current] if current else found
    verdict.unit_path = world.units.paths[found[0]] if len(found) == 1 else path
    if len(found) > 1:
        verdict.problems.append(Problem("unit", path, "有两个单位的全称都是这样写的，请到单位页改清楚。"))
        return None
    if found:
        stays = current if known and (known.active or not active) else None
        return _usable(found[0], stays, world, verdict)
    if not path:
        if world.reach is not None:
            verdict.problems.append(Problem("unit", "", "请写单位：您只能管自己单位里的人。"))
        return None
    verdict.unit_missing = True
    above = world.units.nearest(path)
    if world.reach is not None and above not in world.reach:
        verdict.problems.append(Problem("unit", path, "这个单位不在您管理的范围里。"))
    elif above is not None and not world.units.active[above]:
        verdict.problems.append(Problem("unit", path, f"上级单位“{world.units.paths[above]}”已经停用。"))
    return None


def _usable(unit_id: int | None, stays: int | None, world: World, verdict: Verdict) -> int | None:
    """The unit, if people may be put into it, or are in it already."""
    path = world.units.paths.get(unit_id or 0, "")
    if unit_id is not None and unit_id != stays and not world.units.active.get(unit_id, False):
        verdict.problems.append(Problem("unit", path, "这个单位已经停用，请写别的单位，或者先启用它。"))
    if world.reach is not None and unit_id not in world.reach:
        sentence = "这个单位不在您管理的范围里。" if unit_id else "请写单位：您只能管自己单位里的人。"
        verdict.problems.append(Problem("unit", path, sentence))
    return unit_id


def _refused(wanted: Wanted, known: Known | None, roles: frozenset[Role], active: bool, world: World) -> list[Problem]:
    """What the importer may not do."""
    found = []
    held = known.roles if known else frozenset()
    told = roles_in_words(roles)
    if not world.may_grant and (Role.ADMINISTRATOR in roles) != (Role.ADMINISTRATOR in held):
        found.append(Problem("roles", told, "管理员角色要由管全平台的管理员来给或者取消。"))
    if not world.may_grant and known and Role.ADMINISTRATOR in held and known.id != world.owner_id:
        found.append(Problem("account", wanted.account, "这个人是管理员，要由管全平台的管理员来改。"))
    elif world.reach is not None and known and not known.bound <= set(world.reach) and known.id != world.owner_id:
        found.append(Problem("account", wanted.account, "这个人管的范围比您的大，要请管全部单位的管理员来改。"))
    if known and known.id == world.owner_id:
        if Role.ADMINISTRATOR in held and Role.ADMINISTRATOR not in roles:
            found.append(Problem("roles", told, "不能取消自己的管理员身份。"))
        if not active:
            found.append(Problem("active", "停用", "不能停用自己的账号。"))
    return found
