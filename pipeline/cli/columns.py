"""How wide the columns of a table are, so that no word is ever cut: cells break between words, widest slack first."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """The width of each column (its cells, head included) within so many signs, or as near as whole words let it."""
    from rich.cells import cell_len

    least = [max((cell_len(word) for cell in cells for word in cell.split()), default=1) for cells in columns]
    found = [max((cell_len(line) for cell in cells for line in cell.splitlines()), default=1) for cells in columns]
    while sum(found) > room:
        slack = [have - need for have, need in zip(found, least, strict=True)]
        if not any(each > 0 for each in slack):
            break
        found[slack.index(max(slack))] -= 1
    return found


def show_whole(table: Table, room: int | None = None) -> None:
    """Print a table as wide as the terminal (`room`), and wider where a word would have to be cut."""
    from rich.console import Console
    from rich.measure import Measurement

    from pipeline.cli.tables import WIDE

    if room is None:
        room = Console().width if sys.stdout.isatty() else WIDE
    cells = [[str(column.header), *map(str, column.cells)] for column in table.columns]
    for column, width in zip(table.columns, widths(cells, sys.maxsize), strict=True):
        column.width = width
    endless = Console(width=10_000, markup=False, emoji=False)
    beside = Measurement.get(endless, endless.options, table).maximum - sum(each.width or 0 for each in table.columns)
    for column, width in zip(table.columns, found := widths(cells, room - beside), strict=True):
        column.width = width
    Console(width=max(room, sum(found) + beside), markup=False, emoji=False).print(table)
