"""What was measured of the ranking of common disease, as tables, and its errors as a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.evaluate_cases import CaseEvaluation, Judged
from api.render import markdown
from api.render.measure_lines import as_objects, as_row
from api.render.tables import Table


def summary(found: CaseEvaluation) -> str:
    """What was measured, on which release, in one paragraph."""
    return (
        f"Release {found.versions['release']}, {found.diseases} common diseases, setting "
        f"{found.setting}. Intervals: 95 %, 1,000 bootstrap draws (of right answers, conditions, "
        f"papers), seed {found.seed}. Floors and goals are meant for cases that nobody had seen."
    )


def tables(found: CaseEvaluation) -> Iterator[Table]:
    """All measures, then simulated patients by condition."""
    yield Table(
        title="Common disease",
        columns=("measure", "n", "figure", "floor", "goal"),
        rows=tuple(as_row(line) for line in found.lines),
        note=" ".join(_notes(found)),
    )
    if found.conditions:
        yield Table(
            title="Simulated patients, by condition",
            columns=("condition", "n", "top-1", "top-3"),
            rows=tuple(
                (condition, f"{n:,}", f"{first:.2f}", f"{third:.2f}")
                for condition, (n, first, third) in found.conditions.items()
            ),
        )


def _notes(found: CaseEvaluation) -> Iterator[str]:
    if any(line.unit == "ranks" for line in found.lines):
        yield "Shares are to be at least, ranks moved at most their floor and goal."
    if found.printed:
        yield (
            f"Of {found.printed:,} printed likelihood ratios against patients without the disease, "
            f"{len(found.published):,} have a share in another paper, and for "
            f"{sum(bool(p.rate_figures) for p in found.published):,} of those a rate without the "
            "disease is printed in another too; else it is the background, and at least what is "
            "assumed of patients with none of the candidates."
        )
    for line in found.lines:
        if line.beside:
            yield f"{line.name.strip()}: {line.beside}."


def as_markdown(found: CaseEvaluation) -> str:
    """The summary and the tables."""
    return (
        "\n\n".join([summary(found), *(markdown.section(table) for table in tables(found))]) + "\n"
    )


def errors_text(found: CaseEvaluation) -> str:
    """Each vignette with the rank of the right disease, what stood first and what was used, the
    worst first. Labels of findings only: no text of the vignettes."""

    def worst(judged: Judged) -> tuple[bool, int, str]:
        return judged.rank is not None, -(judged.rank or 0), judged.vignette.id

    return "\n".join(line for judged in sorted(found.judged, key=worst) for line in _told(judged))


def _told(judged: Judged) -> Iterator[str]:
    right = judged.right or f"none of our diseases is /{judged.vignette.right.pattern}/"
    yield f"{judged.vignette.id}: rank {judged.rank or 'none'}, right: {right}"
    if judged.rank != 1:
        yield f"    first: {judged.first or 'nothing: no finding was read'}"
    if judged.chosen is not None:
        yield f"    of the choices: {'right' if judged.chosen else 'wrong'}"
    if judged.added:
        yield f"    with {judged.added!r} added: rank {judged.after or 'none'}"
    yield f"    findings: {'; '.join(judged.findings) or 'none'}"


def as_object(found: CaseEvaluation) -> dict[str, Any]:
    """Everything as JSON would have it; a figure that is not defined is null."""
    return {
        "versions": dict(found.versions),
        "setting": str(found.setting),
        "seed": found.seed,
        "diseases": found.diseases,
        "measures": as_objects(found.lines),
        "conditions": [
            {"condition": condition, "n": n, "top_1": first, "top_3": third}
            for condition, (n, first, third) in found.conditions.items()
        ],
        "vignettes": [
            {
                "id": j.vignette.id,
                "right": j.right or None,
                "rank": j.rank,
                "first": j.first or None,
                "chosen": j.chosen,
                "added": j.added or None,
                "rank_with_added": j.after,
                "findings": list(j.findings),
            }
            for j in found.judged
        ],
        "likelihood_ratios": [
            {
                "disease": p.figure.disease,
                "concept": p.figure.concept,
                "measure": str(p.figure.measure),
                "reference": p.figure.reference,
                "printed": p.printed,
                "modelled": round(p.modelled, 4),
                "share": round(p.share, 4),
                "rate": round(p.rate, 4),
                "rate_printed": bool(p.rate_figures),
            }
            for p in found.published
        ],
    }
