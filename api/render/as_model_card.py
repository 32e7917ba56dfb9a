"""A model card as Markdown, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vision.card import Figure, LabelCard, ModelCard

#: Headings of the sections, in order; `figures` are tables.
SECTIONS = {
    "use": "Intended use",
    "data": "Data, licence, acknowledgement",
    "split": "Split",
    "training": "Training",
    "method": "How it was measured",
    "failures": "Known failures",
}
#: Kept for programs.
UNSHOWN = ("named", "trained_on")


def markdown(card: ModelCard) -> str:
    """The whole card."""
    judged = ", ".join(_name(c) for c in card.labels if c.supported) or "none"
    parts = [
        f"# Model card: {card.name} {card.version}",
        f"Reads {len(card.labels)} labels of ChestX-ray14 in frontal chest radiographs; judges "
        f"those that beat the baselines: {judged}. Network `{card.architecture.model}` at "
        f"{card.architecture.side} px, weights sha256 `{card.weights_sha256[:16]}`.",
    ]
    for key in ("use", "data", "split", "training", "method"):
        parts += _section(card, key)
    parts += [
        "## What a score means",
        "\n\n".join(_label(c) for c in card.labels if c.supported),
        "Not supported, so that nothing is said of them:",
        "\n".join(f"- {_name(c)}. {c.why}" for c in card.labels if not c.supported),
    ]
    for table in card.sections.get("figures", ()):
        parts += [
            f"## {table['title']}",
            table_text(table["columns"], table["rows"], table["note"]),
        ]
    parts += [*_gate(card), *_section(card, "failures")]
    return "\n\n".join(p for p in parts if p) + "\n"


def _section(card: ModelCard, key: str) -> list[str]:
    held = card.sections.get(key)
    if not held:
        return []
    if isinstance(held, str):
        return [f"## {SECTIONS[key]}", held]
    if isinstance(held, Mapping):
        shown = {k: v for k, v in held.items() if k not in UNSHOWN}
        lines = [f"- {k}: `{v}`" if k == "command" else f"- {k}: {v}" for k, v in shown.items()]
    else:
        lines = [f"- {item}" for item in held]
    return [f"## {SECTIONS[key]}", "\n".join(lines)]


def _gate(card: ModelCard) -> list[str]:
    """What the gate refused of which kind of image, where that was measured."""
    figures = card.gate.get("figures")
    if not figures:
        return []
    rows = [
        (kind, f"{f['n']:,}", "none" if f["refused"] is None else f"{100 * f['refused']:.1f} %")
        for kind, f in figures.items()
    ]
    return ["## What is refused", _rows(("images", "number", "refused"), rows)]


def _label(card: LabelCard) -> str:
    head = (
        f"### {_name(card)}\n\n{card.positives:,} of {card.films:,} films "
        f"({100 * card.base_rate:.1f} %). Called from a score of {card.operating_point:.2f}: "
        f"sensitivity {_figure(card.sensitivity)}, specificity {_figure(card.specificity)}. "
        f"{card.why} Regions: {card.region_why}"
    )
    rows = [
        (
            _bounds(s.low, s.high),
            f"{s.films:,}",
            f"{s.positives:,}",
            f"{100 * s.probability:.1f} %",
            f"{s.likelihood_ratio.value:.2f} "
            f"({s.likelihood_ratio.low:.2f} to {s.likelihood_ratio.high:.2f})",
        )
        for s in card.strata
    ]
    columns = ("score", "films", "with it", "probability", "likelihood ratio")
    return f"{head}\n\n{_rows(columns, rows)}"


def _bounds(low: float | None, high: float | None) -> str:
    if low is None:
        return "any" if high is None else f"below {high:.2f}"
    return f"{low:.2f} and above" if high is None else f"{low:.2f} to {high:.2f}"


def _figure(f: Figure | None) -> str:
    return "not measured" if f is None else f"{f.value:.2f} ({f.low:.2f} to {f.high:.2f})"


def _name(card: LabelCard) -> str:
    return card.label.replace("_", " ")


def table_text(columns: Sequence[str], rows: Sequence[Sequence[Any]], note: str = "") -> str:
    """A table with its note above it; a cell is text, or a value with its interval."""
    return (f"{note}\n\n" if note else "") + _rows(columns, rows)


def _rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    head = [_row(columns), "|---" + "|--:" * (len(columns) - 1) + "|"]
    return "\n".join([*head, *(_row(row) for row in rows)])


def _row(cells: Sequence[Any]) -> str:
    shown = (c if isinstance(c, str) else f"{c[0]} ({c[1]})" for c in cells)
    return "| " + " | ".join(text.replace("|", "\\|") for text in shown) + " |"
