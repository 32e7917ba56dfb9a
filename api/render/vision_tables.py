"""What an evaluation of the film reader measured, as tables of text and as an object for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from api.render.tables import Cell, Table
from vision.card import Figure
from vision.measuring.evaluate import LEFT_OUT, MARGIN, Evaluation, LabelFigures
from vision.measuring.groups import GroupFigures
from vision.measuring.joint import Joint
from vision.measuring.pointing import Pointing

NONE = ""
_GROUPS = {
    "view": "By view",
    "sex": "By sex",
    "age": "By age (years)",
}


def label_tables(
    title: str, e: Evaluation, supported: Mapping[str, bool], note: str = ""
) -> Iterator[Table]:
    """Every label: what the scores tell apart, the same beside the baselines, and how far the
    probabilities hold."""
    yield _apart(title, e, note)
    yield _beside(f"{title}: beside what can be told without reading the film", e, supported)
    if any(f.calibration is not None for f in e.labels):
        yield _calibration(f"{title}: calibration", e)


def _apart(title: str, e: Evaluation, note: str) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            label_name(f.label),
            f"{f.positives:,}",
            cell(f.auroc),
            cell(f.average_precision),
            cell(f.sensitivity),
            cell(f.specificity),
        )
        for f in e.labels
    ]
    rows.append((f"mean of {e.mean_of}", NONE, cell(e.mean_auroc), NONE, NONE, NONE))
    said = [f"{e.films:,} films of {e.patients:,} patients."]
    if e.called_without is not None:
        f = e.called_without
        said.append(
            f"Of {f.n:,} films without any label {percent(f)} are called something all the same."
        )
    if LEFT_OUT in (f.label for f in e.labels):
        said.append(f"{LEFT_OUT} is not in the mean.")
    return Table(
        title=title,
        columns=("label", "with it", "AUROC", "average precision", "sensitivity", "specificity"),
        rows=tuple(rows),
        note=" ".join([*said, note]).strip(),
    )


def _beside(title: str, e: Evaluation, supported: Mapping[str, bool]) -> Table:
    names = list(e.mean_baselines)
    rows: list[tuple[Cell, ...]] = [
        (
            label_name(f.label),
            cell(f.auroc),
            *(cell(f.baselines.get(name)) for name in names),
            cell(f.ahead),
            "yes" if supported.get(f.label) else "no",
        )
        for f in e.labels
    ]
    means = (cell(e.mean_baselines[name]) for name in names)
    rows.append((f"mean of {e.mean_of}", cell(e.mean_auroc), *means, NONE, NONE))
    return Table(
        title=title,
        columns=("label, AUROC", "model", *names, "model less the better", "supported"),
        rows=tuple(rows),
        note="Baselines: logistic regressions, fitted on other parts of the patients.",
    )


def _calibration(title: str, e: Evaluation) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            label_name(f.label),
            f"{100 * f.positives / f.films:.1f} %",
            f"{f.calibration.error:.3f}",
            cell(f.calibration.excess),
            cell(f.calibration.skill),
        )
        for f in e.labels
        if f.calibration is not None
    ]
    return Table(
        title=title,
        columns=(
            "label",
            "share",
            "calibration error",
            "above perfect calibration's",
            "Brier skill",
        ),
        rows=tuple(rows),
        note="The error of perfect calibration is that of labels drawn from the stated "
        "probabilities. The skill is over stating the share for every film.",
    )


def support_note() -> str:
    """The rule of support, in words."""
    return (
        f"Supported: the lower bound of AUROC less the better baseline's is above {MARGIN:.2f}, "
        "and that of the Brier skill is above 0."
    )


def group_tables(e: Evaluation) -> Iterator[Table]:
    """By view, sex and age, and against radiologists."""
    for by, title in _GROUPS.items():
        some = [g for g in e.groups if g.by == by]
        if some:
            yield _groups(title, some)
    if e.adjudicated:
        rows: list[tuple[Cell, ...]] = [
            (f"{g.group.replace('_', ' ')}, by {g.by}", *_figures(g)) for g in e.adjudicated
        ]
        yield Table(
            title="Against radiologists",
            columns=("finding", "films", "with it", "AUROC", "sensitivity", "specificity"),
            rows=tuple(rows),
            note="Films judged by several radiologists together, against their judgement and "
            "against the labels mined from the reports of the same films. Airspace opacity: the "
            "highest of consolidation, infiltration, pneumonia and edema; called where one of them "
            "is.",
        )


def _groups(title: str, some: Sequence[GroupFigures]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (f"{label_name(label)}, {g.group}", *_figures(g))
        for label in dict.fromkeys(g.label for g in some)
        for g in some
        if g.label == label
    ]
    return Table(
        title=title,
        columns=("label", "films", "with it", "AUROC", "sensitivity", "specificity"),
        rows=tuple(rows),
        note="Figures where ten films are with and ten without the label.",
    )


def _figures(g: GroupFigures) -> tuple[Cell, ...]:
    return (
        f"{g.films:,}",
        f"{g.positives:,}",
        cell(g.auroc),
        cell(g.sensitivity),
        cell(g.specificity),
    )


def pointing_table(p: Pointing) -> Table:
    """How often the strongest place of a heatmap lies in a radiologist's box."""
    rows: list[tuple[Cell, ...]] = [
        ("heatmap, all labels", f"{p.trials:,}", _percents(p.hits)),
        ("a random place", f"{p.trials:,}", f"{100 * p.chance:.1f} %"),
        ("one fixed place a label", f"{p.trials:,}", _percents(p.fixed)),
    ]
    rows += [
        (f"heatmap, {label_name(label)}", f"{n:,}", f"{hits} of {n}")
        for label, (hits, n) in p.by_label.items()
    ]
    return Table(
        title="Heatmaps against radiologists' boxes",
        columns=("what points", "films and labels", "in the box"),
        rows=tuple(rows),
        note="The fixed place is the best one on the boxes of other patients.",
    )


def joint_sentence(joint: Joint | None) -> str:
    """What all labels of one film may add together, and what that rests on."""
    if joint is None:
        return "Fewer than two labels are supported: nothing was to be measured."
    cap, slope = joint.cap, joint.slope
    return (
        f"All labels of one film move the log odds of a disease by {cap.value:.2f} "
        f"({cap.low:.2f} to {cap.high:.2f}) at most, measured on {len(joint.points)} bins of at "
        f"least 30 films up to a sum of {joint.largest:.2f}. Before that cap, {slope.value:.2f} "
        f"({slope.low:.2f} to {slope.high:.2f}) of what the labels add up to is really there."
    )


def label_name(label: str) -> str:
    """`Pleural_Thickening` as people write it."""
    return label.replace("_", " ")


def cell(f: Figure | None) -> Cell:
    """A figure with its interval, three digits; nothing where there is none."""
    return NONE if f is None else (f"{f.value:.3f}", f"{f.low:.3f} to {f.high:.3f}")


def percent(f: Figure) -> str:
    """A share in words: 12 % (9 to 15)."""
    return f"{100 * f.value:.0f} % ({100 * f.low:.0f} to {100 * f.high:.0f})"


def _percents(f: Figure) -> Cell:
    return f"{100 * f.value:.1f} %", f"{100 * f.low:.1f} to {100 * f.high:.1f}"


def evaluation_object(e: Evaluation, supported: Mapping[str, bool]) -> dict[str, Any]:
    """An evaluation for JSON; what could not be measured is null."""

    def label(f: LabelFigures) -> dict[str, Any]:
        return {
            **asdict_models(f),
            "supported": bool(supported.get(f.label)),
        }

    return {
        "films": e.films,
        "patients": e.patients,
        "mean_of": e.mean_of,
        "mean_auroc": _model(e.mean_auroc),
        "mean_baselines": {k: _model(v) for k, v in e.mean_baselines.items()},
        "called_without_any_label": _model(e.called_without),
        "labels": [label(f) for f in e.labels],
        "groups": [asdict_models(g) for g in e.groups],
        "adjudicated": [asdict_models(g) for g in e.adjudicated],
    }


def asdict_models(value: Any) -> Any:
    """A dataclass as a dictionary, the figures within too."""
    return _plain(asdict(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Figure):
        return value.model_dump()
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _model(f: Figure | None) -> dict[str, Any] | None:
    return None if f is None else f.model_dump()
