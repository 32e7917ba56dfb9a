"""What in a figure of the curated tables makes a second reader doubt it, each under a code.

What rows were found wrong by when their pages were opened again: a page's word taken for another
class, the same patients entered twice, a count that cannot give the printed share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from domain.figures import SHARES, Class, Figure, Measure
from ontologies.curated_knowledge import Row

#: A page's words for each class (docs/knowledge-tables.md), the most telling first: what an
#: earlier line finds, a later one does not look for.
WORDS: tuple[tuple[Class, re.Pattern[str]], ...] = tuple(
    (said, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for said, pattern in (
        (Class.ABSENT, r"never|does not occur|not occur"),
        (
            Class.OCCASIONAL,
            r"sometimes|occasional|occasionally|some patients|less common|less commonly"
            r"|less typical|less frequent|less frequently|less often|minority|not uncommon",
        ),
        (
            Class.RARE,
            r"rare|rarely|seldom|uncommon|uncommonly|infrequent|infrequently|unusual|not typical"
            r"|not common|not usual",
        ),
        (
            Class.VERY_COMMON,
            r"almost all|nearly all|virtually all|almost always|nearly always|always|invariably"
            r"|universal|universally|hallmark|cardinal|by definition|sine qua non"
            r"|characteri[sz]ed by",
        ),
        (
            Class.COMMON,
            r"common(?! cold)|commonly|commonest|frequent|frequently|usual|usually|typical"
            r"|typically|often|most patients|majority|predominant|predominantly|classic|classical"
            r"|classically",
        ),
        (Class.LISTED, r"may|can|could|include|includes|including|listed"),
    )
)
_PERCENT = re.compile(r"^\D{0,3}(\d{1,3}(?:[.,](\d+))?) ?%\D*$")


def doubts(rows: Iterable[Row[Figure]]) -> Iterator[tuple[Row[Figure], str, str]]:
    """Rows that are doubted, in their order: row, code, and why."""
    first: dict[tuple[object, ...], Row[Figure]] = {}
    for row in rows:
        figure = row.value
        said = _said(figure)
        if said not in (None, figure.word) and not figure.note:
            yield row, "another-class", f"{figure.printed!r} says {said}, not {figure.word}."
        if not _counted(figure):
            yield row, "share-and-count", f"{figure.printed!r} is no share of {figure.total}."
        if figure.value is not None:
            key = (
                figure.disease, figure.concept, figure.absent, figure.threshold, figure.measure,
                figure.reference, figure.value, figure.total, figure.words,
            )  # fmt: skip
            if key in first:
                before = f"{first[key].file}:{first[key].line}"
                yield row, "patients-twice", f"looks like the patients of {before}."
            first.setdefault(key, row)


def _said(figure: Figure) -> Class | None:
    """The class that the printed words name, None where there is no telling. A note that says of
    whom or of what they were said answers the doubt."""
    if figure.measure is not Measure.CLASS:
        return None
    return next((said for said, words in WORDS if words.search(figure.printed)), None)


def _counted(figure: Figure) -> bool:
    """Whether the printed share is one of whole numbers of the total. A count beside it is the
    format's to compare."""
    if figure.total is None or figure.count is not None or figure.measure not in SHARES:
        return True
    printed = _PERCENT.match(figure.printed)
    if printed is None or figure.total > 500:
        return True
    share, step = float(printed[1].replace(",", ".")), 0.5 * 10 ** -len(printed[2] or "")
    nearest = round(share / 100 * figure.total)
    return any(
        abs(100 * n / figure.total - share) <= 1.2 * step
        for n in range(max(0, nearest - 1), nearest + 2)
    )
