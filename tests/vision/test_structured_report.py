"""Structured reports on films: built by highdicom, read back, and checked by others' tools."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom.sr import ComprehensiveSR
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import ComprehensiveSRStorage

from domain.errors import ImageRefused, InvalidField, SourceError
from ontologies import film_codes as table
from ontologies.film_codes import PRIVATE, film_codes
from ontologies.film_labels import film_labels
from tests.vision.films import chest_like, dataset, png_bytes, written
from vision.card import Architecture, Figure, LabelCard, ModelCard
from vision.dicom_out.structured_report import STATEMENT, structured_report, write_report
from vision.reading import ABSENT, PRESENT, FilmReading, LabelReading, ModelUsed, Refusal

LABELS = tuple(film_labels())
SHA = "4f" * 32
MEASURED = Figure(value=0.8, low=0.7, high=0.9, n=1000)
RATIO = Figure(value=9.1234567, low=7.5, high=11.25, n=1000)
JUDGED = {"Effusion": PRESENT, "Cardiomegaly": ABSENT, "Consolidation": PRESENT}
BOX = (4.0, 6.0, 10.0, 8.0)


def label_card(label: str) -> LabelCard:
    return LabelCard(
        label=label,
        supported=label in JUDGED,
        why="Made up.",
        films=1000,
        positives=100,
        base_rate=0.1,
        auroc=MEASURED,
        average_precision=MEASURED,
    )


CARD = ModelCard(
    name="chest-lite",
    version="1.2",
    weights="model.safetensors",
    weights_sha256=SHA,
    architecture=Architecture(model="lite", side=64, labels=LABELS),
    labels=tuple(label_card(label) for label in LABELS),
    joint_cap=2.0,
    gate={},
    sections={},
)


def label_reading(label: str) -> LabelReading:
    bare = LabelReading(label=label, concept=None, relation=None, supported=False, score=0.25)
    if label not in JUDGED:
        return bare
    return replace(
        bare,
        supported=True,
        probability=0.50341,
        base_rate=0.1,
        operating_point=0.2,
        decision=JUDGED[label],
        likelihood_ratio=RATIO,
        box=BOX if label == "Consolidation" else None,
    )


READING = FilmReading(
    file="film.dcm",
    refused=None,
    findings=tuple(label_reading(label) for label in LABELS),
    model=ModelUsed(name=CARD.name, version=CARD.version, weights_sha256=SHA),
    size=(32, 32),
    remarks=("VOI LUT applied",),
)
FILM = dataset(chest_like(32), PatientOrientation=["L", "F"])


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "sr.dcm"
    write_report(structured_report(FILM, READING, CARD), path)
    return path


@pytest.fixture(scope="module")
def report(report_file: Path) -> ComprehensiveSR:
    read = highdicom.sr.srread(report_file)
    assert isinstance(read, ComprehensiveSR)
    return read


def items(dataset: Dataset, code: str) -> list[Dataset]:
    """Content items with a concept name, at any depth."""
    found = []
    for item in dataset.get("ContentSequence", []):
        if item.ConceptNameCodeSequence[0].CodeValue == code:
            found.append(item)
        found += items(item, code)
    return found


def test_it_is_a_measurement_report_of_the_films_study(report: ComprehensiveSR) -> None:
    assert report.SOPClassUID == ComprehensiveSRStorage
    assert report.ContentTemplateSequence[0].TemplateIdentifier == "1500"
    assert report.ContentTemplateSequence[0].MappingResource == "DCMR"
    assert report.StudyInstanceUID == FILM.StudyInstanceUID
    assert report.SeriesInstanceUID != FILM.SeriesInstanceUID
    assert report.PatientID == FILM.PatientID
    (study,) = report.CurrentRequestedProcedureEvidenceSequence
    (series,) = study.ReferencedSeriesSequence
    (image,) = series.ReferencedSOPSequence
    assert series.SeriesInstanceUID == FILM.SeriesInstanceUID
    assert image.ReferencedSOPInstanceUID == FILM.SOPInstanceUID


def test_nobody_is_said_to_have_read_it(report: ComprehensiveSR) -> None:
    assert report.VerificationFlag == "UNVERIFIED"
    assert report.PreliminaryFlag == "PRELIMINARY"
    assert report.CompletionFlag == "COMPLETE"
    assert STATEMENT in [item.TextValue for item in items(report, "121106")]


@pytest.mark.parametrize(
    ("label", "scheme", "code", "decision"),
    [
        ("Effusion", "SCT", "60046008", "52101004"),
        ("Cardiomegaly", "SCT", "8186001", "272519000"),
        ("Consolidation", PRIVATE, "CONSOLIDATION", "52101004"),
    ],
)
def test_each_judged_label_is_a_group(
    report: ComprehensiveSR, label: str, scheme: str, code: str, decision: str
) -> None:
    (group,) = [g for g in items(report, "125007") if items(g, "112039")[0].TextValue == label]
    finding = items(group, "121071")[0].ConceptCodeSequence[0]
    assert (finding.CodingSchemeDesignator, finding.CodeValue) == (scheme, code)
    assert items(group, "121052")[0].ConceptCodeSequence[0].CodeValue == decision
    figures = {}
    for name in ("PROBABILITY", "BASERATE", "LR", "LRLOW", "LRHIGH"):
        (value,) = items(group, name)[0].MeasuredValueSequence
        figures[name] = float(value.NumericValue)
        unit = value.MeasurementUnitsCodeSequence[0]
        assert (unit.CodingSchemeDesignator, unit.CodeValue) == ("UCUM", "1")
    assert figures == {
        "PROBABILITY": 0.50341,
        "BASERATE": 0.1,
        "LR": 9.12346,
        "LRLOW": 7.5,
        "LRHIGH": 11.25,
    }
    assert items(group, "111001")[0].TextValue == "chest-lite"
    assert items(group, "111003")[0].TextValue == "1.2"
    assert SHA in items(group, "111002")[0].TextValue


def test_only_a_reading_with_a_box_has_a_region(report: ComprehensiveSR) -> None:
    groups = {items(g, "112039")[0].TextValue: g for g in items(report, "125007")}
    regions = {label: items(group, "111030") for label, group in groups.items()}
    assert {label for label, found in regions.items() if found} == {"Consolidation"}
    (region,) = regions["Consolidation"]
    assert region.ValueType == "SCOORD"
    corners = np.reshape(region.GraphicData, (-1, 2))
    x, y, width, height = BOX
    np.testing.assert_allclose(corners.min(axis=0), (x, y))
    np.testing.assert_allclose(corners.max(axis=0), (x + width, y + height))
    (source,) = region.ContentSequence
    assert source.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == FILM.SOPInstanceUID
    (whole,) = items(groups["Effusion"], "121112")
    assert whole.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == FILM.SOPInstanceUID


def test_what_was_not_judged_is_listed_and_is_no_finding(report: ComprehensiveSR) -> None:
    named = {i.ConceptCodeSequence[0].CodeValue for i in items(report, "NOTJUDGED")}
    assert named == {film_codes()[label].code for label in LABELS if label not in JUDGED}
    assert len(items(report, "121071")) == len(JUDGED)


def test_the_device_is_the_model(report: ComprehensiveSR) -> None:
    assert items(report, "121013")[0].TextValue == "chest-lite 1.2"
    assert items(report, "121016")[0].TextValue == SHA
    again = structured_report(FILM, READING, CARD)
    assert items(again, "121012")[0].UID == items(report, "121012")[0].UID
    assert again.SOPInstanceUID != report.SOPInstanceUID


def test_every_scheme_is_known_or_declared(report: ComprehensiveSR) -> None:
    (declared,) = report.CodingSchemeIdentificationSequence
    assert declared.CodingSchemeDesignator == PRIVATE
    assert declared.CodingSchemeName
    used = {
        element.value for element in report.iterall() if element.keyword == "CodingSchemeDesignator"
    }
    assert used == {"DCM", "SCT", "UCUM", "UMLS", "RFC5646", PRIVATE}


def test_codes_are_those_of_the_dictionaries() -> None:
    """Where pydicom's own code dictionary knows a code, it says the same of it."""
    assert film_codes().keys() == film_labels().keys()
    assert film_codes()["Edema"].code == codes.SCT.PulmonaryEdema.value
    assert film_codes()["Effusion"].code == codes.SCT.PleuralEffusion.value
    assert film_codes()["Pneumothorax"].code == codes.SCT.Pneumothorax.value
    assert film_codes()["Infiltration"].code == codes.cid6104.Infiltrate.value
    assert film_codes()["Nodule"].code == codes.cid6104.Nodule.value
    assert film_codes()["Mass"].code == codes.cid6104.Mass.value


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Mass\tSCT\t4147007\tMass\t", "has a reference"),
        (f"Mass\t{PRIVATE}\tMASS\tMass\tsomewhere", "has a reference"),
        ("Mass\tSCT\t41470070000000000\tMass\tsomewhere", "characters"),
        ("\tSCT\t4147007\tMass\tsomewhere", "empty"),
    ],
)
def test_a_bad_row_of_codes_is_named(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "codes.tsv"
    path.write_text(f"label\tscheme\tcode\tmeaning\treference\n{row}\n")
    with pytest.raises(SourceError, match=message) as raised:
        table.read(path)
    assert raised.value.line == 2


def test_bytes_and_files_do_as_well(tmp_path: Path) -> None:
    path = tmp_path / "film.dcm"
    path.write_bytes(written(FILM))
    for source in (path, path.read_bytes()):
        made = structured_report(source, READING, CARD)
        assert made.StudyInstanceUID == FILM.StudyInstanceUID


def test_a_film_that_says_little_is_reported_on(tmp_path: Path) -> None:
    tags: dict[str, Any] = dict.fromkeys(
        ("PatientName", "PatientID", "PatientSex", "StudyDate", "AccessionNumber", "StudyID")
    )
    made = structured_report(dataset(chest_like(32), **tags), READING, CARD)
    assert made.PatientID in ("", None)


def test_a_film_on_which_nothing_was_seen_is_not_called_normal() -> None:
    findings = tuple(replace(f, decision=ABSENT) if f.supported else f for f in READING.findings)
    made = structured_report(FILM, replace(READING, findings=findings), CARD)
    texts = [item.TextValue for item in items(made, "121106")]
    assert any("None of the 3 findings" in t and "not a normal report" in t for t in texts)
    seen = structured_report(FILM, READING, CARD)
    assert not any("normal report" in item.TextValue for item in items(seen, "121106"))


def test_a_refused_film_has_no_report() -> None:
    refused = replace(READING, refused=Refusal(reason="lateral-view", detail="It is lateral."))
    with pytest.raises(ImageRefused, match="It is lateral") as raised:
        structured_report(FILM, refused, CARD)
    assert raised.value.reason == "lateral-view"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (png_bytes(chest_like(32)), "is no DICOM file"),
        (dataset(chest_like(32), SeriesInstanceUID=None), "no SeriesInstanceUID"),
    ],
)
def test_a_source_that_cannot_be_referred_to_is_named(
    source: bytes | Dataset, message: str
) -> None:
    with pytest.raises(InvalidField, match=message):
        structured_report(source, READING, CARD)


def test_another_models_card_is_refused() -> None:
    with pytest.raises(InvalidField, match="not of the model"):
        structured_report(FILM, READING, CARD.model_copy(update={"weights_sha256": "00" * 32}))


def test_a_model_that_judges_nothing_has_no_report() -> None:
    findings = tuple(replace(f, supported=False) for f in READING.findings)
    with pytest.raises(InvalidField, match="supports no label"):
        structured_report(FILM, replace(READING, findings=findings), CARD)


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidField, match="cannot be written"):
        write_report(structured_report(FILM, READING, CARD), tmp_path / "none" / "sr.dcm")


def test_dciodvfy_finds_no_error(report_file: Path) -> None:
    said = _run("dciodvfy", "dicom3tools", str(report_file))
    assert "ComprehensiveSR" in said
    assert not re.findall(r"^Error.*$", said, re.MULTILINE)


def test_dsrdump_reads_the_whole_tree(report_file: Path) -> None:
    said = _run("dsrdump", "dcmtk", "--print-all-codes", "--print-template-id", str(report_file))
    assert "TID 1500" in said
    assert '(60046008,SCT,"Pleural effusion")' in said
    assert "not a diagnosis" in said
    assert not re.search(r"^[EF]: ", said, re.MULTILINE)


def _run(tool: str, package: str, *arguments: str) -> str:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} (Debian's {package}) is not installed")
    done = subprocess.run(
        [tool, *arguments], capture_output=True, text=True, errors="replace", check=False
    )
    return done.stdout + done.stderr


def test_the_pixels_are_not_taken_over(report_file: Path) -> None:
    assert "PixelData" not in pydicom.dcmread(report_file)
