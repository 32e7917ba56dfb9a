"""What supports what in a stored case: from each place to diseases and references."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from api.render.as_text import heading, plain, quiet_table, say
from kg.cases import StoredCase, Support

if TYPE_CHECKING:
    from rich.console import Console


def rows_object(rows: Sequence[Support]) -> list[dict[str, Any]]:
    """The rows as JSON objects."""
    return [dataclasses.asdict(row) for row in rows]


def print_support(case: StoredCase, rows: Sequence[Support], console: Console, *, top: int) -> None:
    """A table for each place where a present finding was seen, at most `top` rows each: figures
    of the literature first, then annotations; of each those of the finding itself first."""
    from rich.text import Text

    for (observation, number), some in groupby(rows, key=lambda r: (r.observation, r.evidence)):
        ways = sorted(some, key=lambda r: (r.edge != "HAS_FIGURE", r.met != r.finding))
        seen = case.observations[observation - 1]
        found = ways[0]
        heading(
            console,
            f"{place_words(seen.evidence[number - 1])}: {found.finding_label} ({found.finding})",
        )
        table = quiet_table(
            ("disease", "left", 3, True),
            ("by the term", "left", 3, True),
            ("printed", "left", 2, True),
            ("references", "left", 3, True),
        )
        for row in ways[:top]:
            met = "the same" if row.met == row.finding else f"{row.met_label} ({row.met})"
            cells = (
                f"{row.disease_label} ({row.disease})",
                met,
                printed_words(row),
                ", ".join(row.references),
            )
            table.add_row(*(Text(plain(cell)) for cell in cells))
        console.print(table)
        if len(ways) > top:
            say(console, f"and {len(ways) - top:,} more: --json has all")
    if not rows:
        say(console, "No present finding of this case leads to a disease of the active release.")


def printed_words(row: Support) -> str:
    """What is printed, and of what: "74%, sensitivity"."""
    if row.edge == "HAS_FINDING":
        return row.printed or "no frequency stated"
    return ", ".join(filter(None, (row.printed, MEASURES.get(row.measure, row.measure))))


#: Measures in words.
MEASURES = {
    "class": "in words",
    "share": "share of the causes",
    "lr_pos": "likelihood ratio",
    "odds_ratio": "odds ratio",
    "risk_ratio": "risk ratio",
}


def place_words(evidence: Mapping[str, Any]) -> str:
    """Where something was seen, in words: "Film 1, box 40 x 33 pixels at 12, 20, Effusion .75"."""
    e = evidence
    match e["kind"]:
        case "image":
            words = [f"Film {e['image']}"]
            if e["box"] is not None:
                x, y, width, height = e["box"]
                words.append(f"box {width:.0f} x {height:.0f} pixels at {x:.0f}, {y:.0f}")
            if e["label"]:
                score = "" if e["score"] is None else f" (score {e['score']:.2f})"
                words.append(f"{e['label']}{score}")
            return ", ".join(words)
        case "text":
            return f"Text {e['document']}, characters {e['start']:,} to {e['end']:,}"
        case "value":
            upper = "" if e["upper"] is None else f" to {e['upper']:g}"
            value = f"{e['bound'] or ''}{e['value']:g}{upper} {e['unit']}".rstrip()
            return f"Value {e['code']}, {value}"
        case "signal":
            return f"Recording {e['record']}, {e['start_s']:g} to {e['end_s']:g} s"
        case _:
            return f"Entered as {e['code']}"
