"""Tables: what the head of a column says of the cells below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.privacy.result import Category, Found

_HEADS = (
    (
        Category.NAME,
        r"(?:patient|client|full|first|last|family|given|staff|mother'?s?|father'?s?)?[ _]?"
        r"name|surname|forename|patient|consultant|doctor|clinician|physician|seen by|reviewed by"
        r"|reported by|signed(?: by)?|gp|nurse|surgeon|author|provider|next of kin|nok|contact",
    ),
    (Category.AGE, r"age(?: ?\(?(?:y|yrs?|years)\)?)?|age in years"),
    (
        Category.ID,
        r"(?:hospital|patient|nhs|unit|case|study|sample|accession|account|policy|record)?[ _]?"
        r"(?:mrn|id|no\.?|number|nr)|mrn|accession|barcode|specimen",
    ),
    (Category.PHONE, r"(?:tele)?phone(?: ?no\.?| ?number)?|tel\.?|mobile|fax|bleep|ext\.?"),
    (Category.ADDRESS, r"(?:home[ _]?)?address|town|city|post ?code|zip(?: ?code)?"),
)
_KINDS = [(category, re.compile(pattern, re.IGNORECASE)) for category, pattern in _HEADS]
_LINE = re.compile(r"[^\n]+")
_CELL = {
    "\t": re.compile(r"[^\t]*"),
    "|": re.compile(r"[^|]*"),
    ",": re.compile(r'"[^"]*"|[^,]*'),
    ";": re.compile(r'"[^"]*"|[^;]*'),
}
#: What a cell must hold to be of its column's kind.
_FITS = {
    Category.NAME: re.compile(r"(?=[^\W\d_]*[^\W\d_a-z])[^\d]{2,60}"),
    Category.AGE: re.compile(r"(?:9\d|1[0-2]\d)(?: ?(?:y|yrs?|years))?"),
    Category.ID: re.compile(r"(?=.*\d)[\w ./#-]{3,40}"),
    Category.PHONE: re.compile(r"(?=(?:\D*\d){3})[\d ()+./x-]{3,30}"),
    Category.ADDRESS: re.compile(r"(?=.*[^\W\d_a-z])[^\n]{3,120}"),
}
_Cells = list[tuple[int, int]]


def find_in_columns(text: str) -> Iterator[Found]:
    """Cells of tables (tabs, bars, commas or semicolons) under a head that names their kind.

    A table is a line of three heads or more, of which one is known, and the lines after it with as
    many cells.
    """
    kinds: dict[int, Category] = {}
    delimiter, width = "", 0
    for line in _LINE.finditer(text):
        if width:
            cells = _cells(text, line.start(), line.end(), delimiter)
            if len(cells) == width:
                for number, category in kinds.items():
                    start, end = cells[number]
                    if _FITS[category].fullmatch(text, start, end):
                        yield Found(start=start, end=end, category=category)
                continue
            width = 0
        for delimiter in _CELL:
            if line[0].count(delimiter) < 2:
                continue
            cells = _cells(text, line.start(), line.end(), delimiter)
            kinds = _kinds(text, cells)
            if kinds:
                width = len(cells)
                break


def _cells(text: str, start: int, stop: int, delimiter: str) -> _Cells:
    """Places of the cells of a line, without space and quotation marks around them."""
    cells = []
    at = start
    while True:
        match = _CELL[delimiter].match(text, at, stop)
        assert match is not None
        written = match[0]
        left = len(written) - len(written.lstrip(' \t\r"'))
        right = len(written.rstrip(' \t\r"'))
        cells.append((at + min(left, right), at + right))
        at = match.end()
        if at >= stop:
            return cells
        if text[at] != delimiter:
            return []
        at += 1


def _kinds(text: str, cells: _Cells) -> dict[int, Category]:
    """Kinds of columns by their heads; none where a head is no word of few letters."""
    if any(end - start > 30 for start, end in cells) or len(cells) < 3:
        return {}
    found = {}
    for number, (start, end) in enumerate(cells):
        if any(c.isdigit() for c in text[start:end]):
            return {}
        for category, pattern in _KINDS:
            if pattern.fullmatch(text, start, end):
                found[number] = category
                break
    return found
