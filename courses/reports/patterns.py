"""Which faults recur in the replies of each unit."""

from courses.reports import sums
from courses.reports.byunit import ByUnit, Cell, figures
from courses.reports.frame import HIDDEN, Bar, Chart, Column, Look, Report, Type, Wanted
from courses.reports.groups import Tree
from courses.reports.privacy import LEAST
from quizzes.bodies import PATTERN_IDS

COLUMNS = (
    Column("unit", "单位", width=30),
    Column("replies", "答复数", Type.NUMBER, 10, note="这一年提交的答复。"),
    *(Column(key, name, Type.PERCENT, 10) for key, name in PATTERN_IDS.items()),
)


def _gathered(wanted: Wanted) -> ByUnit:
    tree, year = Tree(), wanted.year or wanted.day.year
    written = sums.read("replies", year=year)
    found = sums.read("patterns", year=year)
    heads = {unit: people for _, unit, people, _ in written.rows}
    away = tree.hidden(heads)
    own = {unit: (people, replies, 0.0) for _, unit, people, replies in written.rows}
    cells = {"replies": Cell(tree.summed(own.items()), away, over=1, part=1, count=True)}
    by_key: dict[str, dict[int, int]] = {key: {} for key in PATTERN_IDS}
    for _, unit, key, count in found.rows:
        by_key.get(key, {})[unit] = count
    for key, seen in by_key.items():
        rows = {unit: (people, replies, seen.get(unit, 0)) for unit, (people, replies, _) in own.items()}
        cells[key] = Cell(tree.summed(rows.items()), away, over=1, part=2)
    return ByUnit(tree, cells, written, wanted)


def look(wanted: Wanted, _sort: str, offset: int, limit: int) -> Look:
    """The units below the one that is looked at, each with how often each fault was found."""
    found = _gathered(wanted)
    bars = [Bar(name, *figures(found.cells[key], found.whole.key, "条答复")) for key, name in PATTERN_IDS.items()]
    told = "有这种问题的答复占全部答复的比例。按问题的固定顺序，重的在前。"
    return found.look(offset, limit, Chart(f"{found.whole.name}的答复里各种问题多常见", told, bars))


REPORT = Report(
    "patterns",
    "常见问题（按单位）",
    "各单位的答复里，哪些毛病反复出现，培训该讲什么。",
    ("unit", "year"),
    COLUMNS,
    look,
    lambda wanted, _sort: _gathered(wanted).rows(),
    definitions=(
        "数的是答复，不是人：有这种问题的答复占这一年提交的全部答复的比例。重新评分过的，按最后一次算。",
        "单位含它的下级。",
        f"写过答复的不到 {LEAST} 个人，不显示；会推算出它的相邻单位也不显示（“{HIDDEN}”）。",
    ),
    least=LEAST,
    summed=True,
)
