"""The reviewed mapping of DDXPlus, and its patients as cases."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from api.ddxplus import (
    CONDITION_COLUMNS,
    EVIDENCE_COLUMNS,
    MAPPING,
    Codebook,
    SimulatedPatient,
    read_codebook,
    read_patients,
)
from domain.assertions import Sex
from domain.errors import SourceError
from domain.evidence import CodedEntry
from domain.findings import State
from domain.identifiers import Curie
from ontologies.source import Shipped
from ontologies.tables import Table
from tests.benchmarks import curated

FOLDER = Shipped(name=MAPPING).locate()
CONDITIONS = FOLDER / "conditions.tsv"
EVIDENCES = FOLDER / "evidences.tsv"
#: Conditions that must have a disease of ours.
FLOOR = 25
HEADER = "age,sex,diagnosis,features,feature_id"
#: Cough, coughing blood, breathless, fever, sore throat, sweats, nausea, vomited.
MANY = ["E_201", "E_45", "E_66", "E_91", "E_97", "E_50", "E_148", "E_211"]


def rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    return [row for _, row in Table(path, columns, quoted=False, remarks=True)]


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook()


def patients(
    path: Path,
    codebook: Codebook,
    lines: list[str],
    known: set[Curie] | None = None,
    absences: bool = False,
) -> list[SimulatedPatient]:
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return list(read_patients(path, codebook, known=known, absences=absences))


def line(answers: list[str], condition: str = "Pneumonia", age: str = "40") -> str:
    return f'{age},F,{condition},"{answers}",E_91'


def entries(*codes: str) -> tuple[CodedEntry, ...]:
    return tuple(CodedEntry(system="DDXPlus", code=code) for code in codes)


def test_conditions_name_curated_diseases() -> None:
    found = rows(CONDITIONS, CONDITION_COLUMNS)
    mapped = [row for row in found if row["disease"]]
    assert sum(row["match"] == "exact" for row in mapped) >= FLOOR
    for row in mapped:
        assert curated.diseases()[Curie(row["disease"])] == row["label"]
        assert row["match"] == "exact" or (row["match"] == "broader" and row["why"])
    assert len({row["disease"] for row in mapped}) == len(mapped)
    assert all(row["why"] and not row["match"] for row in found if not row["disease"])


def test_evidences_name_findings_with_their_labels() -> None:
    for row in rows(EVIDENCES, EVIDENCE_COLUMNS):
        if row["concept"]:
            assert curated.findings().get(Curie(row["concept"])) == row["label"], row
            assert row["match"] in {"exact", "broader"}
        else:
            assert row["why"], row
            assert not row["label"] + row["side"] + row["match"]


def test_the_mapping_has_each_condition_evidence_and_no_other(
    material: Path, codebook: Codebook
) -> None:
    folder = material / "common-diseases"
    conditions = json.loads((folder / "ddxplus-release_conditions.json").read_text("utf-8"))
    evidences = json.loads((folder / "ddxplus-release_evidences.json").read_text("utf-8"))
    assert codebook.conditions == conditions.keys()
    assert codebook.meanings.keys() == evidences.keys()
    for evidence, values in codebook.meanings.items():
        possible = {str(value) for value in evidences[evidence]["possible-values"]}
        assert values.keys() <= possible | {"", "other"}
        # an evidence that takes values says nothing without one
        assert "" in values
        assert not possible or evidences[evidence]["data_type"] == "B" or values[""] is None


def test_nearly_every_patient_of_a_mapped_condition_has_five_findings(
    material: Path, codebook: Codebook
) -> None:
    path = material / "common-diseases" / "ddxplus-patients-dev.csv.gz"
    found = list(read_patients(path, codebook))
    assert len({patient.condition for patient in found}) >= FLOOR
    sizes = [len(patient.case.observations) for patient in found]
    assert set(sizes) <= {2, 3, 4, 5}
    assert sizes.count(5) > 0.9 * len(sizes)


def test_an_answer_says_what_the_table_says(tmp_path: Path, codebook: Codebook) -> None:
    answers = ["E_91", "E_79", "E_55_@_V_29", "E_55_@_V_101", "E_204_@_V_10"]
    (patient,) = patients(tmp_path / "p.csv", codebook, [line(answers)], absences=True)
    said = {o.concept: (o.state, o.evidence) for o in patient.case.observations}
    assert said == {
        "HP:0001945": (State.PRESENT, entries("E_91")),
        "DX:smoker": (State.PRESENT, entries("E_79")),
        "HP:0100749": (State.PRESENT, entries("E_55_@_V_101", "E_55_@_V_29")),
        "DX:travel-abroad": (State.ABSENT, entries("E_204_@_V_10")),
    }
    assert patient.case.age == 40
    assert patient.case.sex is Sex.FEMALE
    assert patient.disease == "DX:community-acquired-pneumonia"
    assert patient.case.id == "ddxplus-1"


@pytest.mark.parametrize(
    ("code", "concept"),
    [
        ("E_56_@_8", None),
        ("E_56_@_9", "DX:severe-pain"),
        ("E_56_@_10", "DX:severe-pain"),
        ("E_204_@_V_4", "DX:travel-abroad"),
        ("E_57_@_V_89", "HP:6000684"),
        ("E_55_@_V_97", None),
        ("E_55", None),
        ("E_53", None),
    ],
)
def test_scales_and_other_values(codebook: Codebook, code: str, concept: str | None) -> None:
    meaning = codebook.meaning(code)
    assert (meaning and meaning.concept) == concept
    assert meaning is None or meaning.state is State.PRESENT


def test_five_are_drawn_the_same_each_time_and_by_row(tmp_path: Path, codebook: Codebook) -> None:
    lines = [line(MANY)] * 6
    first = patients(tmp_path / "a.csv", codebook, lines)
    again = patients(tmp_path / "b.csv", codebook, lines)
    assert first == again
    assert {len(p.case.observations) for p in first} == {5}
    assert len({frozenset(o.concept for o in p.case.observations) for p in first}) > 1
    assert [p.row for p in first] == [1, 2, 3, 4, 5, 6]


def test_each_draw_of_a_patient_is_another(tmp_path: Path, codebook: Codebook) -> None:
    path = tmp_path / "p.csv"
    (first,) = patients(path, codebook, [line(MANY)])
    drawn = [next(read_patients(path, codebook, draw=n)) for n in range(6)]
    assert drawn[0] == first
    assert len({p.case.id for p in drawn}) == 6
    assert len({frozenset(o.concept for o in p.case.observations) for p in drawn}) > 1
    assert drawn[3] == next(read_patients(path, codebook, draw=3))


def test_a_condition_we_lack_is_passed_over_and_keeps_its_row(
    tmp_path: Path, codebook: Codebook
) -> None:
    lines = [line(MANY, "Ebola"), line(MANY)]
    (patient,) = patients(tmp_path / "p.csv", codebook, lines)
    assert patient.row == 2


def test_only_known_concepts_are_drawn(tmp_path: Path, codebook: Codebook) -> None:
    known = {Curie("HP:0001945"), Curie("HP:0012735")}
    (patient,) = patients(tmp_path / "p.csv", codebook, [line(MANY)], known)
    assert {o.concept for o in patient.case.observations} == known


def test_absences_are_drawn_only_when_asked_for(tmp_path: Path, codebook: Codebook) -> None:
    answers = ["E_91", "E_204_@_V_10"]
    (patient,) = patients(tmp_path / "p.csv", codebook, [line(answers)])
    assert [o.concept for o in patient.case.observations] == ["HP:0001945"]


def test_said_both_ways_it_is_there(tmp_path: Path, codebook: Codebook) -> None:
    answers = ["E_151", "E_152_@_V_123"]
    (patient,) = patients(tmp_path / "p.csv", codebook, [line(answers)], absences=True)
    (observation,) = patient.case.observations
    assert (observation.concept, observation.state) == ("HP:0000969", State.PRESENT)


def test_the_published_columns_and_gzip_are_read(tmp_path: Path, codebook: Codebook) -> None:
    path = tmp_path / "p.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("AGE,DIFFERENTIAL_DIAGNOSIS,SEX,PATHOLOGY,EVIDENCES,INITIAL_EVIDENCE\n")
        file.write("18,[],M,Influenza,\"['E_91', 'E_201']\",E_91\n")
    (patient,) = read_patients(path, codebook)
    assert patient.disease == "MONDO:0005812"
    assert patient.case.sex is Sex.MALE


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (line(["E_999"]), "E_999"),
        (line(MANY, "Plague"), "Plague"),
        (line(MANY, age="old"), "old"),
        ("40,F,Pneumonia,E_91 and more,E_91", "cannot be read"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(
    tmp_path: Path, codebook: Codebook, bad: str, said: str
) -> None:
    with pytest.raises(SourceError, match=rf"p\.csv:3.*{said}"):
        patients(tmp_path / "p.csv", codebook, [line(MANY), bad])


def test_another_file_is_refused(tmp_path: Path, codebook: Codebook) -> None:
    path = tmp_path / "p.csv"
    path.write_text("name,age\nx,4\n", encoding="utf-8")
    with pytest.raises(SourceError, match="header"):
        list(read_patients(path, codebook))


def test_a_value_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "conditions.tsv").write_text(CONDITIONS.read_text("utf-8"), encoding="utf-8")
    twice = ["\t".join(("E_1", "", "x", "HP:0001945", "Fever", "present", "exact", ""))] * 2
    text = "\n".join(["\t".join(EVIDENCE_COLUMNS), *twice]) + "\n"
    (tmp_path / "evidences.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="twice"):
        read_codebook(tmp_path)
