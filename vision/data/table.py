"""Tables of films with their labels: the folders of ChestX-ray14, or a CSV of your own.

A CSV has a row a film: `file` and `patient_id`, if known `age` (years), `sex` (M, F) and `view`
(PA, AP), and one column a label: 1, 0, or nothing where the film was not labelled for it.
`image_index` names a film across folders, `part` (0 to 4) overrules the computed part. Images lie
beside it, in `images.tar` or in folders; `file` is a path there, or a name that is there once.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from domain.errors import InvalidField, SourceError
from vision.data.images import Images
from vision.reduce import STORED

#: Labels of ChestX-ray14, in the order of its columns.
LABELS = (
    "Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Effusion", "Emphysema", "Fibrosis",
    "Hernia", "Infiltration", "Mass", "Nodule", "Pleural_Thickening", "Pneumonia", "Pneumothorax",
)  # fmt: skip
#: Patients younger than this, in years, are neither trained on nor measured.
ADULT = 18
#: Columns of radiologists' adjudication, without their prefix (Majkowska et al., 2020).
ADJUDICATED = ("airspace_opacity", "pneumothorax", "nodule_or_mass", "fracture")
_REQUIRED = ("file", "patient_id")
#: Columns that are no labels.
_OTHER = frozenset(
    {*_REQUIRED, "age", "sex", "view", "image_index", "px", "part", "finding_labels",
     "bbox_1024_json", *(f"adj_{name}" for name in ADJUDICATED)}
)  # fmt: skip
#: The side that boxes are stated for.
_BOX_SIDE = 1024

Texts = NDArray[np.str_]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBox:
    """A radiologist's box: x, y, width, height as shares of the film."""

    label: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilmTable:
    """Films in a fixed order, a column an array of n.

    `labels` is (n, labels): 1, 0, NaN where not labelled; `adjudicated` (n, 4) likewise. `age` is
    in years, NaN where unknown. `px` is the stored side. `stated_part` is -1 where the table
    states none. `boxed`: the patient has a box on any film. `images[i]` reads the films of set i.
    """

    names: tuple[str, ...]
    set_names: tuple[str, ...]
    images: tuple[Images, ...]
    set: NDArray[np.int64]
    file: Texts
    image_index: Texts
    patient: Texts
    age: NDArray[np.float64]
    sex: Texts
    view: Texts
    labels: NDArray[np.float32]
    px: NDArray[np.int64]
    stated_part: NDArray[np.int64]
    boxed: Flags
    boxes: tuple[tuple[DrawnBox, ...], ...]
    adjudicated: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.file)

    @property
    def child(self) -> Flags:
        """Films of a patient known to be under 18."""
        return self.age < ADULT


@dataclass(slots=True)
class _Row:
    set: int
    file: str
    image_index: str
    patient: str
    age: float
    sex: str
    view: str
    px: int
    part: int
    labels: Mapping[str, float]
    boxes: tuple[DrawnBox, ...]
    adjudicated: tuple[float, ...] = field(default=())


def read_table(paths: Sequence[Path]) -> FilmTable:
    """Films of folders (with `labels.csv`) and CSV files. Of a film that stands in several, the
    row at 128 px is taken, else the largest. Raises SourceError with the line, InvalidField where
    there is nothing to read."""
    if not paths:
        raise InvalidField("data", "no folder and no CSV was given.")
    rows: list[_Row] = []
    images: list[Images] = []
    for number, path in enumerate(paths):
        table = path / "labels.csv" if path.is_dir() else path
        images.append(Images(table.parent))
        rows += _read(table, number, images[-1])
    boxed = {row.patient for row in rows if row.boxes}
    best: dict[str, _Row] = {}
    for row in sorted(rows, key=lambda row: _preference(row.px)):
        best.setdefault(row.image_index, row)
    set_names = [(path if path.is_dir() else path.with_suffix("")).resolve().name for path in paths]
    return _table(list(best.values()), boxed, set_names, images)


def _preference(px: int) -> tuple[int, int]:
    """128 px first: no detail is made up there or thrown away."""
    return (0, 0) if px == STORED else (1, -px)


def _table(
    rows: list[_Row], boxed: set[str], set_names: list[str], images: list[Images]
) -> FilmTable:
    if not rows:
        raise InvalidField("data", "the tables hold no film.")
    names = tuple(dict.fromkeys(name for row in rows for name in row.labels))
    if set(names) <= set(LABELS):
        names = tuple(name for name in LABELS if name in names)
    unknown = (math.nan,) * len(ADJUDICATED)
    return FilmTable(
        names=names,
        set_names=tuple(set_names),
        images=tuple(images),
        set=np.array([row.set for row in rows], np.int64),
        file=np.array([row.file for row in rows]),
        image_index=np.array([row.image_index for row in rows]),
        patient=np.array([row.patient for row in rows]),
        age=np.array([row.age for row in rows], np.float64),
        sex=np.array([row.sex for row in rows]),
        view=np.array([row.view for row in rows]),
        labels=np.array(
            [[row.labels.get(name, math.nan) for name in names] for row in rows], np.float32
        ),
        px=np.array([row.px for row in rows], np.int64),
        stated_part=np.array([row.part for row in rows], np.int64),
        boxed=np.array([row.patient in boxed for row in rows], bool),
        boxes=tuple(row.boxes for row in rows),
        adjudicated=np.array([row.adjudicated or unknown for row in rows], np.float32),
    )


def _read(path: Path, number: int, images: Images) -> Iterator[_Row]:
    try:
        handle = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {error.strerror}.") from None
    with handle:
        reader = csv.DictReader(handle)
        columns = reader.fieldnames or ()
        for name in _REQUIRED:
            if name not in columns:
                raise SourceError(str(path), f"has no column {name!r}.", line=1)
        labels = [name for name in columns if name not in _OTHER]
        if not labels:
            raise SourceError(str(path), "has no column of a label.", line=1)
        try:
            for row in reader:
                if None in row or None in row.values():
                    raise ValueError("has more or fewer fields than the first line.")
                yield _row(row, number, path, labels, images)
        except ValueError as error:
            raise SourceError(str(path), str(error), line=reader.line_num) from None
        except UnicodeDecodeError:
            raise SourceError(str(path), "is not UTF-8.") from None


def _row(row: dict[str, str], number: int, path: Path, labels: list[str], images: Images) -> _Row:
    file, patient = row["file"].strip(), row["patient_id"].strip()
    if not file or not patient:
        raise ValueError("the columns `file` and `patient_id` must be filled.")
    where = images.find(file)
    return _Row(
        set=number,
        file=where,
        image_index=row.get("image_index") or f"{path.parent.name}/{file}",
        patient=str(int(patient)) if patient.isascii() and patient.isdigit() else patient,
        age=_age(row.get("age", "")),
        sex=_one_of(row, "sex", ("M", "F", "")),
        view=_one_of(row, "view", ("PA", "AP", "")),
        px=int(row["px"]) if row.get("px") else images.side(where),
        part=int(_one_of(row, "part", ("0", "1", "2", "3", "4", "")) or -1),
        labels={name: _label(name, row[name]) for name in labels},
        boxes=_boxes(row.get("bbox_1024_json", "")),
        adjudicated=tuple(_adjudicated(row.get(f"adj_{name}", "")) for name in ADJUDICATED),
    )


def _one_of(row: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = row.get(name, "").strip()
    if value not in allowed:
        known = ", ".join(repr(a) for a in allowed if a)
        raise ValueError(f"{name} is {value!r}, and must be one of {known} or empty.")
    return value


def _label(name: str, value: str) -> float:
    try:
        return {"": math.nan, "0": 0.0, "1": 1.0, "0.0": 0.0, "1.0": 1.0}[value.strip()]
    except KeyError:
        raise ValueError(f"{name} is {value!r}, and must be 1, 0 or empty.") from None


def _age(value: str) -> float:
    try:
        age = float(value) if value.strip() else math.nan
    except ValueError:
        raise ValueError(f"age is {value!r}, and must be a number of years or empty.") from None
    # Ages above 130 are slips of the pen that some collections hold: unknown.
    return age if not age > 130 else math.nan


def _boxes(value: str) -> tuple[DrawnBox, ...]:
    if not value:
        return ()
    drawn = []
    for label, (x, y, width, height) in json.loads(value):
        box = (x / _BOX_SIDE, y / _BOX_SIDE, width / _BOX_SIDE, height / _BOX_SIDE)
        drawn.append(DrawnBox(label="Infiltration" if label == "Infiltrate" else label, box=box))
    return tuple(drawn)


def _adjudicated(value: str) -> float:
    return {"YES": 1.0, "NO": 0.0}.get(value, math.nan)
