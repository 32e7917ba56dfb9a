"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.render.tables import Cell, Table


def section(table: Table) -> str:
    """A table below its title and note."""
    head = f"## {table.title}\n\n" + (f"{table.note}\n\n" if table.note else "")
    return head + rows(table.columns, table.rows)


def rows(columns: Sequence[str], cells: Iterable[Sequence[Cell]]) -> str:
    """Rows below their header; the first column is a name, the others are figures."""
    lines = [_row(columns), "|---" + "|--:" * (len(columns) - 1) + "|"]
    return "\n".join([*lines, *(_row(row) for row in cells)])


def _row(cells: Sequence[Cell]) -> str:
    shown = (c if isinstance(c, str) else f"{c[0]} ({c[1]})" for c in cells)
    return "| " + " | ".join(text.strip().replace("|", "\\|") for text in shown) + " |"
