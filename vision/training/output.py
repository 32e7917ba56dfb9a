"""What a run leaves behind: weights, the record of it, scores of the held-out films, a plot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vision.data.split import EXAMPLES
from vision.data.table import ADJUDICATED, FilmTable
from vision.network import save_weights
from vision.reduce import Bytes
from vision.training.loop import Trained
from vision.training.score import score

WEIGHTS, RECORD, SCORES, PLOT = "model.safetensors", "run.json", "scores.npz", "run.png"


def write_scores(
    trained: Trained, table: FilmTable, films: Bytes, *, side: int, folder: Path
) -> None:
    """Score every film of the held-out part, children, boxed patients and all sizes among them,
    and write `scores.npz`: an array a column of the table, `logits` (n, labels), `features`
    (n, channels) as float16, and `label_names`, `set_names`, `adjudicated_names`."""
    rows = trained.split.held_out
    found = score(trained.network, torch.from_numpy(films[rows]), side=side)
    temporary = folder / f".{SCORES}.part"
    with temporary.open("wb") as handle:
        np.savez_compressed(
            handle,
            image_index=table.image_index[rows],
            patient=table.patient[rows],
            set=table.set[rows],
            px=table.px[rows],
            age=table.age[rows],
            sex=table.sex[rows],
            view=table.view[rows],
            labels=table.labels[rows],
            adjudicated=table.adjudicated[rows],
            child=table.child[rows],
            boxed=table.boxed[rows],
            example=np.isin(table.patient[rows], sorted(EXAMPLES)),
            logits=found.logits,
            features=found.features.astype(np.float16),
            label_names=np.array(table.names),
            set_names=np.array(table.set_names),
            adjudicated_names=np.array(ADJUDICATED),
        )
    temporary.replace(folder / SCORES)


def write_run(trained: Trained, record: dict[str, Any], folder: Path) -> None:
    """Write the weights (`model.safetensors`) and the record (`run.json`)."""
    save_weights(trained.network, folder / WEIGHTS)
    temporary = folder / f".{RECORD}.part"
    temporary.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    temporary.replace(folder / RECORD)


def plot_run(history: list[dict[str, Any]], path: Path) -> bool:
    """Draw loss and, where there is an inner part, its mean AUROC by epoch. False, and nothing is
    drawn, where matplotlib is not installed."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator
    except ImportError:
        return False
    epochs = [entry["epoch"] for entry in history]
    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot(epochs, [entry["loss"] for entry in history], color="#1b5e8c", marker="o")
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss (training)", color="#1b5e8c")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    means = [entry["inner"]["mean"] for entry in history if "inner" in entry]
    if means:
        right = axes.twinx()
        right.plot(epochs[: len(means)], means, color="#b4541a", marker="s")
        right.set_ylabel("mean AUROC (inner part)", color="#b4541a")
    figure.savefig(path, dpi=120)
    return True
