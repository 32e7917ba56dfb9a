"""One table of measurements with the goal beside each; it prints and never asserts."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rich.console import Console
from rich.table import Table

from api.films import film_card, film_reader
from api.service import Service
from api.settings import Settings
from benchmarks import films, whole_case
from benchmarks.cold_start import CODED, REFERENCE, TEXT, commands, time_commands
from benchmarks.ranking import time_ranking
from benchmarks.reading import READERS, Reading, measure


def table(service: Service, hpo3_python: Path, text: Path, film: Path, repeats: int) -> Table:
    """Measure everything and lay it out; times are medians of `repeats` interleaved turns."""
    ranking = time_ranking(service, hpo3_python, repeats)
    starts = time_commands(commands(text), repeats)
    result = Table(
        title=f"Medians of {repeats} interleaved turns on {os.cpu_count()} CPU cores",
        caption="Absolute times are this machine's; the ratios are what to compare.",
    )
    for heading in ("what", "time", "measured", "goal"):
        result.add_column(heading, justify="left" if heading == "what" else "right")
    result.add_row(
        f"ten findings, {ranking.hpo3_diseases:,} diseases: hpo3, Resnik funSimAvg, "
        f"knowledge of {ranking.hpo3_version}",
        f"{ranking.hpo3 * 1e3:.1f} ms",
        "",
        "",
    )
    result.add_row(
        f"ten findings, {ranking.ours_diseases:,} diseases: Differentia, in order",
        f"{ranking.ours * 1e3:.1f} ms",
        f"{ranking.hpo3 / ranking.ours:.0f} times faster",
        "200 times, at least 50",
    )
    result.add_row(
        "the same, with the reasons of ten diagnoses",
        f"{ranking.explained * 1e3:.1f} ms",
        f"{ranking.hpo3 / ranking.explained:.0f} times faster",
        "",
    )
    reference = starts[REFERENCE]
    result.add_row(f"cold start: {REFERENCE}", f"{reference:.2f} s", "1.00x", "")
    for name, goal in ((CODED, "at most 1x"), (TEXT, "at most 3x")):
        result.add_row(
            f"cold start: differentia {name}",
            f"{starts[name]:.2f} s",
            f"{starts[name] / reference:.2f}x",
            goal,
        )
    _reading(result, measure(service, min(repeats, 3)))
    model = service.settings.image_model
    for row in films.rows(film_card(model), film_reader(model), film, 2 * repeats + 1):
        result.add_row(*row)
    for row in whole_case.rows(service, text, film, min(repeats, 5)):
        result.add_row(*row)
    return result


def _reading(result: Table, readings: dict[str, Reading]) -> None:
    """The text reader, beside the plain dictionary."""
    plain, own = (readings[name] for name in READERS)
    result.add_row(
        "definitions of findings: plain dictionary (PhraseMatcher)",
        f"{plain.texts_s:,.0f} a second",
        f"{plain.peak_mb:,.0f} MB",
        "",
    )
    result.add_row(
        "definitions of findings: Differentia",
        f"{own.texts_s:,.0f} a second",
        f"{own.texts_s / plain.texts_s:.2f}x",
        "0.3x, at least 0.05x",
    )
    result.add_row(
        "memory of the reader with all names", "", f"{own.peak_mb:,.0f} MB", "600 MB, at most 1 GB"
    )


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hpo3-python", type=Path, required=True, help="hpo3's own interpreter")
    parser.add_argument("--text", type=Path, required=True, help="the report of the text start")
    parser.add_argument("--film", type=Path, required=True, help="the film, as PNG")
    parser.add_argument("--repeats", type=int, default=7, help="interleaved turns (default 7)")
    options = parser.parse_args()
    service = Service(Settings.load())
    Console().print(
        table(service, options.hpo3_python, options.text, options.film, options.repeats)
    )


if __name__ == "__main__":
    main()
