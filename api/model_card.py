"""The model card of the film reader, from what five trainings showed."""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from api.evaluate_vision import RunsMeasured
from api.render.tables import Table
from api.render.vision_tables import (
    group_tables,
    joint_sentence,
    label_tables,
    pointing_table,
    support_note,
)
from domain.errors import InvalidField, SourceError
from vision.card import Architecture, ModelCard, read_card
from vision.measuring.card_making import label_cards, largest_effect, trained_on
from vision.measuring.strata import SPECIFICITY

CARD, WEIGHTS, GATE = "card.json", "model.safetensors", "gate.json"
#: How ChestX-ray14 names its films; a patient's number counts as one of its own only for these.
NAMED = r"\d{8}_\d{3}\.png"

_USE = [
    "For research and teaching. It is no medical device, and nobody's films have been read with it "
    "in care.",
    "It reads frontal chest radiographs of adults, and says of each supported finding how far the "
    "film speaks for or against it. The ranking takes that as soft evidence, by likelihood ratios.",
    "It does not tell a normal film. A film on which nothing is called may show what this model "
    "cannot judge (fracture, device, the labels that are not supported), or what it missed.",
    "Not for children, lateral views, other parts of the body or other modalities: those are "
    "refused where they can be told.",
]
_DATA = [
    "ChestX-ray14: frontal chest radiographs of the NIH Clinical Center, 14 labels mined from the "
    "reports by natural language processing. The NIH Clinical Center is the data provider. "
    "Unrestricted use, with this acknowledgement, a link "
    "(https://nihcc.app.box.com/v/ChestXray-NIHCC) and a citation: Wang X, Peng Y, Lu L, Lu Z, "
    "Bagheri M, Summers RM. ChestX-ray8: Hospital-scale Chest X-ray Database and Benchmarks on "
    "Weakly-Supervised Classification and Localization of Common Thorax Diseases. CVPR 2017. "
    "doi:10.1109/CVPR.2017.369",
    "Radiologists' adjudicated labels of some of the films: Majkowska A, Mittal S, Steiner DF, et "
    "al. Chest Radiograph Interpretation with Deep Learning Models: Assessment with "
    "Radiologist-adjudicated Reference Standards and Population-adjusted Evaluation. Radiology "
    "2020;294:421-431. doi:10.1148/radiol.2019191293",
    "All figures are against text-mined labels unless they say otherwise: what a report mentions, "
    "read by a program. A finding that no report mentioned counts as absent.",
]
_FAILURES = [
    "Children of another hospital: the gate knows NIH's children, none under four. Of small "
    "children's films from Guangzhou it lets six in a hundred through: do not rely on it to tell "
    "a child.",
    "One hospital: another hospital's films may score higher or lower as a "
    "whole. `differentia evaluate vision --data CSV` measures how far these figures hold there.",
    "AP films are mostly of patients who cannot stand: a score is partly the view and the bed. The "
    "figures by view say how much is left within one.",
    "A pneumothorax or an effusion that is being drained may be recognised by its tube; the labels "
    "do not say which films show one.",
    "Every film is reduced to 128 px first: findings of a few such pixels (small nodules, fine "
    "lines, a thin apical pneumothorax) are lost.",
    "Labels overlap: consolidation, infiltration, pneumonia and edema look alike and are named "
    "together. What all labels of a film say is capped, not simply added up.",
]


def build_card(
    found: RunsMeasured,
    *,
    name: str,
    version: str,
    data: Sequence[str] = (),
    gate: Mapping[str, Any] | None = None,
) -> ModelCard:
    """The card of the first model. `data` is what was given as --data, for the command; `gate`
    what refuses films, if that is known already."""
    record, recipe = found.records[0], found.records[0]["recipe"]
    return ModelCard(
        name=name,
        version=version,
        weights=WEIGHTS,
        weights_sha256=_sha256(found.weights),
        architecture=Architecture(
            model=recipe["model"],
            side=recipe["side"],
            labels=tuple(record["labels"]),
            settings=dict(recipe["settings"]),
        ),
        labels=label_cards(found.measured, found.pointing),
        joint_cap=largest_effect(found.measured),
        gate=dict(gate or {}),
        sections={
            "use": _USE,
            "data": _DATA,
            "split": _split(found),
            "training": _training(found.records, data),
            "method": _method(found),
            "figures": [asdict(table) for table in figures_tables(found)],
            "failures": _FAILURES,
        },
    )


def kept_gate(folder: Path) -> dict[str, Any]:
    """The gate that was made into a folder (`gate.json`), or that of the card there; none is
    there before the gate was trained. Raises SourceError."""
    path = folder / GATE
    if path.is_file():
        try:
            return dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            raise SourceError(str(path), "is no gate.") from None
    return dict(read_card(folder).card.gate) if (folder / CARD).is_file() else {}


def write_card(card: ModelCard, weights: Path, folder: Path) -> None:
    """Write the card and its weights into one folder. Raises InvalidField."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / WEIGHTS).exists() or not (folder / WEIGHTS).samefile(weights):
            part = folder / f".{WEIGHTS}.part"
            shutil.copyfile(weights, part)
            part.replace(folder / WEIGHTS)
        temporary = folder / f".{CARD}.part"
        temporary.write_text(card.model_dump_json(indent=1) + "\n", "utf-8")
        temporary.replace(folder / CARD)
    except OSError as error:
        raise InvalidField("--card", f"{folder} cannot be written: {error.strerror}.") from None


def _split(found: RunsMeasured) -> dict[str, Any]:
    scores, usable = found.measured.scores, found.measured.usable
    test = found.measured.test
    return {
        "rule": "By patient, into five parts by a hash of the patient's number, the same over all "
        "folders. The weights that ship were trained without part "
        f"{scores.part.min()}, the test part. Patients under 18, patients with a radiologist's "
        "box and patients of the example films trained no model.",
        "films": f"{len(scores):,}",
        "films that figures rest on": f"{int(usable.sum()):,} (adults, stored at 128 px or more)",
        "test part": f"{test.films:,} films of {test.patients:,} patients (128 px)",
        "named": NAMED,
        "trained_on": trained_on(scores),
    }


def _training(records: Sequence[Mapping[str, Any]], data: Sequence[str]) -> dict[str, Any]:
    first = records[0]
    machine = first["machine"]
    where = ", ".join(f"{k} {v}" for k, v in machine.items())
    films = first["films"]
    return {
        "command": command(first["recipe"], data or first["data"]),
        "films trained on": f"{films['train']:,}",
        "time": f"{first['seconds'] / 60:.0f} minutes",
        "machine": where,
        "seed": str(first["recipe"]["seed"]),
        "the other parts": f"--fold {', '.join(str(r['recipe']['fold']) for r in records[1:])}: "
        f"{sum(r['seconds'] for r in records[1:]) / 60:.0f} minutes together",
    }


def command(recipe: Mapping[str, Any], data: Sequence[str]) -> str:
    """The command of a training, options at their default left out."""
    from vision.training.recipe import Recipe

    usual = Recipe().as_dict()
    words = ["differentia", "train", "vision"]
    for path in data:
        words += ["--data", path]
    words += ["--fold", str(recipe["fold"])]
    for key, value in recipe.items():
        if key == "fold" or value == usual.get(key):
            continue
        if key == "settings":
            for name, setting in value.items():
                words += ["--setting", f"{name}={setting}"]
        elif key == "pretrained":
            words.append("--scratch")
        elif key == "augmentation":
            changed = {k: v for k, v in value.items() if v != usual[key].get(k)}
            for name, setting in changed.items():
                words += [f"--{name.replace('_', '-')}", f"{setting:g}"]
        else:
            option = "lr" if key == "learning_rate" else key.replace("_", "-")
            words += [f"--{option}", str(value)]
    return shlex.join(words)


def _method(found: RunsMeasured) -> list[str]:
    measured = found.measured
    scale = (
        "differed in level and were put on the scale of the first"
        if measured.level.standardised
        else "did not differ in level and were pooled as they are"
    )
    return [
        "Intervals are 95 %, by bootstrap over patients.",
        "AUROC and average precision are those of the shipped weights on the test part. All other "
        "figures are out of fold: five models of one recipe, each film scored by the one that has "
        f"not seen its patient. Their scores {scale} (median Cochran's Q of mean scores "
        f"{measured.level.q:.1f}).",
        "A score is read by strata that hold 30 films with the label and 30 without at least; "
        "neighbours that contradict the order, or that patients do not tell apart by two standard "
        "errors, are joined. A stratum's likelihood ratio is the share of positives in it over "
        "that of negatives. Probabilities are judged with strata fitted on the other parts.",
        f"The operating point lets {100 * SPECIFICITY:.0f} % of films without the label pass, the "
        "same for each label. Each label adds false alarms of its own: the share of films without "
        "any label on which something is called stands with the figures.",
        "The calibration error is above its mean under perfect calibration: labels drawn from the "
        "stated probabilities. The Brier skill is over stating the share of these very films.",
        support_note() + " The baselines are logistic regressions on 32 grey levels of the film, "
        "and on view, age and sex, fitted on the other parts.",
        joint_sentence(measured.joint),
    ]


def figures_tables(found: RunsMeasured) -> list[Table]:
    """All tables of figures, for the card and for a terminal."""
    measured = found.measured
    supported = {label: yes for label, (yes, _) in measured.supported.items()}
    every = measured.out_of_fold
    tables = [
        *label_tables("The shipped weights on the test part", measured.test, supported,
                      "Operating points and probabilities fitted on the other parts."),
        *label_tables("All parts, out of fold", every, supported),
        *group_tables(every),
    ]  # fmt: skip
    if found.pointing is not None:
        tables.append(pointing_table(found.pointing))
    return tables


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InvalidField("--runs", f"{path} cannot be read: {error.strerror}.") from None
