"""Which films train, which stop the training early, and which are held out: whole patients."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.errors import EmptyInput, InvalidField
from vision.data.table import FilmTable

#: Parts that patients fall into; part 0 is the test part of the weights that ship.
PARTS = 5
#: Patients of the films that are shown as examples: in no part.
EXAMPLES = frozenset({"193", "506", "3064", "5532", "5869", "8291"})

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Rows of a table. `held_out` is all of a part, with children and boxed patients; a measure
    takes those of it that are meant (`FilmTable.child`, `FilmTable.boxed`)."""

    train: Indices
    inner: Indices
    held_out: Indices


def part(patient_id: str | int) -> int:
    """The part of a patient, 0 to 4, the same in every collection and on every machine.

    Numbers are taken as patients of ChestX-ray14 are: "0001338" and 1338 are one patient.
    """
    text = str(patient_id).strip()
    key = f"nih:{int(text)}" if text.isascii() and text.isdigit() else f"patient:{text}"
    return _hash(key) % PARTS


def parts(table: FilmTable) -> NDArray[np.int64]:
    """The part of each film's patient: the table's own where it states one. Raises InvalidField
    where the films of a patient would be in two parts."""
    of = {patient: part(patient) for patient in np.unique(table.patient).tolist()}
    computed = np.array([of[patient] for patient in table.patient.tolist()], dtype=np.int64)
    found = np.where(table.stated_part >= 0, table.stated_part, computed)
    _one_part_each(table, found)
    return found


def split(table: FilmTable, *, fold: int, inner: float) -> Split:
    """Films for training without part `fold`. A share `inner` of the training patients is kept
    back to stop early; 0 keeps none. Children, patients with a radiologist's box and patients of
    the examples are never trained on. Raises InvalidField or EmptyInput."""
    if not 0 <= fold < PARTS:
        raise InvalidField("fold", f"{fold} is not from 0 to {PARTS - 1}.")
    part_of = parts(table)
    usable = ~table.child & ~table.boxed & ~np.isin(table.patient, sorted(EXAMPLES))
    training = usable & (part_of != fold)
    kept_back = np.isin(table.patient, _kept_back(np.unique(table.patient[training]), inner))
    made = Split(
        train=np.flatnonzero(training & ~kept_back),
        inner=np.flatnonzero(training & kept_back),
        held_out=np.flatnonzero(part_of == fold),
    )
    _no_patient_in_two(table, made)
    if not len(made.train):
        raise EmptyInput("No film is left to train on.")
    return made


def _kept_back(patients: NDArray[np.str_], share: float) -> list[str]:
    """A share of the patients, rounded up, the same whatever order they come in."""
    drawn = sorted(patients.tolist(), key=lambda patient: _hash(f"inner:{patient}"))
    return drawn[: math.ceil(share * len(drawn))]


def _one_part_each(table: FilmTable, part_of: NDArray[np.int64]) -> None:
    first: dict[str, int] = {}
    for row, (patient, found) in enumerate(zip(table.patient.tolist(), part_of, strict=True)):
        other = first.setdefault(patient, row)
        if part_of[other] != found:
            raise InvalidField(
                "part",
                f"{table.file[other]} and {table.file[row]} are of one patient, and in the parts "
                f"{part_of[other]} and {found}.",
                mend="Put all films of a patient into one part.",
            )


def _no_patient_in_two(table: FilmTable, made: Split) -> None:
    """The guard behind every figure: holds by construction, and is checked all the same."""
    groups = [set(table.patient[rows].tolist()) for rows in (made.train, made.inner, made.held_out)]
    for i, one in enumerate(groups):
        for other in groups[i + 1 :]:
            if one & other:
                raise InvalidField("part", "a patient would be both trained on and measured.")


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)
