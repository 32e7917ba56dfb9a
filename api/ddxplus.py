"""Simulated patients of DDXPlus as cases in the words of our graph.

DDXPlus is not shipped: Fansi Tchango et al., NeurIPS 2022, CC BY 4.0. What its conditions and
answers mean is in `ontologies/curated/ddxplus`, reviewed by hand.
"""

from __future__ import annotations

import ast
import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.case import Case, parse_sex
from domain.errors import InvalidField, SourceError
from domain.evidence import CodedEntry
from domain.findings import Observation, State
from domain.identifiers import Curie
from ontologies.source import Shipped
from ontologies.tables import Table

MAPPING = "ddxplus"
CONDITION_COLUMNS = ("condition", "disease", "label", "match", "why")
EVIDENCE_COLUMNS = ("evidence", "value", "about", "concept", "label", "side", "match", "why")
#: A risk is a fact of the patient's history that is there.
STATES = {"present": State.PRESENT, "risk": State.PRESENT, "absent": State.ABSENT}
#: Joins an evidence and its value in a patient's answers.
WITH = "_@_"
#: The row of an evidence that holds for each value that no other row names.
OTHER = "other"
#: Names of the columns: as DDXPlus is published, and as its extracts have them.
COLUMNS = (("AGE", "SEX", "PATHOLOGY", "EVIDENCES"), ("age", "sex", "diagnosis", "features"))
DRAWN = 5
#: How far the seeds of two draws of one patient lie apart: further than any file is long.
APART = 100_000_007


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What an answer says in our words."""

    concept: Curie
    label: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """The reviewed mapping. `diseases` has the conditions that our graph has, `conditions` all of
    them; `meanings` is by evidence and value, None where the answer says nothing we can name."""

    conditions: frozenset[str]
    diseases: Mapping[str, Curie]
    meanings: Mapping[str, Mapping[str, Meaning | None]]

    def meaning(self, code: str) -> Meaning | None:
        """What the answer `code` ("E_91", "E_55_@_V_29") says, None where nothing we can name.
        Raises KeyError where DDXPlus has no such evidence."""
        evidence, _, value = code.partition(WITH)
        values = self.meanings[evidence]
        if value in values:
            return values[value]
        return values.get(OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPatient:
    """One simulated patient: the case as drawn, and the disease it was simulated from."""

    row: int
    condition: str
    disease: Curie
    case: Case


def read_codebook(folder: Path | None = None) -> Codebook:
    """The mapping in `folder`, by default ours. Raises SourceError with file and line."""
    folder = folder or Shipped(name=MAPPING).locate()
    conditions: set[str] = set()
    diseases: dict[str, Curie] = {}
    for _, row in Table(folder / "conditions.tsv", CONDITION_COLUMNS, quoted=False, remarks=True):
        conditions.add(row["condition"])
        if row["disease"]:
            diseases[row["condition"]] = Curie(row["disease"])
    path = folder / "evidences.tsv"
    meanings: dict[str, dict[str, Meaning | None]] = defaultdict(dict)
    for line, row in Table(path, EVIDENCE_COLUMNS, quoted=False, remarks=True):
        if bool(row["concept"]) == (row["side"] not in STATES):
            raise SourceError(str(path), "has a concept without side, or a side alone.", line=line)
        meaning = None
        if row["concept"]:
            concept = Curie(row["concept"])
            meaning = Meaning(concept=concept, label=row["label"], state=STATES[row["side"]])
        values = meanings[row["evidence"]]
        for value in _values(row["value"]):
            if value in values:
                raise SourceError(str(path), f"{row['evidence']} has {value!r} twice.", line=line)
            values[value] = meaning
    return Codebook(conditions=frozenset(conditions), diseases=diseases, meanings={**meanings})


def read_patients(
    path: Path,
    codebook: Codebook,
    *,
    drawn: int = DRAWN,
    draw: int = 0,
    known: Container[Curie] | None = None,
    absences: bool = False,
) -> Iterator[SimulatedPatient]:
    """The patients of `path` whose condition our graph has, each with `drawn` findings at random.

    A finding is drawn from those that the patient's answers say, each concept once whatever number
    of answers say it; where they say both that it is there and that it is not, it is there. With
    `known`, only its concepts are drawn from. DDXPlus lists no question that was answered no, but
    does list the "nowhere" and "none" of those with several answers; such absences are drawn only
    with `absences`. The draw is seeded by the patient's row (1-based,
    without the header), so that it is the same each time; a patient who has fewer keeps all.
    Raises SourceError with the line.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names = set(reader.fieldnames or ())
        columns = next((c for c in COLUMNS if names.issuperset(c)), None)
        if columns is None:
            raise SourceError(
                str(path),
                "the header is not that of DDXPlus patients.",
                mend=f"It needs {', '.join(COLUMNS[0])}.",
            )
        for number, row in enumerate(reader, start=1):
            try:
                age, sex, condition, answers = (row[name] for name in columns)
                if condition not in codebook.conditions:
                    raise ValueError(f"{condition!r} is no condition of the mapping")
                said = _said(ast.literal_eval(answers), codebook, known, absences)
                if condition not in codebook.diseases:
                    continue
                seeded = random.Random(number + APART * draw)  # noqa: S311 - of findings, no secret
                chosen = seeded.sample(said, min(drawn, len(said)))
                case = Case(
                    id=f"ddxplus-{number}-{draw}" if draw else f"ddxplus-{number}",
                    observations=tuple(chosen),
                    age=float(age),
                    sex=parse_sex(sex),
                )
            except (InvalidField, KeyError, SyntaxError, TypeError, ValueError) as error:
                raise SourceError(
                    str(path), f"cannot be read ({error}).", line=reader.line_num
                ) from None
            yield SimulatedPatient(
                row=number,
                condition=condition,
                disease=codebook.diseases[condition],
                case=case,
            )


def _said(
    answers: list[str], codebook: Codebook, known: Container[Curie] | None, absences: bool
) -> list[Observation]:
    """What the answers say, one observation a concept, in the order of the concepts."""
    codes: dict[Meaning, list[str]] = defaultdict(list)
    for code in answers:
        meaning = codebook.meaning(code)
        if meaning is not None and (known is None or meaning.concept in known):
            codes[meaning].append(code)
    there = {m.concept for m in codes if m.state is State.PRESENT}
    return [
        Observation(
            label=meaning.label,
            state=meaning.state,
            concept=meaning.concept,
            evidence=tuple(CodedEntry(system="DDXPlus", code=c) for c in sorted(codes[meaning])),
        )
        for meaning in sorted(codes, key=lambda m: m.concept)
        if meaning.state is State.PRESENT or (absences and meaning.concept not in there)
    ]


def _values(cell: str) -> Iterator[str]:
    """The values of a cell: "" alone, "V_1|V_2", "9-10" of a scale, or "other"."""
    for part in cell.split("|"):
        first, dash, last = part.partition("-")
        if dash:
            yield from (str(value) for value in range(int(first), int(last) + 1))
        else:
            yield part
