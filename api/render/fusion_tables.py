"""What was measured of film and report together, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from api.evaluate_fusion import FusionEvaluation
from api.fusion_lines import Composed, Contradicted
from api.render.measure_lines import as_objects, as_row
from api.render.tables import Cell, Table


def summary(found: FusionEvaluation) -> str:
    """What was measured, on which release and films, in one paragraph."""
    return (
        f"Composed cases, declared synthetic. Release {found.versions['release']}, scope common, "
        f"setting emergency. {found.films:,} films of the reader's test part, {found.refused:,} "
        f"refused, {found.patients:,} patients in the cases. Intervals: 95 %, 1,000 bootstrap "
        f"draws of patients, seed {found.seed}. Reading a report and ranking it with its film: "
        f"{found.seconds * 1e3:.0f} ms, median; the film was read before."
    )


def tables(found: FusionEvaluation) -> Iterator[Table]:
    """The measures; then diseases, labels, and what was left out."""
    notes = [f"{line.name.strip()}: {line.beside}." for line in found.lines if line.beside]
    yield Table(
        title="Film and report together",
        columns=("measure", "n", "figure", "floor", "goal"),
        rows=tuple(as_row(line) for line in found.lines),
        note=" ".join(["All but shares are to be at most their floor and goal.", *notes]),
    )
    yield Table(
        title="By disease",
        columns=("case", "n", "called", "report alone", "with film", "difference", "moved at most"),
        rows=tuple(_of_disease(name, some) for name, some in _by_script(found.composed)),
        note="Log-loss of the truth in nats; the last column is beside a report that tells the "
        "finding.",
    )
    yield Table(
        title="Contradictions by label",
        columns=("label", "relation", "film present", "reported", "film absent", "reported"),
        rows=tuple(_of_label(name, found.contradicted) for name in _labels(found.contradicted)),
    )
    if found.not_findings:
        yield Table(
            title="Labels that were not used",
            columns=("case", "label", "why"),
            rows=found.not_findings,
        )


def _by_script(composed: Sequence[Composed]) -> list[tuple[str, list[Composed]]]:
    names = dict.fromkeys(c.script for c in composed)
    return [(name, [c for c in composed if c.script == name]) for name in names]


def _of_disease(name: str, some: Sequence[Composed]) -> tuple[Cell, ...]:
    alone = -float(np.mean([c.report.log_share for c in some]))
    both = -float(np.mean([c.with_film.log_share for c in some]))
    most = max(abs(c.told_with_film.score - c.told.score) for c in some)
    called = sum(c.called for c in some)
    figures = (f"{alone:.2f}", f"{both:.2f}", f"{both - alone:+.2f}", f"{most:.2f}")
    return name, f"{len(some)}", f"{called}", *figures


def _labels(some: Sequence[Contradicted]) -> list[str]:
    return list(dict.fromkeys(c.label for c in some))


def _of_label(label: str, all_of_them: Sequence[Contradicted]) -> tuple[Cell, ...]:
    mine = [c for c in all_of_them if c.label == label]
    cells: list[Cell] = [label, mine[0].relation]
    for decision in ("present", "absent"):
        some = [c for c in mine if c.decision == decision]
        cells += [f"{len(some)}", f"{sum(c.reported for c in some)}"]
    return tuple(cells)


def as_object(found: FusionEvaluation) -> dict[str, Any]:
    """Everything as JSON would have it; a figure that is not defined is null."""
    return {
        "synthetic": True,
        "versions": dict(found.versions),
        "seed": found.seed,
        "films": found.films,
        "films_refused": found.refused,
        "patients": found.patients,
        "seconds": found.seconds,
        "measures": as_objects(found.lines),
        "composed": [asdict(c) for c in found.composed],
        "unrelated": [asdict(a) for a in found.added],
        "contradicted": [asdict(c) for c in found.contradicted],
        "not_findings": [
            {"case": case, "label": label, "why": why} for case, label, why in found.not_findings
        ],
    }
