"""Emergency cases written by us, with what an answer to each must do (`vignettes/*.yaml`).

They judge the ranking and set no weights: nothing that is fitted may read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from domain.assertions import Sex
from domain.case import parse_sex
from domain.errors import DifferentiaError, SourceError
from domain.figures import Setting
from domain.identifiers import Curie

FOLDER = Path(__file__).with_name("vignettes")
FIELDS = frozenset(
    {
        "disease",
        "role",
        "age",
        "sex",
        "setting",
        "text",
        "expected",
        "first",
        "must_not_miss",
        "discriminates",
        "why",
    }
)


class Role(StrEnum):
    """What a case is to the disease that must not be missed."""

    ITSELF = "itself"
    #: Another disease, which looks like it.
    MIMIC = "mimic"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCase:
    """A case and its expected answer.

    `disease` must not be missed; the case is that disease or, as its `role` says, what it is
    mistaken for. `expected` stands among the `first` hypotheses, each of `must_not_miss` is listed
    as such, and one or more of `discriminates` are named as the next finding or as what settles it.
    `age` in years.
    """

    name: str
    disease: Curie
    role: Role
    age: float
    sex: Sex
    setting: Setting
    text: str
    expected: Curie
    first: int
    must_not_miss: tuple[Curie, ...]
    discriminates: tuple[Curie, ...]
    why: str


def read_written_cases(folder: Path = FOLDER) -> tuple[WrittenCase, ...]:
    """The cases of `folder`, by name. Raises SourceError naming the file."""
    return tuple(read_written_case(path) for path in sorted(folder.glob("*.yaml")))


def read_written_case(path: Path) -> WrittenCase:
    """The case of one file. Raises SourceError naming it."""
    try:
        row = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        raise SourceError(str(path), "is no YAML.") from None
    if not isinstance(row, dict) or row.keys() != FIELDS:
        raise SourceError(
            str(path),
            "has not the fields of a case.",
            mend=f"It needs {', '.join(sorted(FIELDS))}.",
        )
    try:
        return _case(path.stem, row)
    except (DifferentiaError, TypeError, ValueError) as error:
        raise SourceError(str(path), f"is no case ({error}).") from None


def _case(name: str, row: Mapping[str, Any]) -> WrittenCase:
    return WrittenCase(
        name=name,
        disease=Curie(str(row["disease"])),
        role=Role(row["role"]),
        age=float(row["age"]),
        sex=parse_sex(str(row["sex"])),
        setting=Setting(row["setting"]),
        text=str(row["text"]).strip(),
        expected=Curie(str(row["expected"])),
        first=int(row["first"]),
        must_not_miss=tuple(Curie(str(i)) for i in row["must_not_miss"]),
        discriminates=tuple(Curie(str(i)) for i in row["discriminates"]),
        why=str(row["why"]),
    )
