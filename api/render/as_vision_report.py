"""An evaluation of the film reader as a folder: report.md, with calibration plots as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from api.render.as_model_card import table_text
from api.render.plot import Point, Series, lines
from api.render.tables import Table
from api.render.vision_tables import label_name
from domain.errors import InvalidField
from vision.measuring.evaluate import Evaluation, LabelFigures

REPORT = "report.md"


def write_vision_report(tables: Sequence[Table], e: Evaluation, folder: Path) -> None:
    """Write all files. Raises InvalidField where that fails."""
    plots = dict(_plots(e))
    parts = ["# The reader of films, measured", "Intervals: 95 %, bootstrap by patient."]
    parts += [f"## {t.title}\n\n{table_text(t.columns, t.rows, t.note)}" for t in tables]
    parts += [
        f"## Calibration: {label_name(label)}\n\n![{label_name(label)}]({name})"
        for name, (label, _) in plots.items()
    ]
    files = {name: svg for name, (_, svg) in plots.items()}
    files[REPORT] = "\n\n".join(parts) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise InvalidField("--report", f"{folder} cannot be written: {error.strerror}.") from None


def _plots(e: Evaluation) -> Iterator[tuple[str, tuple[str, str]]]:
    """File name, then label and plot, of each label whose probabilities were judged."""
    for f in e.labels:
        if f.calibration is not None:
            yield f"calibration-{f.label.lower()}.svg", (f.label, _plot(f))


def _plot(f: LabelFigures) -> str:
    assert f.calibration is not None
    exact = f.calibration
    points = tuple(
        Point(
            x=b.stated,
            y=b.observed.value,
            low=b.observed.low,
            high=b.observed.high,
            about=f"stated {100 * b.stated:.1f} %, observed {100 * b.observed.value:.1f} % "
            f"({100 * b.observed.low:.1f} to {100 * b.observed.high:.1f}), n {b.observed.n:,}",
        )
        for b in exact.bins
    )
    return lines(
        f"{label_name(f.label)}: stated against observed, n {f.films:,}",
        "stated probability (mean of a bin)",
        "films with the label",
        [Series(name="", points=points)],
        x_ticks=(0, 0.2, 0.4, 0.6, 0.8, 1.0),
        diagonal=True,
        percent_x=True,
    )
