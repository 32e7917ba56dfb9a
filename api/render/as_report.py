"""An evaluation as a folder: report.md, with its plots beside it as SVG, and one line a case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from api.evaluate import Evaluation
from api.render import markdown
from api.render.plot import Point, Series, bars, lines
from api.render.tables import MAIN, summary, tables
from domain.errors import InvalidField
from reasoning.evaluation import DEPTHS, FINDINGS, Outcome, Result, Setting
from reasoning.measures import CUTS, Figure, Measures
from reasoning.reliability import Reliability

REPORT = "report.md"
OUTCOMES = "outcomes.jsonl"


def write_report(e: Evaluation, outcomes: Mapping[str, Sequence[Outcome]], folder: Path) -> None:
    """Write all files; `outcomes` by scoring method. Raises InvalidField where that fails."""
    plots = dict(_plots(e))
    files = {f"{name}.svg": svg for name, (_, svg) in plots.items()}
    files[REPORT] = _markdown(e, {name: about for name, (about, _) in plots.items()})
    if outcomes:
        files[OUTCOMES] = "".join(_line(name, o) for name, some in outcomes.items() for o in some)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise InvalidField("--report", f"{folder} cannot be written: {error.strerror}.") from None


def _line(scorer: str, outcome: Outcome) -> str:
    return json.dumps({"scorer": scorer, **asdict(outcome)}, ensure_ascii=False) + "\n"


def _markdown(e: Evaluation, plots: Mapping[str, str]) -> str:
    parts = ["# Ranking, measured", summary(e)]
    versions = ", ".join(
        f"{name} {version or 'without a version'}" for name, version in e.versions.items()
    )
    parts.append(f"Versions: {versions}.")
    parts += [markdown.section(t) for t in tables(e, every=True)]
    parts += [f"## {about}\n\n![{about}]({name}.svg)" for name, about in plots.items()]
    parts += [_bins(r) for r in e.results if r.setting is Setting.OWN and r.reliability]
    if e.results:
        parts.append(f"What became of each case is in `{OUTCOMES}`, a line a case and setting.")
    return "\n\n".join(parts) + "\n"


def _bins(r: Result) -> str:
    assert r.reliability is not None
    columns = ("bin", "cases", "stated, mean %", "right %")
    rows = [
        (str(i), str(b.cases), f"{100 * b.stated:.1f}",
         (f"{100 * b.right:.1f}", f"{100 * b.low:.1f} to {100 * b.high:.1f}"))
        for i, b in enumerate(r.reliability.bins, start=1)
    ]  # fmt: skip
    table = markdown.rows(columns, rows)
    note = "Intervals: Wilson's, as if the cases were independent."
    return f"## {r.scorer}: bins of the reliability diagram\n\n{note}\n\n{table}"


def _plots(e: Evaluation) -> Iterable[tuple[str, tuple[str, str]]]:
    """Name, then what it shows and the plot."""
    for setting in MAIN:
        some = [r for r in e.results if r.setting is setting and r.measures.cases]
        if some:
            about = f"Top-k, {setting.value}"
            series = [_top_k(r.scorer, r.measures) for r in some]
            yield _file("top-k", setting), (about, lines(
                about, "first k hypotheses", "cases with the true disease", series, x_ticks=CUTS
            ))  # fmt: skip
    for scorer in e.scorers:
        some = [r for r in e.results if r.scorer == scorer and r.setting in MAIN]
        some = [r for r in some if r.measures.cases]
        for r in some:
            if r.setting is Setting.OWN and r.reliability is not None:
                about = f"{scorer}: reliability of the first posterior, {r.setting.value}"
                yield f"reliability-{scorer}", (about, _diagram(about, r.reliability))
        if some:
            about = f"{scorer}: top-1 by present findings"
            found = [{**r.by_findings} for r in some]
            label = "present findings in the score"
            yield f"findings-{scorer}", (about, _bands(about, label, FINDINGS, some, found))
            about = f"{scorer}: top-1 by known findings of the true disease"
            found = [{**r.by_depth} for r in some]
            label = "findings of the true disease"
            yield f"depth-{scorer}", (about, _bands(about, label, DEPTHS, some, found))


def _file(name: str, setting: Setting) -> str:
    return f"{name}-{setting.value.replace(' ', '-')}"


def _top_k(name: str, m: Measures) -> Series:
    return Series(name=name, points=tuple(_point(k, m.top[k], m.cases) for k in CUTS))


def _point(x: float, f: Figure, cases: int) -> Point:
    about = f"{100 * f.value:.1f} % ({100 * f.low:.1f} to {100 * f.high:.1f}), n {cases:,}"
    return Point(x=x, y=f.value, low=f.low, high=f.high, about=about)


def _diagram(title: str, r: Reliability) -> str:
    points = tuple(
        Point(x=b.stated, y=b.right, low=b.low, high=b.high, about=f"n {b.cases:,}") for b in r.bins
    )
    sizes = sorted({b.cases for b in r.bins})
    size = " or ".join(f"{n:,}" for n in sizes)
    ticks = (0, 0.2, 0.4, 0.6, 0.8, 1.0)
    return lines(
        title,
        f"stated posterior (mean of a bin of {size} cases)",
        "first hypothesis right",
        [Series(name="", points=points)],
        x_ticks=ticks,
        diagonal=True,
        percent_x=True,
    )


def _bands(
    title: str,
    label: str,
    names: Iterable[str],
    results: Sequence[Result],
    found: Sequence[Mapping[str, Measures]],
) -> str:
    bands = [name for name in names if any(name in one for one in found)]
    series = [
        Series(
            name=r.setting.value,
            points=tuple(_point(bands.index(band), m.top[1], m.cases) for band, m in one.items()),
        )
        for r, one in zip(results, found, strict=True)
    ]
    counts = [" / ".join(f"{one[b].cases if b in one else 0:,}" for one in found) for b in bands]
    shown = [f"{band} (n {count})" for band, count in zip(bands, counts, strict=True)]
    return bars(title, label, "top-1", shown, series)
