"""The tables of analytes and of their ranges, against the HPO that is installed and themselves."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import inf
from pathlib import Path

import pytest

from domain.assertions import Concept, Sex
from domain.errors import SourceError
from domain.identifiers import Curie
from domain.intervals import Interval
from nlp.values import units
from nlp.values.value import fits, plausible
from ontologies import analytes as table
from ontologies import reference_ranges as ranges
from ontologies import source
from ontologies.analytes import Kind, analytes
from ontologies.formats import obo
from ontologies.reference_ranges import ReferenceRange, read_sources, reference_ranges

ABNORMALITY = Curie("HP:0000118")
EVERY = [r for some in reference_ranges().values() for r in some]
#: g/mol: standard atomic weights, and of what each analyte is made.
WEIGHTS = {
    "H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "Na": 22.990, "Mg": 24.305, "P": 30.974,
    "S": 32.06, "Cl": 35.45, "K": 39.098, "Ca": 40.078, "Fe": 55.845, "Cu": 63.546,
    "I": 126.90,
}  # fmt: skip
FORMULAS: Mapping[str, Mapping[str, int]] = {
    "sodium": {"Na": 1},
    "potassium": {"K": 1},
    "chloride": {"Cl": 1},
    "bicarbonate": {"H": 1, "C": 1, "O": 3},
    "calcium": {"Ca": 1},
    "magnesium": {"Mg": 1},
    "phosphate": {"P": 1},
    "creatinine": {"C": 4, "H": 7, "N": 3, "O": 1},
    "urea": {"C": 1, "H": 4, "N": 2, "O": 1},
    "urea_nitrogen": {"N": 2},
    "uric_acid": {"C": 5, "H": 4, "N": 4, "O": 3},
    "glucose": {"C": 6, "H": 12, "O": 6},
    "bilirubin": {"C": 33, "H": 36, "N": 4, "O": 6},
    "ammonia": {"N": 1, "H": 3},
    "cholesterol": {"C": 27, "H": 46, "O": 1},
    "triglycerides": {"C": 57, "H": 104, "O": 6},  # triolein, by custom
    "lactate": {"C": 3, "H": 6, "O": 3},  # lactic acid, by custom
    "iron": {"Fe": 1},
    "copper": {"Cu": 1},
    "cortisol": {"C": 21, "H": 30, "O": 5},
    "homocysteine": {"C": 4, "H": 9, "N": 1, "O": 2, "S": 1},
    "free_t4": {"C": 15, "H": 11, "I": 4, "N": 1, "O": 4},
    "free_t3": {"C": 15, "H": 12, "I": 3, "N": 1, "O": 4},
}


@pytest.fixture(scope="module")
def hpo() -> Mapping[Curie, Concept]:
    carrier = source.load("hpo").carrier
    assert carrier is not None
    return {c.id: c for c in obo.read(carrier.locate(), "hpo").concepts}


def above(hpo: Mapping[Curie, Concept], concept: Curie) -> set[Curie]:
    return {concept}.union(*(above(hpo, parent) for parent in hpo[concept].parents))


def test_every_finding_is_a_live_term_of_the_release_by_its_name(
    hpo: Mapping[Curie, Concept],
) -> None:
    found = {c for a in analytes().values() for c in (a.above, a.below) if c is not None}
    found |= {limit.finding for r in EVERY for limit in r.limits}
    assert len(found) > 120
    for ref in found:
        assert hpo[ref.id].label == ref.label
        assert not hpo[ref.id].obsolete
        assert ABNORMALITY in above(hpo, ref.id), ref.label


def test_the_tables_are_as_large_as_the_documentation_says() -> None:
    measured = [a for a in analytes().values() if a.kind not in (Kind.NONE, Kind.PRESSURE)]
    assert len(measured) >= 100
    assert len(reference_ranges()) >= 100
    assert len(EVERY) >= 250


def test_units_can_be_read_and_belong_to_their_analyte() -> None:
    for analyte in analytes().values():
        if analyte.kind in (Kind.NONE, Kind.PRESSURE):
            continue
        for unit in analyte.bare:
            assert unit == "1" or fits(analyte, unit) is not None or unit == "%", analyte.id
    for r in EVERY:
        analyte = analytes()[r.analyte]
        assert fits(analyte, r.unit) is not None or r.unit == "%", (r.analyte, r.unit)


def test_what_is_printed_of_a_range_lies_where_values_can_be() -> None:
    for r in EVERY:
        analyte = analytes()[r.analyte]
        edges = [n for n in (r.normal.low, r.normal.high) if abs(n) != inf]
        for edge in edges:
            assert r.unit == "%" or plausible(analyte, edge, r.unit), (r.analyte, edge)


@pytest.mark.parametrize(("analyte", "formula"), FORMULAS.items())
def test_molar_masses_are_those_of_the_atoms(analyte: str, formula: Mapping[str, int]) -> None:
    expected = sum(WEIGHTS[atom] * count for atom, count in formula.items())
    assert analytes()[analyte].molar_mass == pytest.approx(expected, rel=2e-4)


def test_known_conversions_between_mass_and_amount() -> None:
    # as laboratories print them: mg/dL (or as stated) that are 1 mmol/L
    for name, unit, one in (
        ("glucose", "mg/dL", 18.016), ("cholesterol", "mg/dL", 38.67), ("calcium", "mg/dL", 4.008),
        ("triglycerides", "mg/dL", 88.57), ("hemoglobin", "g/dL", 1.611),
    ):  # fmt: skip
        found = units.conversion("mmol/L", unit, molar_mass=analytes()[name].molar_mass)
        assert found is not None
        assert found[0] == pytest.approx(one, rel=2e-3)


def test_every_range_has_a_source_that_is_used_and_what_it_prints() -> None:
    sources = read_sources(ranges.SOURCES)
    assert {r.source.id for r in EVERY} == set(sources)
    for one in sources.values():
        assert one.title
        assert one.reference
        assert one.read
    for r in EVERY:
        assert any(c.isdigit() for c in r.printed), (r.analyte, r.printed)


def test_two_ranges_of_one_person_do_not_contradict() -> None:
    for one, other in combinations(EVERY, 2):
        if one.analyte != other.analyte or one.unit != other.unit or not one.ages.meets(other.ages):
            continue
        if None not in (one.sex, other.sex) and one.sex is not other.sex:
            continue
        if None not in (one.pregnant, other.pregnant) and one.pregnant is not other.pregnant:
            continue
        for limit in one.limits:
            for against in other.limits:
                if limit.finding == against.finding and against.absent is not None:
                    assert not limit.present.meets(against.absent), (one, other)


def test_names_are_of_one_analyte_unless_the_unit_tells() -> None:
    for one, other in combinations(analytes().values(), 2):
        if set(map(str.lower, one.names)) & set(map(str.lower, other.names)):
            assert fits(one, other.unit) is None, (one.id, other.id)


def test_what_the_table_says_of_some_people() -> None:
    def limits(analyte: str, age: float, sex: Sex) -> list[ReferenceRange]:
        return [
            r
            for r in reference_ranges()[analyte]
            if age in r.ages and r.sex in (None, sex) and not r.pregnant
        ]

    (woman,) = [r for r in limits("hemoglobin", 30, Sex.FEMALE) if r.normal.low > 0]
    assert (woman.unit, woman.normal.low, woman.source.id) == ("g/L", 120.0, "who-anaemia")
    (man,) = [r for r in limits("hemoglobin", 30, Sex.MALE) if r.normal.low > 0]
    assert man.normal.low == 130.0
    (heart,) = limits("heart_rate", 30, Sex.MALE)
    assert heart.normal == Interval(60, 100)
    babies = limits("heart_rate", 0.1, Sex.MALE)
    assert all(r.normal.high > 150 for r in babies)


ANALYTE = (
    "id\tname\tkind\tunit\tnames\tbare\tplausible\tmolar_mass\tvalence\tabove\tbelow\tloinc"
    "\tfrom_age"
)
RANGE = (
    "analyte\tunit\tlow\thigh\tsex\tage_from\tage_to\tpregnant\tabove\tbelow\tabove_if\tbelow_if"
    "\tsource\tprinted"
)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("x\tX\tguess\tg\tx\t\t0..1\t\t\t\t\t\t", "guess"),
        ("x\tX\tlab\tg\tx\t\t0..a\t\t\t\t\t\t", "a"),
        ("x\tX\tlab\tg\tx\t\t2..1\t\t\t\t\t\t", "no interval"),
        ("x\tX\tlab\tg\tx\t\t0..1\t\t\tnonsense\t\t\t", "nonsense"),
        ("x\tX\tlab\tg\tx\t\t0..1\t\t\t\t\t\t\nx\tX\tlab\tg\tx\t\t0..1\t\t\t\t\t\t", "twice"),
    ],
)
def test_a_faulty_analyte_is_refused_with_its_line(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "analytes.tsv"
    path.write_text(f"{ANALYTE}\n{row}\n", "utf-8")
    with pytest.raises(SourceError, match=fault) as error:
        table.read(path)
    assert error.value.line == 2 + row.count("\n")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("banana\tg\t1\t2\t\t\t\t\t\t\t\t\tabim\t1-2", "banana"),
        ("sodium\tmmol/L\t1\t2\tX\t\t\t\t\t\t\t\tabim\t1-2", "X"),
        ("sodium\tmmol/L\t1\t2\t\t\t\tmaybe\t\t\t\t\tabim\t1-2", "maybe"),
        ("sodium\tmmol/L\tone\t2\t\t\t\t\t\t\t\t\tabim\t1-2", "one"),
        ("sodium\tmmol/L\t1\t2\t\t9\t3\t\t\t\t\t\tabim\t1-2", "no interval"),
        ("sodium\tmmol/L\t1\t2\t\t\t\t\t\t\t>1\t\tabim\t1-2", "both present and absent"),
        ("sodium\tmmol/L\t1\t2\t\t\t\t\t\t\t5\t\tabim\t1-2", "no sign"),
        ("sodium\tmmol/L\t1\t2\t\t\t\t\t\t\t\t\tnobody\t1-2", "nobody"),
        ("mch\tpg\t1\t2\t\t\t\t\t\t\t\t\tabim\t1-2", "says nothing"),
    ],
)
def test_a_faulty_range_is_refused_with_its_line(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "ranges.tsv"
    path.write_text(f"{RANGE}\n{row}\n", "utf-8")
    with pytest.raises(SourceError, match=fault) as error:
        ranges.read(path, read_sources(ranges.SOURCES), analytes())
    assert error.value.line == 2


def test_the_tables_are_read_once() -> None:
    assert analytes() is analytes()
    assert reference_ranges() is reference_ranges()
