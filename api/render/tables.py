"""What an evaluation measured, as tables of text: the same for a terminal and for a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from api.evaluate import Evaluation, Perturbed
from reasoning.evaluation import Result, Setting
from reasoning.measures import CUTS, Figure, Measures

#: The two settings that most tables compare.
MAIN = (Setting.EVERYTHING, Setting.OWN)
#: What to know of each setting beside its name.
NOTES = {
    Setting.OWN: "Rows all of whose references are the case's own are ignored. A lower bound on "
    "leakage: rows that cite only OMIM or Orphanet may rest on the same paper.",
    Setting.NAMING: "Rows that name one of the case's own references are ignored, though others "
    "stand behind them too.",
    Setting.SOURCES: "Rows all of whose references are the case's own are ignored, and so are all "
    "rows of the true disease that cite no PMID.",
}
KINDS = {
    "noise": "Three findings added that have nothing to do with the true disease, drawn by their "
    "use in the annotations; mean of five seeds. Nothing removed.",
    "imprecise": "Each present finding replaced by its parent, of several the alphabetically "
    "first by label. Nothing removed.",
    "simulate": "Patients drawn from the annotations themselves, without (before) and with "
    "(after) up to five absent findings: a consistency test, not an accuracy.",
}
_CALIBRATION = ("right %", "stated %", "error", "if exact", "excess", "Brier", "constant")
#: A cell: text, or a value with its interval.
Cell = str | tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`columns` name the cells of each row; the first is a name, the others are figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def summary(e: Evaluation) -> str:
    """What was measured, on which release and cases, in one paragraph."""
    c = e.cohort
    methods = "; ".join(e.scorers.values())
    return (
        f"Release {e.versions['release']}. {methods}. {len(c.covered):,} covered cases, at most "
        f"{e.per_disease or 'all'} a disease; {c.not_covered:,} whose disease is not covered "
        f"({len(c.uncovered):,} of them within the limit, ranked where calibration is measured), "
        f"{c.beyond_cap:,} beyond the limit, {c.unusable:,} unusable. Intervals: 95 %, bootstrap "
        f"by disease, seed {e.seed}."
    )


def tables(e: Evaluation, *, every: bool) -> Iterator[Table]:
    """All tables; those by findings and depth for the first scoring method only, unless
    `every`."""
    for setting in Setting:
        if some := [r for r in e.results if r.setting is setting]:
            yield _ranking(setting, some, e.families)
    for setting in MAIN:
        some = [r for r in e.results if r.setting is setting and r.reliability is not None]
        if some:
            yield _calibration(setting, some)
    if some := [r for r in e.results if r.outside is not None]:
        yield _outside(some)
    for scorer in list(e.scorers)[: None if every else 1]:
        some = [r for r in e.results if r.scorer == scorer and r.setting in MAIN]
        if some:
            yield _banded(f"{scorer}: by present findings in the score", "findings", some,
                          lambda r: r.by_findings)  # fmt: skip
            yield _banded(f"{scorer}: by findings that the release has of the true disease",
                          "findings of the disease", some, lambda r: r.by_depth)  # fmt: skip
    if e.results:
        yield _exclusions(e.results)
    for kind in KINDS:
        if found := [p for p in e.perturbed if p.kind == kind]:
            yield _perturbed(kind, found)


def _ranking(setting: Setting, results: Sequence[Result], families: str) -> Table:
    m, left = results[0].measures, results[0].left_with_nothing
    rows: list[tuple[Cell, ...]] = []
    for r in results:
        rows.append((r.scorer, *_tops(r.measures)))
        if r.by_family is not None:
            rows.append(("  by family", *_tops(r.by_family)))
    grouped = (
        f"By family: {families}, places count families." if families else "By family: not grouped."
    )
    beside = f", {left:,} left with nothing" if setting is not Setting.EVERYTHING else ""
    return Table(
        title=f"{setting.value}: {m.cases:,} cases of {m.diseases:,} diseases{beside}",
        columns=("scorer", *(f"top-{k} %" for k in CUTS), "MRR"),
        rows=tuple(rows),
        note=" ".join(part for part in (NOTES.get(setting, ""), grouped) if part),
    )


def _tops(m: Measures) -> tuple[Cell, ...]:
    return (*(percent(m.top[k]) for k in CUTS), plain(m.mrr, 3))


def _calibration(setting: Setting, results: Sequence[Result]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for r in results:
        c = r.reliability
        assert c is not None
        rows.append(
            (
                r.scorer,
                f"{100 * c.right:.1f}",
                f"{100 * c.stated:.1f}",
                f"{c.error:.3f}",
                f"{c.error_if_perfect:.3f}",
                f"{c.excess:.3f}",
                f"{c.brier:.4f}",
                f"{c.constant:.4f}",
                percent(c.skill),
            )
        )
    cases = results[0].measures.cases + results[0].left_with_nothing + results[0].not_covered
    return Table(
        title=f"Calibration of the first posterior, {setting.value}: {cases:,} cases",
        columns=("scorer", *_CALIBRATION, "skill %"),
        rows=tuple(rows),
        note="All cases, also of diseases that are not covered or are left with nothing: there "
        "the first is never right. Error: expected calibration error in 15 bins of equal mass; "
        "if exact: its mean in 1,000 draws in which the same posteriors are exact; excess: the "
        "difference. Skill: by how much the Brier score is below that of the best constant.",
    )


def _outside(results: Sequence[Result]) -> Table:
    rows = tuple(
        (r.scorer, f"{r.measures.cases:,}", f"{r.not_covered:,}", plain(r.outside, 3))
        for r in results
        if r.outside is not None
    )
    return Table(
        title="Share outside the knowledge base: diseases not covered against covered ones",
        columns=("scorer", "covered", "not covered", "AUROC"),
        rows=rows,
        note="Nothing removed.",
    )


def _banded(
    title: str,
    name: str,
    results: Sequence[Result],
    of: Callable[[Result], Mapping[str, Measures]],
) -> Table:
    bands = list(dict.fromkeys(band for r in results for band in of(r)))
    columns = [name]
    for r in results:
        where = "" if r.setting is Setting.EVERYTHING else "own removed: "
        columns += [f"{where}cases", f"{where}top-1 %", f"{where}top-10 %"]
    rows: list[tuple[Cell, ...]] = []
    for band in bands:
        row: list[Cell] = [band]
        for r in results:
            m = of(r).get(band)
            row += ["0", "", ""] if m is None else [
                f"{m.cases:,}", percent(m.top[1]), percent(m.top[10])
            ]  # fmt: skip
        rows.append(tuple(row))
    return Table(title=title, columns=tuple(columns), rows=tuple(rows))


def _exclusions(results: Sequence[Result]) -> Table:
    rows = tuple(
        (
            f"{r.scorer}, {r.setting.value}",
            f"{r.exclusions.cases:,}",
            percent(r.exclusions.with_them),
            percent(r.exclusions.without),
            percent(r.exclusions.cost),
        )
        for r in results
        if r.setting in MAIN
    )
    return Table(
        title="What the cases' absent findings cost in top-1",
        columns=("scorer, setting", "with one", "with them %", "without %", "cost, points"),
        rows=rows,
        note="With one: covered cases that have an absent finding in the score. Cost: without "
        "less with, over all covered cases, paired.",
    )


def _perturbed(kind: str, found: Sequence[Perturbed]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for p in found:
        row: list[Cell] = [p.scorer, f"{p.change.before.cases:,}"]
        for k in (1, 10):
            row += [
                f"{100 * p.change.before.top[k].value:.1f}",
                f"{100 * p.change.after.top[k].value:.1f}",
                percent(p.change.top[k]),
            ]
        rows.append(tuple(row))
    columns = ["scorer", "cases"]
    for k in (1, 10):
        columns += [f"top-{k} % before", "after", "change, points"]
    return Table(title=f"Perturbed: {kind}", columns=tuple(columns), rows=tuple(rows),
                 note=KINDS[kind])  # fmt: skip


def percent(f: Figure) -> Cell:
    """A share as per cent, with its interval."""
    return plain(Figure(value=100 * f.value, low=100 * f.low, high=100 * f.high), 1)


def plain(f: Figure, digits: int) -> Cell:
    """A figure with its interval."""
    if isnan(f.value):
        return "none"
    return f"{f.value:.{digits}f}", f"{f.low:.{digits}f} to {f.high:.{digits}f}"
