"""Films for a terminal: a table of what was judged, what was not, and refusals in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.render import film_words, words
from api.render.as_text import STATE_STYLE, heading, quiet_table, say, text_cells
from domain.findings import State

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from vision.card import Figure
    from vision.reading import FilmReading, LabelReading, ModelUsed


def write_film(reading: FilmReading, console: Console) -> None:
    """Print one film within the console's width."""
    heading(console, ", ".join(filter(None, (reading.file, _size(reading), reading.view))))
    if reading.refused is not None:
        say(console, film_words.refusal_words(reading.refused), "yellow")
        return
    if reading.judged:
        table = quiet_table(
            *((title, "", 0, True) for title in ("finding", "decision", "probability (base)",
                                                 "likelihood ratio", "what it means"))
        )  # fmt: skip
        for f in sorted(reading.judged, key=_order):
            table.add_row(*_row(f))
        console.print(table)
    say(console, film_words.conclusion(reading))
    for remark in reading.remarks:
        say(console, remark, "dim")


def write_about(model: ModelUsed, console: Console) -> None:
    """Print what the figures mean, and whose they are."""
    console.print()
    say(console, film_words.ABOUT_FILMS, "dim")
    weights = model.weights_sha256[:12]
    say(console, f"Model: {model.name} {model.version}, weights {weights}.", "dim")


def _order(f: LabelReading) -> tuple[bool, float]:
    """Findings that were seen first, then by their weight."""
    ratio = f.likelihood_ratio
    return f.decision != "present", 0.0 if ratio is None else -ratio.value


def _row(f: LabelReading) -> list[RenderableType]:
    style = STATE_STYLE[State.PRESENT] if f.decision == "present" else "dim"
    return text_cells(
        (film_words.label_words(f.label), style),
        (f.decision or "", style),
        f"{_share(f.probability)} ({_share(f.base_rate)})",
        "" if f.likelihood_ratio is None else _ratio(f.likelihood_ratio),
        "" if f.likelihood_ratio is None else film_words.strength(f.likelihood_ratio),
    )


def _share(value: float | None) -> str:
    return "" if value is None else words.share(value)


def _ratio(ratio: Figure) -> str:
    return f"{ratio.value:.2g} ({ratio.low:.2g} to {ratio.high:.2g})"


def _size(reading: FilmReading) -> str:
    return "" if reading.size is None else f"{reading.size[0]} x {reading.size[1]} pixels"
