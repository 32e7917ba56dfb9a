"""Tables with a header, read line by line; every error names file and line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from domain.errors import SourceError
from ontologies.files import read_text


def header_of(head: str, delimiter: str = "\t") -> tuple[str, ...]:
    """The column names in the first line of a file that is no comment and not empty."""
    for line in head.splitlines():
        if line.strip() and not line.startswith("#"):
            return tuple(next(csv.reader([line], delimiter=delimiter)))
    return ()


class Table:
    """The rows of a file by column name, with the line each one ends on (1-based).

    Lines before the header that begin with `#` are `comments`, each with its line.
    """

    def __init__(
        self,
        path: Path,
        required: Sequence[str],
        *,
        delimiter: str = "\t",
        quoted: bool = True,
        remarks: bool = False,
    ) -> None:
        """Read the header. With `remarks`, lines below it that begin with `#` are passed over
        too. Raises SourceError where a required column is missing or stands
        twice."""
        self.path = path
        self._remarks = remarks
        self.comments: list[tuple[int, str]] = []
        lines = read_text(path)
        first = ""
        for number, line in enumerate(lines, start=1):
            if line.startswith("#"):
                self.comments.append((number, line[1:].rstrip("\n")))
            elif line.strip():
                first = line
                break
        self._before = number if first else 0
        self._reader = (
            csv.reader(lines, delimiter=delimiter, strict=True)
            if quoted
            else csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        )
        self.columns = tuple(
            name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])
        )
        missing = [name for name in required if name not in self.columns]
        twice = [name for name in self.columns if name and self.columns.count(name) > 1]
        if missing or twice:
            fault = f"lacks the column {', '.join(missing)}" if missing else f"has {twice[0]} twice"
            raise SourceError(
                str(path),
                f"the header {fault}.",
                line=self._before or None,
                mend=f"It needs {', '.join(required)}.",
            )

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells of each row, without spaces around them; empty lines are passed over.

        Raises SourceError where a row has more or fewer cells than the header.
        """
        width = len(self.columns)
        try:
            for cells in self._reader:
                if not cells or (len(cells) == 1 and not cells[0].strip()):
                    continue
                if self._remarks and cells[0].startswith("#"):
                    continue
                line = self._before + self._reader.line_num
                if len(cells) != width:
                    raise SourceError(
                        str(self.path),
                        f"{len(cells)} columns where the header has {width}.",
                        line=line,
                        mend="The line is cut, or a separator in a text is not quoted.",
                    )
                yield line, {n: c.strip() for n, c in zip(self.columns, cells, strict=True)}
        except csv.Error as error:
            raise SourceError(
                str(self.path),
                f"{error}.",
                line=self._before + self._reader.line_num,
                mend="Close every quotation mark; one inside a text is written twice.",
            ) from None
