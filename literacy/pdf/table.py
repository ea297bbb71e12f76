"""Tables over several pages: wrapped cells, the header again on each page, rows that are not torn apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor

from literacy.pdf import drawing, fonts, lines
from literacy.pdf.paper import Paper

SIZE = 8.5
LEADING = 1.45
PAD = 3.5
GROUND = HexColor("#efeae0")


@dataclass(frozen=True)
class Column:
    """A column: its header, how wide it is in comparison with the others, and whether it holds numbers."""

    title: str
    weight: float
    number: bool = False


class _Grid:
    """Where the columns of a table lie on a paper."""

    def __init__(self, paper: Paper, columns: Sequence[Column], size: float) -> None:
        whole = sum(column.weight for column in columns) or 1
        self.paper, self.columns, self.size = paper, columns, size
        self.rooms = [paper.room * column.weight / whole for column in columns]
        self.measure = fonts.measure(size)

    def cut(self, cells: Sequence[str]) -> list[list[str]]:
        """Each cell as lines."""
        pairs = zip(cells, self.rooms, strict=True)
        return [lines.wrapped(cell, max(room - 2 * PAD, self.size), self.measure) for cell, room in pairs]

    def height(self, cells: list[list[str]]) -> float:
        return max(map(len, cells), default=1) * self.size * LEADING + 2 * PAD

    def draw(self, cells: list[list[str]], *, bold: bool = False, ground: bool = False) -> None:
        """One row at the paper's y, which moves below it."""
        paper, tall = self.paper, self.height(cells)
        if ground:
            paper.canvas.setFillColor(GROUND)
            paper.canvas.rect(paper.left, paper.y - tall, paper.room, tall, stroke=0, fill=1)
        x = paper.left
        for column, room, cell in zip(self.columns, self.rooms, cells, strict=True):
            y = paper.y - PAD - self.size
            for line in cell:
                if column.number:
                    drawing.text(paper.canvas, x + room - PAD, y, line, self.size, bold=bold, align="right")
                else:
                    drawing.text(paper.canvas, x + PAD, y, line, self.size, bold=bold)
                y -= self.size * LEADING
            x += room
        paper.y -= tall
        drawing.rule(paper.canvas, paper.left, paper.y, paper.room)


def table(
    paper: Paper,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    total: Sequence[str] | None = None,
    size: float = SIZE,
) -> int:
    """Draw the rows as they come, then the row of totals in bold. Gives back how many rows there were.

    Cells are text, one for each column. A row that is taller than a page goes on over the following pages.
    """
    grid = _Grid(paper, columns, size)
    head = grid.cut([column.title for column in columns])
    paper.need(grid.height(head) * 3)
    grid.draw(head, bold=True, ground=True)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007  counted for whoever asked
        _row(grid, head, grid.cut(row))
    if total is not None:
        _row(grid, head, grid.cut(total), bold=True)
    return count


def _row(grid: _Grid, head: list[list[str]], cells: list[list[str]], *, bold: bool = False) -> None:
    """One row, on a new page below the header again where this one is full."""
    paper = grid.paper
    if grid.height(cells) > paper.left_over:
        paper.turn()
        grid.draw(head, bold=True, ground=True)
    while grid.height(cells) > paper.left_over:
        fit = max(1, int((paper.left_over - 2 * PAD) // (grid.size * LEADING)))
        grid.draw([cell[:fit] for cell in cells], bold=bold)
        cells = [cell[fit:] for cell in cells]
        paper.turn()
        grid.draw(head, bold=True, ground=True)
    grid.draw(cells, bold=bold)
