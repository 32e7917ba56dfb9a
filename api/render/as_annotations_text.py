"""Annotated documents for a terminal: a table of findings a document, and one of its values."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from api.annotate import Annotated, Placed
from api.render import words
from api.render.as_annotations import measurement
from api.render.as_text import STATE_STYLE, heading, plain, quiet_table, say, text_cells
from domain.findings import Attribute

if TYPE_CHECKING:
    from rich.console import Console

_QUOTE = 60
NOT_LINKED, NO_FINDING = "not linked", "no finding"
NO_RANGE = "no range is known"


def write_annotated(a: Annotated, console: Console) -> None:
    """Print one document's findings and values within the console's width."""
    heading(console, f"{a.document}: {_counted(len(a.findings), len(a.values))}")
    breaks = [m.start() for m in re.finditer("\n", a.text)]

    def line(p: Placed) -> str:
        return f"line {bisect_left(breaks, p.span.start) + 1}, [{p.start}:{p.end}]"

    if a.findings:
        table = quiet_table(("state", "", 3, True), ("finding", "", 5, True),
                            ("where", "", 6, True), ("because of", "", 4, True))  # fmt: skip
        for p in a.findings:
            o = p.observation
            state = "\n".join(filter(None, (o.state.value, hedge_words(p), words.who_and_when(o))))
            about = ", ".join(o.modifiers)
            concept = str(o.concept) if o.concept is not None else NOT_LINKED
            table.add_row(
                *text_cells(
                    (state, STATE_STYLE[o.state]),
                    "\n".join(filter(None, (plain(o.label), concept, plain(about)))),
                    f'"{plain(p.span.quote, _QUOTE)}"\n{line(p)}'
                    + (f"\n{plain(o.section)}" if o.section else ""),
                    (plain(", ".join(trigger_words(p))), "dim"),
                )
            )
        console.print(table)
    if a.values:
        table = quiet_table(("state", "", 3, True), ("finding", "", 5, True),
                            ("where", "", 6, True), ("usual", "", 4, True))  # fmt: skip
        for p in a.values:
            m = measurement(p)
            o = p.observation
            state = "\n".join(filter(None, (o.state.value, words.who_and_when(o))))
            implied = f"{plain(o.label)}\n{o.concept or NO_FINDING}"
            table.add_row(
                *text_cells(
                    (state, STATE_STYLE[o.state]),
                    implied,
                    f'"{plain(p.span.quote, _QUOTE)}"\n{line(p)}',
                    (plain(m.reference_range or NO_RANGE), "dim"),
                )
            )
        console.print(table)
    for note in a.notes:
        say(console, f"{note.message} {note.mend or ''}", "dim")
    if a.replacements is not None:
        say(console, f"De-identified: {replaced_words(a)}.", "dim")


def replaced_words(a: Annotated) -> str:
    """What was replaced in a document, by category."""
    counts = (a.replacements or {}).items()
    return ", ".join(f"{n:,} {category}" for category, n in counts) or "nothing was found"


def trigger_words(p: Placed) -> tuple[str, ...]:
    """The words that decided state, time and experiencer; the section is told beside them."""
    told = (t.text for t in p.triggers if t.attribute is not Attribute.SECTION)
    return tuple(dict.fromkeys(told))


def hedge_words(p: Placed) -> str:
    """How strong a hedge was measured to be, "" where there is none."""
    o = p.observation
    if o.hedge is None:
        return ""
    return o.hedge if o.probability is None else f"{o.hedge} ({words.share(o.probability)})"


def _counted(findings: int, values: int) -> str:
    counted = [(findings, "finding", "findings"), (values, "value", "values")]
    return ", ".join(f"{n:,} {one if n == 1 else many}" for n, one, many in counted)
