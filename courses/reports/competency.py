"""Competency by unit: how sure the people of each unit are in each competency."""

from courses.reports import sums
from courses.reports.byunit import ByUnit, Cell, figures
from courses.reports.frame import Bar, Chart, Column, Look, Report, Type, Wanted
from courses.reports.groups import Tree
from courses.reports.privacy import LEAST
from quizzes.competencies import COMPETENCIES

COLUMNS = (
    Column("unit", "单位", width=30),
    *(Column(key.lower(), f"{key} {name}", Type.PERCENT, 10) for key, name in COMPETENCIES.items()),
)


def _gathered(wanted: Wanted) -> ByUnit:
    tree, kept = Tree(), sums.read("competencies")
    cells: dict[str, Cell] = {}
    by_key: dict[str, dict[int, tuple[float, ...]]] = {key: {} for key in COMPETENCIES}
    for key, unit, *counted in kept.rows:
        if key in by_key:
            by_key[key][unit] = tuple(counted)
    for key, own in by_key.items():
        away = tree.hidden({unit: int(row[0]) for unit, row in own.items()})
        cells[key.lower()] = Cell(tree.summed(own.items()), away, over=1, part=2)
    return ByUnit(tree, cells, kept, wanted)


def look(wanted: Wanted, _sort: str, offset: int, limit: int) -> Look:
    """The units below the one that is looked at, each with its share of the marks by competency."""
    found = _gathered(wanted)
    chart = Chart(
        f"{found.whole.name}各项能力的得分率",
        "最近一次作答得到的分占满分的比例。按能力的固定顺序，不分名次。",
        [
            Bar(f"{key} {name}", *figures(found.cells[key.lower()], found.whole.key, "道题和答复"))
            for key, name in COMPETENCIES.items()
        ],
    )
    return found.look(offset, limit, chart)


REPORT = Report(
    "competency",
    "能力（按单位）",
    "各单位哪项能力有把握，哪项该多练。",
    ("unit",),
    COLUMNS,
    look,
    lambda wanted, _sort: _gathered(wanted).rows(),
    definitions=(
        "每个人每道题、每个情景只取最近一次提交；答复按情景训练的每项能力各算一次。",
        "数字是得分率：这些作答得到的分占满分的比例。培训师改过的分算数。",
        "只算账号在用的人。单位含它的下级。",
        f"不到 {LEAST} 个人的不显示；会推算出它的相邻单位也不显示。",
    ),
    least=LEAST,
    summed=True,
)
