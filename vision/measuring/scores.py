"""Scores of films by a model, beside what is known of them.

Training leaves those of the films that the model has not seen; evaluation reads several together.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import InvalidField, SourceError
from vision.data.split import EXAMPLES, parts
from vision.data.table import ADULT, FilmTable

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """Films in rows. `labels` names the columns of `logits` (n, labels), the raw outputs, and of
    `truth`, 1, 0 or NaN where it is not known.

    `part` is the part of the patient split that a film belongs to, and of the model that has not
    seen it. `sex` is "M", "F" or "", `view` "PA", "AP" or "", `age` in years or NaN; `px` is the
    side of the stored film. `boxed` marks patients with a radiologist's box. `adjudicated`
    (n, 4) is what radiologists said, in the order of `vision.data.table.ADJUDICATED`.
    """

    labels: tuple[str, ...]
    image: NDArray[np.str_]
    logits: Floats
    truth: Floats
    patient: NDArray[np.str_]
    age: Floats
    sex: NDArray[np.str_]
    view: NDArray[np.str_]
    px: NDArray[np.int64]
    part: NDArray[np.int64]
    boxed: Bools
    adjudicated: Floats

    def __post_init__(self) -> None:
        n = len(self.image)
        shape = (n, len(self.labels))
        if self.logits.shape != shape or self.truth.shape != shape:
            raise InvalidField("scores", f"logits and truth are not {shape}.")
        for name in _ROWS:
            if len(getattr(self, name)) != n:
                raise InvalidField("scores", f"{name} has not {n} rows.")
        if not np.isfinite(self.logits).all():
            raise InvalidField("scores", "a logit is not a number.")

    def __len__(self) -> int:
        return len(self.image)

    @classmethod
    def of(
        cls,
        table: FilmTable,
        rows: NDArray[np.int64],
        labels: tuple[str, ...],
        logits: NDArray[np.floating[Any]],
    ) -> Scores:
        """Scores (rows, labels) of some rows of a table, beside what the table says of them. A
        label that the table does not have is known of no film."""
        truth = np.full((len(rows), len(labels)), np.nan)
        for column, label in enumerate(labels):
            if label in table.names:
                truth[:, column] = table.labels[rows, table.names.index(label)]
        return cls(
            labels=labels,
            image=table.image_index[rows],
            logits=np.asarray(logits, np.float64),
            truth=truth,
            patient=table.patient[rows],
            age=table.age[rows],
            sex=table.sex[rows],
            view=table.view[rows],
            px=table.px[rows],
            part=parts(table)[rows],
            boxed=table.boxed[rows],
            adjudicated=table.adjudicated[rows].astype(np.float64),
        )

    @property
    def measured(self) -> Bools:
        """Films that figures may rest on: not of children, nor of the patients shown as examples.
        A film whose age is not known counts as an adult's."""
        return ~(self.age < ADULT) & ~np.isin(self.patient, sorted(EXAMPLES))

    def where(self, chosen: Bools | NDArray[np.int64]) -> Scores:
        """Some of the films, by a mask or by row numbers."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in _ROWS})

    def column(self, label: str) -> int:
        """The column of a label. Raises InvalidField."""
        try:
            return self.labels.index(label)
        except ValueError:
            raise InvalidField("label", f"{label!r} is none of {', '.join(self.labels)}.") from None


_ROWS = tuple(f.name for f in fields(Scores) if f.name != "labels")


def read_run(folder: Path) -> tuple[Scores, dict[str, Any]]:
    """What a training left in a folder: scores of the films that it has not seen, and its record.
    Raises SourceError."""
    path = folder / "run.json"
    try:
        record = json.loads(path.read_text("utf-8"))
        fold = int(record["recipe"]["fold"])
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise SourceError(str(path), "is no record of a training.") from None
    return _read(folder / "scores.npz", fold), record


def _read(path: Path, part: int) -> Scores:
    try:
        with np.load(path, allow_pickle=False) as file:
            held = {name: file[stored] for name, stored in _STORED.items()}
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror or error}.") from None
    except KeyError as error:
        raise SourceError(str(path), f"holds no scores: {error}.") from None
    except ValueError:
        raise SourceError(str(path), "holds no scores.") from None
    labels = tuple(str(label) for label in held.pop("labels"))
    for name in ("logits", "truth", "age", "adjudicated"):
        held[name] = held[name].astype(np.float64)
    held["part"] = np.full(len(held["image"]), part, np.int64)
    return Scores(labels=labels, **held)


#: Where `scores.npz` keeps what.
_STORED = {
    "labels": "label_names", "image": "image_index", "logits": "logits", "truth": "labels",
    "patient": "patient", "age": "age", "sex": "sex", "view": "view", "px": "px",
    "boxed": "boxed", "adjudicated": "adjudicated",
}  # fmt: skip


def together(some: Sequence[Scores]) -> Scores:
    """Films of several models, one below the other. Raises InvalidField where their labels
    differ or where a film stands twice: then it was held out by more than one model."""
    first = some[0]
    if any(s.labels != first.labels for s in some):
        raise InvalidField("scores", "the models have different labels.")
    joined = {name: np.concatenate([getattr(s, name) for s in some]) for name in _ROWS}
    images, counts = np.unique(joined["image"], return_counts=True)
    if (counts > 1).any():
        raise InvalidField(
            "scores",
            f"{images[counts > 1][0]} was held out by two models.",
            mend="Give the runs of one split, each part once.",
        )
    return Scores(labels=first.labels, **joined)
